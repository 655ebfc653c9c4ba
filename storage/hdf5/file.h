#ifndef CPPET_STORAGE_HDF5_FILE_H_
#define CPPET_STORAGE_HDF5_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/storage/hdf5/filters.h"
#include "cppet/storage/hdf5/handle.h"
#include "hdf5.h"

namespace cppet::hdf5 {

struct OpenOptions {
  bool writable = false;
  // How long to wait for another process that has the file open.
  absl::Duration lock_timeout = absl::Seconds(30);
};

// An open HDF5 file, locked against other processes: by one that writes it
// against all, by one that reads it against those that write.
class File {
 public:
  // Makes the file `path` with no more in it than what PyTables has in any of
  // its files. It appears as a whole, and never in the place of another: that
  // there is one already is no error.
  //
  // Errors, with the path:
  //   kNotFound: its folder is not there.
  //   kPermissionDenied, kResourceExhausted, ...: as the system says.
  static absl::Status Create(const std::string& path, absl::string_view title,
                             const Filters& filters);

  // Opens the file `path`. A child process does not inherit it over exec.
  //
  // Errors, with the path:
  //   kNotFound: there is none.
  //   kInvalidArgument: it is no HDF5 file.
  //   kPermissionDenied: it may not be read, or written.
  //   kUnavailable: another process has it, still after the time-out.
  //   kDataLoss: it is damaged.
  static absl::StatusOr<File> Open(const std::string& path,
                                   const OpenOptions& options);

  // The group at the top.
  hid_t root() const { return root_.get(); }
  bool writable() const { return writable_; }

  // Hands all that was written to the system.
  absl::Status Flush();

  // Flushes and lets go of the file. All else that is open in it is closed
  // before.
  absl::Status Close();

 private:
  File() = default;

  Handle id_;
  Handle root_;
  bool writable_ = false;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_FILE_H_
