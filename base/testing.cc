#include "cppet/base/testing.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "glog/logging.h"

namespace cppet {
namespace {

std::string MakeDirectory() {
  const char* const parent = getenv("TEST_TMPDIR");
  std::string path =
      absl::StrCat(parent == nullptr ? "/tmp" : parent, "/cppet.XXXXXX");
  PCHECK(mkdtemp(path.data()) != nullptr) << path;
  return path;
}

}  // namespace

TempDirectory::TempDirectory() : path_(MakeDirectory()) {}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDirectory::Path(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

}  // namespace cppet
