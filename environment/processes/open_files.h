#ifndef CPPET_ENVIRONMENT_PROCESSES_OPEN_FILES_H_
#define CPPET_ENVIRONMENT_PROCESSES_OPEN_FILES_H_

#include <filesystem>
#include <iterator>

namespace cppet {

// The number of files that this process has open, for tests.
inline int OpenFiles() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_PROCESSES_OPEN_FILES_H_
