#include "cppet/storage/hdf5/merge/file_copy.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/journal/transactional_file.h"

namespace cppet {

absl::Status CopyHdf5File(const std::string& from, const std::string& to,
                          absl::Duration lock_timeout) {
  const hdf5::SilentErrors silent;
  // What is only in the journal would not be copied.
  CPPET_RETURN_IF_ERROR(journal::RecoverFile(from, lock_timeout).status());
  // While it is open nobody writes to the file itself.
  CPPET_ASSIGN_OR_RETURN(
      const hdf5::File open,
      hdf5::File::Open(from, {.lock_timeout = lock_timeout}));
  std::error_code error;
  std::filesystem::copy_file(
      from, to, std::filesystem::copy_options::overwrite_existing, error);
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(error.value(),
                             absl::StrCat("cannot copy ", from, " to ", to));
}

}  // namespace cppet
