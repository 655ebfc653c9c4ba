#include "cppet/environment/faults/descendants.h"

#include <dirent.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"

namespace cppet {
namespace {

struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  int64_t start_time = 0;
};

// What /proc tells of a process that is there and no zombie.
std::optional<Process> ReadProcess(pid_t pid) {
  const absl::StatusOr<std::string> stat =
      ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  if (!stat.ok()) return std::nullopt;
  // "pid (name) state parent ...", where the name may have any characters.
  const size_t end_of_name = stat->rfind(") ");
  if (end_of_name == std::string::npos) return std::nullopt;
  const std::vector<absl::string_view> fields =
      absl::StrSplit(absl::string_view(*stat).substr(end_of_name + 2), ' ');
  constexpr int kState = 0, kParent = 1, kStartTime = 19;
  Process process;
  process.pid = pid;
  if (fields.size() <= kStartTime || fields[kState] == "Z" ||
      fields[kState] == "X" ||
      !absl::SimpleAtoi(fields[kParent], &process.parent) ||
      !absl::SimpleAtoi(fields[kStartTime], &process.start_time)) {
    return std::nullopt;
  }
  return process;
}

std::vector<Process> AllProcesses() {
  std::vector<Process> processes;
  DIR* const directory = opendir("/proc");
  if (directory == nullptr) return processes;
  const absl::Cleanup close = [&] { closedir(directory); };
  while (const dirent* const entry = readdir(directory)) {
    pid_t pid;
    if (!absl::SimpleAtoi(entry->d_name, &pid)) continue;
    if (const std::optional<Process> process = ReadProcess(pid)) {
      processes.push_back(*process);
    }
  }
  return processes;
}

}  // namespace

std::vector<pid_t> Descendants(pid_t root) {
  std::vector<Process> all = AllProcesses();
  std::sort(all.begin(), all.end(), [](const Process& a, const Process& b) {
    return std::tie(a.start_time, a.pid) < std::tie(b.start_time, b.pid);
  });
  // A child does not start before its parent.
  std::vector<pid_t> family = {root};
  for (const Process& process : all) {
    if (std::find(family.begin(), family.end(), process.parent) !=
        family.end()) {
      family.push_back(process.pid);
    }
  }
  family.erase(family.begin());
  return family;
}

bool IsChildOf(pid_t parent, pid_t pid) {
  const std::optional<Process> process = ReadProcess(pid);
  return process.has_value() && process->parent == parent;
}

}  // namespace cppet
