#ifndef CPPET_VCS_SCRATCH_REPOSITORY_H_
#define CPPET_VCS_SCRATCH_REPOSITORY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/base/testing.h"

namespace cppet {

// Lets git see nothing of how the machine or its user has set it, in this
// process and its children, and be somebody who may commit. For the beginning
// of a test.
void IsolateGit();

// A git repository for a test, removed at the end of its life. Its branch is
// "main". What goes wrong fails the test.
class ScratchRepository {
 public:
  // With the file "code.txt" in its first commit, "first".
  ScratchRepository();

  const std::string& path() const { return directory_.path(); }
  std::string Path(absl::string_view name) const {
    return directory_.Path(name);
  }

  void Write(absl::string_view name, absl::string_view content) const;
  std::string Read(absl::string_view name) const;

  // Makes an executable file of the shell script `script`.
  void WriteHook(absl::string_view name, absl::string_view script) const;

  // What git prints, in the folder `in` of the repository or anywhere, without
  // white space at its ends.
  std::string Git(const std::vector<std::string>& args,
                  const std::string& in = "") const;
  // The same of a git that may fail.
  std::string TryGit(const std::vector<std::string>& args,
                     const std::string& in = "") const;

 private:
  const TempDirectory directory_;
};

}  // namespace cppet

#endif  // CPPET_VCS_SCRATCH_REPOSITORY_H_
