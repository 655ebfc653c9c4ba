#include "cppet/base/shared_object.h"

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cppet {
namespace {

// What `address` is in; null if it is nowhere.
const link_map* ObjectAt(const void* address) {
  Dl_info info;
  void* object = nullptr;
  if (dladdr1(address, &info, &object, RTLD_DL_LINKMAP) == 0) return nullptr;
  return static_cast<const link_map*>(object);
}

}  // namespace

bool InSameObject(const void* a, const void* b) {
  const link_map* object = ObjectAt(a);
  return object != nullptr && object == ObjectAt(b);
}

absl::StatusOr<SharedObject> SharedObject::Load(const std::string& path) {
  // A name without a folder would be searched for where libraries are.
  const std::string file =
      absl::StrContains(path, '/') ? path : absl::StrCat("./", path);
  if (access(file.c_str(), F_OK) != 0) {
    return absl::NotFoundError(absl::StrCat("there is no file ", path));
  }
  void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const error = dlerror();
    return absl::InvalidArgumentError(absl::StrCat(
        path, " cannot be loaded: ", error == nullptr ? "" : error));
  }
  return SharedObject(handle);
}

void* SharedObject::Find(const std::string& symbol) const {
  return dlsym(handle_, symbol.c_str());
}

bool SharedObject::Contains(const void* address) const {
  link_map* own = nullptr;
  return dlinfo(handle_, RTLD_DI_LINKMAP, &own) == 0 &&
         ObjectAt(address) == own;
}

}  // namespace cppet
