#ifndef CPPET_STORAGE_HDF5_API_SCRATCH_FILE_H_
#define CPPET_STORAGE_HDF5_API_SCRATCH_FILE_H_

#include <string>

#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// A new HDF5 file for a test, open for writing.
class ScratchFile {
 public:
  ScratchFile() : file_(CreateAndOpen(path())) {}

  std::string path() const { return directory_.Path("file.hdf5"); }
  hid_t root() const { return file_.root(); }
  File& file() { return file_; }

 private:
  static File CreateAndOpen(const std::string& path) {
    const absl::Status created = File::Create(path, "title", {});
    (void)created;  // then it cannot be opened
    return File::Open(path, {.writable = true}).value();
  }

  const SilentErrors silent_;
  const TempDirectory directory_;
  File file_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_SCRATCH_FILE_H_
