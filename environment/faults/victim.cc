#include "cppet/environment/faults/victim.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/unique_fd.h"
#include "cppet/environment/faults/descendants.h"
#include "cppet/environment/faults/in_child.h"
#include "cppet/environment/faults/run_faulty_sweep.h"
#include "cppet/environment/faults/side_files.h"

namespace cppet {
namespace {

constexpr absl::Duration kPatience = absl::Milliseconds(100);
constexpr absl::Duration kPollTime = absl::Microseconds(200);
// About what it takes to compute and store a run, and to store one.
constexpr int64_t kRunUs = 3000;
constexpr int64_t kStoreUs = 1000;

bool IsOf(pid_t main, pid_t pid) { return pid == main || IsChildOf(main, pid); }

// The number of a process may be another one's by the time of the signal, but
// not what the descriptor stands for.
bool KillProcess(pid_t pid, pid_t main, absl::Duration delay) {
  const UniqueFd fd(syscall(SYS_pidfd_open, pid, 0));
  if (!fd.is_open() || !IsOf(main, pid)) return false;
  absl::SleepFor(delay);
  return IsOf(main, pid) &&
         syscall(SYS_pidfd_send_signal, fd.get(), SIGKILL, nullptr, 0) == 0;
}

// All in one moment as seen by them: nobody can react to the death of another.
bool KillAll(pid_t main) {
  if (HasEnded(main)) return false;
  kill(main, SIGSTOP);
  std::vector<pid_t> children = Descendants(main);
  for (const pid_t pid : children) KillProcess(pid, main, absl::ZeroDuration());
  kill(main, SIGKILL);
  return true;
}

std::string InodeOf(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return "-";
  return absl::StrCat(info.st_ino);
}

// Who has an exclusive lock of the sweep's file or its journal; 0 if nobody.
pid_t HolderOf(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kFaultySweepFile);
  const std::set<std::string> inodes = {InodeOf(path),
                                        InodeOf(absl::StrCat(path, ".wal"))};
  const absl::StatusOr<std::string> locks = ReadFile("/proc/locks");
  if (!locks.ok()) return 0;
  for (const absl::string_view line : absl::StrSplit(*locks, '\n')) {
    // "1: FLOCK ADVISORY WRITE 1234 fe:00:5678 0 EOF"
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    pid_t pid = 0;
    if (fields.size() < 6 || fields[3] != "WRITE" ||
        !absl::SimpleAtoi(fields[4], &pid)) {
      continue;
    }
    const absl::string_view inode = fields[5].substr(fields[5].rfind(':') + 1);
    if (inodes.count(std::string(inode)) > 0) return pid;
  }
  return 0;
}

pid_t WriterOf(pid_t main, const SideFiles& side_files) {
  const std::vector<pid_t> workers = side_files.Workers();
  const std::vector<pid_t> children = Descendants(main);
  // It is the first one that `main` starts.
  if (children.empty() ||
      std::find(workers.begin(), workers.end(), children[0]) != workers.end()) {
    return 0;
  }
  return children[0];
}

pid_t AnyWorker(pid_t main, const SideFiles& side_files,
                std::mt19937_64& random) {
  std::vector<pid_t> workers = side_files.Workers();
  workers.erase(
      std::remove_if(workers.begin(), workers.end(),
                     [&](pid_t pid) { return !IsChildOf(main, pid); }),
      workers.end());
  return workers.empty() ? 0 : workers[random() % workers.size()];
}

}  // namespace

absl::string_view VictimName(Victim victim) {
  switch (victim) {
    case Victim::kMain:
      return "main";
    case Victim::kWorker:
      return "worker";
    case Victim::kWriter:
      return "writer";
    case Victim::kHolder:
      return "holder";
    case Victim::kAll:
      return "all";
  }
  return "";
}

std::vector<Victim> VictimsOf(const SweepMode& mode) {
  if (!mode.multiproc) return {Victim::kMain};
  switch (mode.wrap_mode) {
    case WrapMode::kQueue:
    case WrapMode::kPipe:
      return {Victim::kMain, Victim::kWorker, Victim::kWriter, Victim::kAll};
    case WrapMode::kLocal:
      return {Victim::kMain, Victim::kWorker, Victim::kAll};
    case WrapMode::kLock:
    case WrapMode::kNone:
      return {Victim::kMain, Victim::kWorker, Victim::kHolder, Victim::kAll};
  }
  return {};
}

bool KillVictim(Victim victim, pid_t main, const std::string& folder,
                std::mt19937_64& random) {
  if (victim == Victim::kAll) return KillAll(main);
  if (victim == Victim::kMain) {
    return !HasEnded(main) && kill(main, SIGKILL) == 0;
  }
  const SideFiles side_files(folder);
  const absl::Time deadline = absl::Now() + kPatience;
  while (!HasEnded(main) && absl::Now() < deadline) {
    pid_t pid = 0;
    if (victim == Victim::kHolder) pid = HolderOf(folder);
    if (victim == Victim::kWriter) pid = WriterOf(main, side_files);
    if (victim == Victim::kWorker) {
      pid = AnyWorker(main, side_files, random);
    }
    const absl::Duration delay = absl::Microseconds(
        random() % (victim == Victim::kHolder ? kStoreUs : kRunUs));
    if (pid != 0 && KillProcess(pid, main, delay)) return true;
    absl::SleepFor(kPollTime);
  }
  return false;
}

}  // namespace cppet
