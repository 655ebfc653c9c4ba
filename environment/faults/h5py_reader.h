#ifndef CPPET_ENVIRONMENT_FAULTS_H5PY_READER_H_
#define CPPET_ENVIRONMENT_FAULTS_H5PY_READER_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "cppet/base/unique_fd.h"

namespace cppet {

// A Python process that reads files with h5py. One process reads many, as it
// takes long to start; after a crash it is started again.
class H5pyReader {
 public:
  H5pyReader() = default;
  ~H5pyReader() { Stop(); }
  H5pyReader(const H5pyReader&) = delete;
  H5pyReader& operator=(const H5pyReader&) = delete;

  // Reads every dataset and attribute of the file `path`.
  //
  // Errors:
  //   kDataLoss: h5py raised, crashed or hung.
  //   Others as the system's: there is no /usr/bin/python3 with h5py.
  absl::Status Read(const std::string& path);

  // The process; 0 if there is none.
  pid_t pid() const { return pid_; }

 private:
  absl::Status Start();
  void Stop();

  pid_t pid_ = 0;
  UniqueFd socket_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_H5PY_READER_H_
