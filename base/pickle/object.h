#ifndef CPPET_BASE_PICKLE_OBJECT_H_
#define CPPET_BASE_PICKLE_OBJECT_H_

#include <complex>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/base/pickle/integer.h"

namespace cppet::pickle {

struct Object;

// Never null unless said so.
using ObjectPtr = std::shared_ptr<const Object>;

// What Python's pickles are made of.

struct None {};

struct Int {
  Integer value;
  // Python 2's long; an int of Python 3 that is wider than 32 bits.
  bool is_long = false;
};

struct Bytes {
  std::string data;
};

struct ByteArray {
  std::string data;
};

struct Text {
  std::string utf8;
};

struct List {
  std::vector<ObjectPtr> items;
};

struct Tuple {
  std::vector<ObjectPtr> items;
};

using ObjectPair = std::pair<ObjectPtr, ObjectPtr>;

struct Dict {
  std::vector<ObjectPair> items;  // if a key is there twice, the last counts
};

struct Set {
  std::vector<ObjectPtr> items;
};

struct FrozenSet {
  std::vector<ObjectPtr> items;
};

// A class or function, by Python 3's name of it: {"builtins", "complex"}.
struct Global {
  std::string module;
  std::string name;
};

// An object of any other type: how Python makes it.
struct Call {
  // The Tuple's items.
  const std::vector<ObjectPtr>& args() const;

  ObjectPtr callable;
  ObjectPtr arguments;  // a Tuple
  // Only the class's __new__ is called, not its __init__.
  bool is_new = false;
  ObjectPtr keywords;  // with is_new, a Dict or null: arguments by name
  // What is done to the result, in this order.
  std::vector<ObjectPtr> appended;    // as to a list
  std::vector<ObjectPair> set_items;  // as in a dict
  ObjectPtr state;                    // null, or what __setstate__ gets
};

// An object in a pickle, with all that is in it. Parts may be shared, so that
// a small pickle may be a huge tree: see ExpandedSize. It does not contain
// itself.
struct Object {
  std::variant<None, bool, Int, double, Bytes, ByteArray, Text, List, Tuple,
               Dict, Set, FrozenSet, Global, Call>
      data;

  // The object if it is a T, else null:
  //
  //   if (const Text* text = object.As<Text>()) Print(text->utf8);
  template <typename T>
  const T* As() const {
    return std::get_if<T>(&data);
  }
};

// How deep objects in a pickle may be nested.
inline constexpr int kMaxDepth = 200;

//   Make(List{{Make(Int{1}), Make(Text{"a"})}})
ObjectPtr Make(decltype(Object::data) data);

// Returns the call of `module`.`name` with `arguments`.
ObjectPtr MakeCall(absl::string_view module, absl::string_view name,
                   std::vector<ObjectPtr> arguments);

// Whether `object` is the class or function `module`.`name`.
bool IsGlobal(const Object& object, absl::string_view module,
              absl::string_view name);

// Returns the complex number that `object` makes, if it is one.
std::optional<std::complex<double>> AsComplex(const Object& object);

// The name of Python's type, as far as a pickle tells: "dict", "NoneType",
// "collections.OrderedDict"; for a class or function, its own name.
std::string TypeName(const Object& object);

// Returns the number of objects in `object` and of bytes in them, where what is
// shared counts as often as it is met; if that is above `limit`, any number
// above it, within time for `limit` steps. Ask before you walk over a pickle
// from elsewhere.
int64_t ExpandedSize(const Object& object, int64_t limit);

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_OBJECT_H_
