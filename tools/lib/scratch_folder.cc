#include "cppet/tools/lib/scratch_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace cppet {
namespace {

void RemoveAll(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

// Waits, in a process of its own, for the end of all that hold the other end
// of the pipe `alive`.
[[noreturn]] void Guard(int alive, const std::string& path) {
  // It must outlive what a terminal sends to the whole group.
  setsid();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    sigaction(signal, &ignore, nullptr);
  }
  // Nobody must wait for our end at the other end of what we inherited.
  const int64_t end = sysconf(_SC_OPEN_MAX);
  bool closed = false;
#ifdef SYS_close_range
  closed = syscall(SYS_close_range, 0, alive - 1, 0) == 0 &&
           syscall(SYS_close_range, alive + 1, ~0U, 0) == 0;
#endif
  for (int64_t fd = 0; !closed && fd < end; ++fd) {
    if (fd != alive) close(static_cast<int>(fd));
  }
  char byte;
  while (read(alive, &byte, 1) < 0 && errno == EINTR) {
  }
  RemoveAll(path);
  _exit(0);
}

absl::Status StartGuard(const std::string& path, UniqueFd* alive) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "pipe of a guard");
  }
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  // The guard is a grandchild, so that no one but init has to wait for it.
  const pid_t child = fork();
  if (child == 0) {
    const pid_t guard = fork();
    if (guard == 0) {
      write_end.Reset();
      Guard(read_end.get(), path);
    }
    _exit(guard < 0 ? 1 : 0);
  }
  if (child < 0) return absl::ErrnoToStatus(errno, "fork of a guard");
  int status = 0;
  pid_t reaped;
  do {
    reaped = waitpid(child, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  if (reaped == child && status != 0) {
    return absl::ResourceExhaustedError("fork of a guard");
  }
  *alive = std::move(write_end);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchFolder>> ScratchFolder::Create() {
  const char* parent = std::getenv("TMPDIR");
  if (parent == nullptr || *parent == '\0') parent = "/tmp";
  std::error_code error;
  const std::filesystem::path absolute =
      std::filesystem::absolute(parent, error);
  std::string path = absl::StrCat(absolute.string(), "/cppet-XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("cannot make a temporary folder in ", parent));
  }
  UniqueFd alive;
  if (const absl::Status status = StartGuard(path, &alive); !status.ok()) {
    RemoveAll(path);
    return status;
  }
  return absl::WrapUnique(
      new ScratchFolder(std::move(path), getpid(), std::move(alive)));
}

ScratchFolder::ScratchFolder(std::string path, pid_t owner, UniqueFd alive)
    : path_(std::move(path)), owner_(owner), alive_(std::move(alive)) {}

ScratchFolder::~ScratchFolder() {
  if (getpid() == owner_) RemoveAll(path_);
}

}  // namespace cppet
