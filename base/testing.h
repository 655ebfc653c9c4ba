#ifndef CPPET_BASE_TESTING_H_
#define CPPET_BASE_TESTING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace cppet {

// A new empty folder for a test's files, removed with all in it at the end of
// its life.
//
//   const TempDirectory directory;
//   WriteFile(directory.Path("spec.yaml"), "...");
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();

  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }

  // Returns the path of `name` in the folder.
  std::string Path(absl::string_view name) const;

 private:
  const std::string path_;
};

}  // namespace cppet

#endif  // CPPET_BASE_TESTING_H_
