#ifndef CPPET_BASE_SHARED_OBJECT_H_
#define CPPET_BASE_SHARED_OBJECT_H_

#include <string>

#include "absl/status/statusor.h"

namespace cppet {

// Whether both addresses are those of something in the same shared object, or
// in the program itself.
bool InSameObject(const void* a, const void* b);

// A shared object that was loaded into this process, where it stays.
class SharedObject {
 public:
  // Loads the file `path`, if it is not loaded yet. Its symbols are its own.
  //
  // Errors, with the path:
  //   kNotFound: there is no such file.
  //   kInvalidArgument: it cannot be loaded; says why.
  static absl::StatusOr<SharedObject> Load(const std::string& path);

  // The address of what it, or a shared object that it needs, calls `symbol`;
  // null if there is none.
  void* Find(const std::string& symbol) const;

  // Whether `address` is that of something in it.
  bool Contains(const void* address) const;

 private:
  explicit SharedObject(void* handle) : handle_(handle) {}

  void* handle_;
};

}  // namespace cppet

#endif  // CPPET_BASE_SHARED_OBJECT_H_
