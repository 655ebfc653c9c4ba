#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstddef>

#include "cppet/storage/journal/faults/fault_injection_calls.h"

// The names of the C library. The headers that declare them are not included,
// as they differ in what else they say of them. off_t is off64_t here.
static_assert(sizeof(off_t) == 8);

namespace {

constexpr int kHere = -100;                 // AT_FDCWD
constexpr int kMakes = 0100 | 020000000;    // O_CREAT and O_TMPFILE
constexpr int kCreate = 01 | 0100 | 01000;  // O_WRONLY | O_CREAT | O_TRUNC
constexpr int kRemoveFolder = 0x200;        // AT_REMOVEDIR

mode_t ModeOf(int flags, va_list arguments) {
  return (flags & kMakes) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

using cppet::faults::Allocate;
using cppet::faults::Link;
using cppet::faults::Open;
using cppet::faults::Rename;
using cppet::faults::Sync;
using cppet::faults::Truncate;
using cppet::faults::Unlink;
using cppet::faults::Write;
using cppet::faults::WriteOne;

extern "C" {

#define CPPET_OPEN(name)                          \
  int name(const char* path, int flags, ...) {    \
    va_list arguments;                            \
    va_start(arguments, flags);                   \
    const mode_t mode = ModeOf(flags, arguments); \
    va_end(arguments);                            \
    return Open(kHere, path, flags, mode);        \
  }
CPPET_OPEN(open)
CPPET_OPEN(open64)

#define CPPET_OPENAT(name)                                 \
  int name(int folder, const char* path, int flags, ...) { \
    va_list arguments;                                     \
    va_start(arguments, flags);                            \
    const mode_t mode = ModeOf(flags, arguments);          \
    va_end(arguments);                                     \
    return Open(folder, path, flags, mode);                \
  }
CPPET_OPENAT(openat)
CPPET_OPENAT(openat64)

// With -D_FORTIFY_SOURCE.
int __open_2(const char* path, int flags) {
  return Open(kHere, path, flags, 0);
}
int __open64_2(const char* path, int flags) {
  return Open(kHere, path, flags, 0);
}
int __openat_2(int folder, const char* path, int flags) {
  return Open(folder, path, flags, 0);
}
int __openat64_2(int folder, const char* path, int flags) {
  return Open(folder, path, flags, 0);
}

int creat(const char* path, mode_t mode) {
  return Open(kHere, path, kCreate, mode);
}
int creat64(const char* path, mode_t mode) {
  return Open(kHere, path, kCreate, mode);
}

ssize_t write(int fd, const void* data, size_t size) {
  return WriteOne(fd, data, size, 0, false);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return WriteOne(fd, data, size, offset, true);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off_t offset) {
  return WriteOne(fd, data, size, offset, true);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  return Write(fd, parts, count, 0, false);
}
ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  return Write(fd, parts, count, offset, true);
}
ssize_t pwritev64(int fd, const iovec* parts, int count, off_t offset) {
  return Write(fd, parts, count, offset, true);
}
ssize_t pwritev2(int fd, const iovec* parts, int count, off_t offset, int) {
  return Write(fd, parts, count, offset, offset != -1);
}

int ftruncate(int fd, off_t size) { return Truncate(fd, size); }
int ftruncate64(int fd, off_t size) { return Truncate(fd, size); }

int fallocate(int fd, int mode, off_t offset, off_t length) {
  return Allocate(fd, mode, offset, length);
}
int fallocate64(int fd, int mode, off_t offset, off_t length) {
  return Allocate(fd, mode, offset, length);
}
// They return the error and leave errno alone.
int posix_fallocate(int fd, off_t offset, off_t length) {
  const int kept = errno;
  const int error = Allocate(fd, 0, offset, length) == 0 ? 0 : errno;
  errno = kept;
  return error;
}
int posix_fallocate64(int fd, off_t offset, off_t length) {
  return posix_fallocate(fd, offset, length);
}

int fsync(int fd) { return Sync(fd, SYS_fsync); }
int fdatasync(int fd) { return Sync(fd, SYS_fdatasync); }

int rename(const char* from, const char* to) {
  return Rename(kHere, from, kHere, to, 0);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return Rename(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) {
  return Rename(from_folder, from, to_folder, to, flags);
}
int link(const char* from, const char* to) {
  return Link(kHere, from, kHere, to, 0);
}
int linkat(int from_folder, const char* from, int to_folder, const char* to,
           int flags) {
  return Link(from_folder, from, to_folder, to, flags);
}
int unlink(const char* path) { return Unlink(kHere, path, 0); }
int unlinkat(int folder, const char* path, int flags) {
  return Unlink(folder, path, flags);
}
int remove(const char* path) {
  const int result = Unlink(kHere, path, 0);
  return result < 0 && errno == EISDIR ? Unlink(kHere, path, kRemoveFolder)
                                       : result;
}

}  // extern "C"
