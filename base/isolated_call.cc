#include "cppet/base/isolated_call.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cppet/base/unique_fd.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CPPET_IS_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CPPET_IS_SANITIZED
#endif

namespace cppet {
namespace {

#ifdef CPPET_IS_SANITIZED
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

constexpr size_t kMaxNote = 1000;
// What stands before an answer: a value, or the message of an error.
struct AnswerHead {
  uint64_t size = 0;
  absl::StatusCode code = absl::StatusCode::kOk;
};

// Of the pipe, and of what is read at once. With the system's 64 KiB, the two
// processes would wait for each other all the time.
constexpr int kPipeBytes = 1 << 20;
constexpr size_t kReadBytes = 1 << 17;

// What is shared with the child: its last note.
class NoteBoard {
 public:
  NoteBoard() {
    void* const page = mmap(nullptr, kMaxNote + 1, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page != MAP_FAILED) note_ = static_cast<char*>(page);
  }
  ~NoteBoard() {
    if (note_ != nullptr) munmap(note_, kMaxNote + 1);
  }
  NoteBoard(const NoteBoard&) = delete;
  NoteBoard& operator=(const NoteBoard&) = delete;

  void Put(absl::string_view note) {
    if (note_ == nullptr) return;
    const size_t size = std::min(note.size(), kMaxNote);
    std::memcpy(note_, note.data(), size);
    note_[size] = '\0';
  }

  // " at NOTE", once the child has ended.
  std::string Suffix() const {
    if (note_ == nullptr || note_[0] == '\0') return "";
    return absl::StrCat(" at ", std::string(note_, strnlen(note_, kMaxNote)));
  }

 private:
  char* note_ = nullptr;
};

// In bytes.
struct MemoryUse {
  int64_t address_space = 0;
  int64_t resident = 0;
};

// All zero if that is not known.
MemoryUse MemoryOf(pid_t process) {
  const std::string path = absl::StrCat("/proc/", process, "/statm");
  FILE* const file = fopen(path.c_str(), "re");
  if (file == nullptr) return {};
  long pages = 0, resident = 0;  // NOLINT: what scanf knows
  if (fscanf(file, "%ld %ld", &pages, &resident) != 2) pages = resident = 0;
  fclose(file);
  const int64_t page_size = sysconf(_SC_PAGESIZE);
  return {pages * page_size, resident * page_size};
}

void Limit(int resource, int64_t limit) {
  rlimit now = {};
  getrlimit(static_cast<__rlimit_resource_t>(resource), &now);
  const rlim_t wanted = static_cast<rlim_t>(limit);
  if (now.rlim_max < wanted) return;
  const rlimit limits = {wanted, wanted};
  setrlimit(static_cast<__rlimit_resource_t>(resource), &limits);
}

void BecomeChild(pid_t parent, const sigset_t& mask,
                 const IsolatedCallOptions& options) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(EXIT_FAILURE);
  // What handles them would tell of a crash of this program.
  for (const int signal :
       {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTERM, SIGINT, SIGALRM}) {
    if (kIsSanitized && signal != SIGTERM && signal != SIGINT) continue;
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, nullptr);
  }
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  Limit(RLIMIT_CORE, 0);
  if (kIsSanitized) return;
  const int64_t space = MemoryOf(getpid()).address_space;
  if (space > 0) Limit(RLIMIT_AS, space + options.max_memory);
  // Neither what the C library says when it aborts.
  const UniqueFd null(open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (null.is_open()) dup2(null.get(), STDERR_FILENO);
}

void WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(EXIT_FAILURE);
    bytes.remove_prefix(written);
  }
}

absl::Status TooMuchMemory(const IsolatedCallOptions& options) {
  return absl::ResourceExhaustedError(
      absl::StrCat("needs more than ", options.max_memory, " bytes of memory"));
}

using Function =
    std::function<absl::StatusOr<std::string>(const TakeNote& note)>;

