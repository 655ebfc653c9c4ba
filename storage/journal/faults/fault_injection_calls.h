#ifndef CPPET_STORAGE_JOURNAL_FAULTS_FAULT_INJECTION_CALLS_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_FAULT_INJECTION_CALLS_H_

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>

// What takes the place of the C library's functions, whose results and errno
// they have. `folder` is a descriptor or AT_FDCWD.
namespace cppet::faults {

int Open(int folder, const char* name, int flags, mode_t mode);
ssize_t Write(int fd, const iovec* parts, int count, int64_t offset,
              bool at_offset);
ssize_t WriteOne(int fd, const void* data, size_t size, int64_t offset,
                 bool at_offset);
int Truncate(int fd, int64_t size);
int Allocate(int fd, int mode, int64_t offset, int64_t length);
// `call` is SYS_fsync or SYS_fdatasync.
int Sync(int fd, int call);
int Rename(int from_folder, const char* from, int to_folder, const char* to,
           unsigned flags);
int Link(int from_folder, const char* from, int to_folder, const char* to,
         int flags);
int Unlink(int folder, const char* name, int flags);

}  // namespace cppet::faults

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_FAULT_INJECTION_CALLS_H_
