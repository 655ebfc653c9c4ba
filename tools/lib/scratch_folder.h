#ifndef CPPET_TOOLS_LIB_SCRATCH_FOLDER_H_
#define CPPET_TOOLS_LIB_SCRATCH_FOLDER_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cppet/base/unique_fd.h"

namespace cppet {

// A new folder for temporary files, which is removed with all in it when this
// goes, or soon after the process and all that it forked are gone, however they
// end. In forked processes it is there as well, but not theirs to remove.
class ScratchFolder {
 public:
  // Makes it in $TMPDIR, or else /tmp.
  //
  // Errors:
  //   as the system's, naming what cannot be made.
  static absl::StatusOr<std::unique_ptr<ScratchFolder>> Create();
  ~ScratchFolder();

  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  ScratchFolder(std::string path, pid_t owner, UniqueFd alive);

  const std::string path_;
  const pid_t owner_;
  // The end of a pipe; when all copies of it are closed, the guard removes the
  // folder.
  const UniqueFd alive_;
};

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_SCRATCH_FOLDER_H_