absl::StatusOr<std::string> CallWithoutExceptions(
    const Function& function, const TakeNote& note,
    const IsolatedCallOptions& options) {
  try {
    return function(note);
  } catch (const std::bad_alloc&) {
    return TooMuchMemory(options);
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

void SendAnswer(int fd, const absl::StatusOr<std::string>& answer) {
  const absl::string_view bytes =
      answer.ok() ? absl::string_view(*answer) : answer.status().message();
  const AnswerHead head = {bytes.size(), answer.status().code()};
  WriteAll(fd, {reinterpret_cast<const char*>(&head), sizeof(head)});
  WriteAll(fd, bytes);
}

// An answer as far as it has come.
class Answer {
 public:
  // `max_size` bytes of it are the most that memory is reserved for.
  void Append(absl::string_view bytes, uint64_t max_size) {
    if (head_size_ < sizeof(head_)) {
      const size_t size = std::min(sizeof(head_) - head_size_, bytes.size());
      std::memcpy(reinterpret_cast<char*>(&head_) + head_size_, bytes.data(),
                  size);
      head_size_ += size;
      bytes.remove_prefix(size);
      if (head_size_ < sizeof(head_)) return;
      bytes_.reserve(std::min(head_.size, max_size));
    }
    bytes_.append(bytes.data(), bytes.size());
  }

  uint64_t size() const { return bytes_.size(); }
  bool is_whole() const {
    return head_size_ == sizeof(head_) && bytes_.size() == head_.size;
  }

  absl::StatusOr<std::string> Take() && {
    if (head_.code == absl::StatusCode::kOk) return std::move(bytes_);
    return absl::Status(head_.code, bytes_);
  }

 private:
  AnswerHead head_;
  size_t head_size_ = 0;
  std::string bytes_;
};

// Reads until the end what `child` writes.
absl::Status ReadAnswer(int fd, pid_t child, absl::Time deadline,
                        const IsolatedCallOptions& options, Answer* answer) {
  // A sanitized child has no limit of its own.
  const absl::Duration look =
      kIsSanitized ? absl::Milliseconds(10) : absl::Seconds(1);
  const int64_t most_resident =
      MemoryOf(getpid()).resident + options.max_memory;
  std::array<char, kReadBytes> buffer;
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(absl::StrCat(
          "took longer than ", absl::FormatDuration(options.timeout)));
    }
    pollfd waiting = {fd, POLLIN, 0};
    poll(&waiting, 1, absl::ToInt64Milliseconds(std::min(left, look)) + 1);
    if (kIsSanitized && MemoryOf(child).resident > most_resident) {
      return TooMuchMemory(options);
    }
    if (waiting.revents == 0) continue;
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return absl::OkStatus();
    if (static_cast<int64_t>(answer->size()) > options.max_result - size) {
      return absl::ResourceExhaustedError(
          absl::StrCat("gives more than ", options.max_result, " bytes"));
    }
    answer->Append(absl::string_view(buffer.data(), size), options.max_result);
  }
}

std::string WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return "ended in a way that is not known";
  }
  if (WIFSIGNALED(status)) {
    return absl::StrCat("was killed by signal ", WTERMSIG(status), " (",
                        strsignal(WTERMSIG(status)), ")");
  }
  return absl::StrCat("exited with code ", WEXITSTATUS(status));
}

}  // namespace

absl::StatusOr<std::string> CallIsolated(const Function& function,
                                         const IsolatedCallOptions& options) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  fcntl(write_end.get(), F_SETPIPE_SZ, kPipeBytes);
  NoteBoard board;
  const absl::Time deadline = absl::Now() + options.timeout;
  const pid_t parent = getpid();
  // So that the copy has nothing of it, whoever ends it.
  fflush(stdout);
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  const pid_t child = fork();
  if (child == 0) {
    BecomeChild(parent, mask, options);
    SendAnswer(
        write_end.get(),
        CallWithoutExceptions(
            function, [&board](absl::string_view note) { board.Put(note); },
            options));
    _exit(EXIT_SUCCESS);
  }
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  if (child < 0) return absl::ErrnoToStatus(error, "fork");
  write_end.Reset();
  Answer answer;
  absl::Status status;
  try {
    status = ReadAnswer(read_end.get(), child, deadline, options, &answer);
  } catch (const std::bad_alloc&) {
    status = TooMuchMemory(options);
  }
  if (!status.ok()) kill(child, SIGKILL);
  const std::string end = WaitFor(child);
  if (!status.ok()) {
    return absl::Status(status.code(),
                        absl::StrCat(status.message(), board.Suffix()));
  }
  if (!answer.is_whole()) {
    return absl::AbortedError(absl::StrCat(end, board.Suffix()));
  }
  return std::move(answer).Take();
}

}  // namespace cppet
