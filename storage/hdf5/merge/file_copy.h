#ifndef CPPET_STORAGE_HDF5_MERGE_FILE_COPY_H_
#define CPPET_STORAGE_HDF5_MERGE_FILE_COPY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace cppet {

// Copies the whole HDF5 file `from`, as of its last commit, to `to`, in the
// place of what is there. After a crash `to` may be a part of it.
//
// Errors, with the name of the file:
//   kNotFound: there is no `from`, or no folder for `to`.
//   kInvalidArgument: `from` is no HDF5 file.
//   kUnavailable: another process writes `from`, still after the time-out.
//   kPermissionDenied, kResourceExhausted, ...: as the system says.
absl::Status CopyHdf5File(const std::string& from, const std::string& to,
                          absl::Duration lock_timeout = absl::Seconds(30));

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_MERGE_FILE_COPY_H_
