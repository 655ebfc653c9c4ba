#include "cppet/sumatra/platform.h"

#include <sys/utsname.h>

#include "absl/strings/str_cat.h"

namespace cppet {

Platform ThisPlatform() {
  Platform platform;
  platform.architecture_bits = absl::StrCat(8 * sizeof(void*), "bit");
  utsname names;
  if (uname(&names) == 0) {
    platform.machine = names.machine;
    platform.network_name = names.nodename;
    platform.release = names.release;
    platform.system_name = names.sysname;
    platform.version = names.version;
  }
  return platform;
}

}  // namespace cppet
