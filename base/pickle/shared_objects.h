#ifndef CPPET_BASE_PICKLE_SHARED_OBJECTS_H_
#define CPPET_BASE_PICKLE_SHARED_OBJECTS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "cppet/base/pickle/object.h"

namespace cppet::pickle {

// Which objects in a tree are met more than once. None, bools and numbers of
// at most 8 bytes do not count: they are as short as a reference.
class SharedObjects {
 public:
  // `object` outlives it.
  explicit SharedObjects(const Object& object) { Add(object); }

  // Returns the place for a number of `object`, or null if it is not shared.
  std::optional<uint64_t>* Find(const Object& object);

  // Adds what is in each kind of object.
  template <typename T>
  void operator()(const T&) {}
  void operator()(const List& list) { AddAll(list.items); }
  void operator()(const Tuple& tuple) { AddAll(tuple.items); }
  void operator()(const Dict& dict) { AddAll(dict.items); }
  void operator()(const Set& set) { AddAll(set.items); }
  void operator()(const FrozenSet& set) { AddAll(set.items); }
  void operator()(const Call& call);

 private:
  struct Seen {
    bool is_shared = false;
    std::optional<uint64_t> number;
  };

  void Add(const Object& object);
  void AddAll(const std::vector<ObjectPtr>& items);
  void AddAll(const std::vector<ObjectPair>& items);

  absl::flat_hash_map<const Object*, Seen> seen_;
};

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_SHARED_OBJECTS_H_
