#include "cppet/storage/journal/faults/fault_injection.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cppet/storage/journal/faults/fault_injection_calls.h"

// All real work is done by system calls: the functions of the C library would
// lead back here.

namespace cppet {
namespace {

// Of a trace's descriptor, out of the way of what programs count on.
constexpr int kFirstTraceFd = 900;
constexpr int kMaxParts = IOV_MAX - 1;

struct Plan {
  char folder[PATH_MAX] = "";
  size_t folder_size = 0;
  int trace = -1;
  int64_t kill_at = -1;
  int64_t kill_percent = 0;
  int64_t fail_at = -1;
  int64_t fail_count = 1;
  int64_t error = ENOSPC;
};

int64_t Number(const char* name, int64_t otherwise) {
  const char* const text = getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : atoll(text);
}

Plan ReadPlan() {
  Plan plan;
  if (const char* const folder = getenv("CPPET_FAULT_FOLDER")) {
    snprintf(plan.folder, sizeof(plan.folder), "%s", folder);
    plan.folder_size = strlen(plan.folder);
  }
  if (const char* const trace = getenv("CPPET_FAULT_TRACE")) {
    const int fd =
        syscall(SYS_openat, AT_FDCWD, trace,
                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    plan.trace = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, kFirstTraceFd);
    syscall(SYS_close, fd);
  }
  plan.kill_at = Number("CPPET_FAULT_KILL_AT", -1);
  plan.kill_percent = Number("CPPET_FAULT_KILL_PERCENT", 0);
  plan.fail_at = Number("CPPET_FAULT_FAIL_AT", -1);
  plan.fail_count = Number("CPPET_FAULT_FAIL_COUNT", 1);
  plan.error = Number("CPPET_FAULT_ERRNO", ENOSPC);
  return plan;
}

const Plan& ThePlan() {
  static const Plan plan = ReadPlan();
  return plan;
}

// A name, made absolute.
class Path {
 public:
  Path(int folder, const char* name) {
    if (name == nullptr) return;
    if (name[0] == '/') {
      snprintf(text_, sizeof(text_), "%s", name);
      return;
    }
    if (folder == AT_FDCWD) {
      if (syscall(SYS_getcwd, text_, sizeof(text_)) < 0) text_[0] = '\0';
    } else {
      ReadLink(folder);
    }
    const size_t size = strlen(text_);
    snprintf(text_ + size, sizeof(text_) - size, "/%s", name);
  }
  explicit Path(int fd) { ReadLink(fd); }

  const char* text() const { return text_; }
  size_t size() const { return strlen(text_); }

  bool InFolder() const {
    const Plan& plan = ThePlan();
    return plan.folder_size > 0 &&
           strncmp(text_, plan.folder, plan.folder_size) == 0 &&
           (text_[plan.folder_size] == '/' || text_[plan.folder_size] == '\0');
  }

 private:
  void ReadLink(int fd) {
    char link[32];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    const ssize_t size =
        syscall(SYS_readlinkat, AT_FDCWD, link, text_, sizeof(text_) - 1);
    text_[std::max<ssize_t>(size, 0)] = '\0';
  }

  char text_[PATH_MAX] = "";
};

// Restores errno at the end of its life.
class KeepErrno {
 public:
  KeepErrno() : error_(errno) {}
  ~KeepErrno() { errno = error_; }

 private:
  const int error_;
};

uint64_t InodeOf(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 ? info.st_ino : 0;
}

// The parts of a write, without what is beyond `size` bytes.
class Parts {
 public:
  Parts(const iovec* parts, int count, int64_t size) {
    for (int i = 0; i < std::min(count, kMaxParts) && size > 0; ++i) {
      parts_[count_] = parts[i];
      parts_[count_].iov_len = std::min<int64_t>(parts[i].iov_len, size);
      size -= parts_[count_++].iov_len;
    }
  }

  const iovec* data() const { return parts_; }
  int count() const { return count_; }
  int64_t size() const {
    int64_t size = 0;
    for (int i = 0; i < count_; ++i) size += parts_[i].iov_len;
    return size;
  }

