#include "cppet/base/process_tree.h"

#include <dirent.h>
#include <sys/types.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/base/file_util.h"

namespace cppet {
namespace {

struct Process {
  ProcessId id;
  pid_t parent = 0;
};

// Returns what /proc tells of a process that is there and no zombie.
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
  process.id.pid = pid;
  if (fields.size() <= kStartTime || fields[kState] == "Z" ||
      fields[kState] == "X" ||
      !absl::SimpleAtoi(fields[kParent], &process.parent) ||
      !absl::SimpleAtoi(fields[kStartTime], &process.id.start_time)) {
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
    if (std::optional<Process> process = ReadProcess(pid)) {
      processes.push_back(*process);
    }
  }
  return processes;
}

}  // namespace

std::vector<ProcessId> ProcessTree(absl::Span<const ProcessId> roots) {
  const std::vector<Process> all = AllProcesses();
  std::vector<ProcessId> tree;
  for (const Process& process : all) {
    if (std::find(roots.begin(), roots.end(), process.id) != roots.end()) {
      tree.push_back(process.id);
    }
  }
  // The tree grows while it is walked.
  for (size_t i = 0; i < tree.size(); ++i) {
    for (const Process& process : all) {
      if (process.parent == tree[i].pid &&
          std::find(tree.begin(), tree.end(), process.id) == tree.end()) {
        tree.push_back(process.id);
      }
    }
  }
  return tree;
}

ProcessId FindProcess(pid_t pid) {
  const std::optional<Process> process = ReadProcess(pid);
  return process ? process->id : ProcessId{pid, -1};
}

pid_t ParentOf(pid_t pid) {
  const std::optional<Process> process = ReadProcess(pid);
  return process ? process->parent : 0;
}

}  // namespace cppet
