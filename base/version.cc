#include "cppet/base/version.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace cppet {
namespace {

std::string Compiler() {
#if defined(__clang__)
  return absl::StrCat("Clang ", __clang_major__, ".", __clang_minor__, ".",
                      __clang_patchlevel__);
#elif defined(__GNUC__)
  return absl::StrCat("GCC ", __GNUC__, ".", __GNUC_MINOR__, ".",
                      __GNUC_PATCHLEVEL__);
#else
  return "unknown compiler";
#endif
}

}  // namespace

std::string LanguageVersion() {
  // 201703 -> "17"
  return absl::StrCat("C++", __cplusplus / 100 % 100, " ", Compiler());
}

}  // namespace cppet