 private:
  iovec parts_[kMaxParts];
  int count_ = 0;
};

void Trace(FaultRecord record, const iovec* parts, int count) {
  if (ThePlan().trace < 0) return;
  const KeepErrno keep;
  iovec all[IOV_MAX];
  for (int i = 0; i < count; ++i) {
    all[i + 1] = parts[i];
    record.data_size += parts[i].iov_len;
  }
  record.process = syscall(SYS_getpid);
  all[0] = {&record, sizeof(record)};
  syscall(SYS_writev, ThePlan().trace, all, count + 1);
}

void TraceNames(FaultOperation operation, uint64_t inode, const Path& name,
                const Path* second = nullptr) {
  FaultRecord record;
  record.operation = operation;
  record.inode = inode;
  iovec parts[3] = {{const_cast<char*>(name.text()), name.size()}};
  if (second != nullptr) {
    parts[1] = {const_cast<char*>(""), 1};
    parts[2] = {const_cast<char*>(second->text()), second->size()};
  }
  Trace(record, parts, second == nullptr ? 1 : 3);
}

void TraceFile(FaultOperation operation, int fd, int64_t offset = 0,
               int64_t length = 0, int argument = 0) {
  const KeepErrno keep;
  FaultRecord record;
  record.operation = operation;
  record.inode = InodeOf(fd);
  record.offset = offset;
  record.length = length;
  record.argument = argument;
  Trace(record, nullptr, 0);
}

void TraceFailure() { Trace(FaultRecord(), nullptr, 0); }

ssize_t WriteParts(int fd, const Parts& parts, int64_t offset, bool at_offset) {
  if (parts.count() == 0) return 0;
  if (!at_offset) return syscall(SYS_writev, fd, parts.data(), parts.count());
  return syscall(SYS_pwritev, fd, parts.data(), parts.count(),
                 static_cast<long>(offset), 0L);  // NOLINT: as in the kernel
}

enum class Fault { kNone, kFail, kShort, kKill };

// What is to become of this operation. Sets errno if it fails.
Fault NextFault() {
  static int64_t count = 0;
  static int counting_process = 0;
  const int process = syscall(SYS_getpid);
  if (counting_process != process) count = 0;
  counting_process = process;
  const int64_t number = count++;
  const Plan& plan = ThePlan();
  if (number == plan.kill_at) return Fault::kKill;
  if (plan.fail_at < 0 || number < plan.fail_at) return Fault::kNone;
  if (plan.fail_count >= 0 && number >= plan.fail_at + plan.fail_count) {
    return Fault::kNone;
  }
  if (plan.error == 0) return Fault::kShort;
  errno = plan.error;
  return Fault::kFail;
}

[[noreturn]] void Die() {
  for (;;) syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

// For all but writes: whether the operation is to fail.
bool Fails() {
  const Fault fault = NextFault();
  if (fault == Fault::kKill) Die();
  if (fault == Fault::kFail) TraceFailure();
  return fault == Fault::kFail;
}

}  // namespace

namespace faults {

ssize_t Write(int fd, const iovec* parts, int count, int64_t offset,
              bool at_offset) {
  const Parts whole(parts, count, INT64_MAX);
  if (!Path(fd).InFolder()) {
    const ssize_t written = WriteParts(fd, whole, offset, at_offset);
    if (fd == STDOUT_FILENO && written > 3 &&
        memcmp(parts[0].iov_base, "ACK", 3) == 0) {
      FaultRecord record;
      record.operation = FaultOperation::kAcknowledge;
      Trace(record, whole.data(), whole.count());
    }
    return written;
  }
  int64_t size = whole.size();
  switch (NextFault()) {
    case Fault::kNone:
      break;
    case Fault::kFail:
      TraceFailure();
      return -1;
    case Fault::kShort:
      size = (size + 1) / 2;
      break;
    case Fault::kKill:
      WriteParts(fd, Parts(parts, count, size * ThePlan().kill_percent / 100),
                 offset, at_offset);
      Die();
  }
  const ssize_t written =
      WriteParts(fd, Parts(parts, count, size), offset, at_offset);
  if (written < 0) {
    TraceFailure();
    return -1;
  }
  const KeepErrno keep;
  if (!at_offset) offset = lseek(fd, 0, SEEK_CUR) - written;
  FaultRecord record;
  record.operation = FaultOperation::kWrite;
  record.inode = InodeOf(fd);
  record.offset = offset;
  const Parts done(parts, count, written);
  Trace(record, done.data(), done.count());
  return written;
}

ssize_t WriteOne(int fd, const void* data, size_t size, int64_t offset,
                 bool at_offset) {
  const iovec part = {const_cast<void*>(data), size};
  return Write(fd, &part, 1, offset, at_offset);
}

int Open(int folder, const char* name, int flags, mode_t mode) {
  const Path path(folder, name);
  bool creates = false;
  bool truncates = false;
  if (path.InFolder() && (flags & (O_CREAT | O_TRUNC)) != 0) {
    const KeepErrno keep;
    struct stat info;
    const bool exists = stat(path.text(), &info) == 0;
    creates = !exists && (flags & O_CREAT) != 0;
    truncates = exists && (flags & O_TRUNC) != 0;
  }
  const bool counts = creates || truncates;
  if (counts && Fails()) return -1;
  const int fd = syscall(SYS_openat, folder, name, flags, mode);
  if (counts && fd < 0) {
    TraceFailure();
  } else if (creates) {
    TraceNames(FaultOperation::kCreate, InodeOf(fd), path);
  } else if (truncates) {
    TraceFile(FaultOperation::kTruncate, fd);
  }
  return fd;
}

namespace {

// An operation on the file or folder that `fd` is, by `act`, which is noted by
// `trace`.
template <typename Act, typename Note>
int OnFile(int fd, Act act, Note note) {
  if (!Path(fd).InFolder()) return act();
  if (Fails()) return -1;
  const int result = act();
  if (result < 0) {
    TraceFailure();
  } else {
    note();
  }
  return result;
}

}  // namespace

int Truncate(int fd, int64_t size) {
  return OnFile(
      fd, [&] { return syscall(SYS_ftruncate, fd, size); },
      [&] { TraceFile(FaultOperation::kTruncate, fd, size); });
}

int Allocate(int fd, int mode, int64_t offset, int64_t length) {
  return OnFile(
      fd, [&] { return syscall(SYS_fallocate, fd, mode, offset, length); },
      [&] { TraceFile(FaultOperation::kAllocate, fd, offset, length, mode); });
}

int Sync(int fd, int call) {
  return OnFile(
      fd, [&] { return syscall(call, fd); },
      [&] {
        struct stat info;
        if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
          TraceNames(FaultOperation::kSyncFolder, info.st_ino, Path(fd));
        } else {
          TraceFile(FaultOperation::kSync, fd);
        }
      });
}

namespace {

template <typename Act>
int OnNames(FaultOperation operation, const Path& from, const Path* to,
            Act act) {
  if (!from.InFolder()) return act();
  if (Fails()) return -1;
  const int result = act();
  if (result < 0) {
    TraceFailure();
  } else {
    TraceNames(operation, 0, from, to);
  }
  return result;
}

}  // namespace

int Rename(int from_folder, const char* from, int to_folder, const char* to,
           unsigned flags) {
  const Path second(to_folder, to);
  return OnNames(
      FaultOperation::kRename, Path(from_folder, from), &second, [&] {
        return syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
      });
}

int Link(int from_folder, const char* from, int to_folder, const char* to,
         int flags) {
  const Path second(to_folder, to);
  return OnNames(FaultOperation::kLink, Path(from_folder, from), &second, [&] {
    return syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
  });
}

int Unlink(int folder, const char* name, int flags) {
  return OnNames(FaultOperation::kUnlink, Path(folder, name), nullptr,
                 [&] { return syscall(SYS_unlinkat, folder, name, flags); });
}

}  // namespace faults
}  // namespace cppet
