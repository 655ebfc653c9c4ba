#include "cppet/environment/scheduling/system_load.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/file_util.h"
#include "cppet/environment/scheduling/control_groups.h"

namespace cppet {
namespace {

constexpr size_t kMaxFile = 16 << 20;
// More than any machine has.
constexpr int kMaxCores = 1 << 16;

std::string ReadOrEmpty(const std::string& path) {
  ReadFileOptions options;
  options.max_bytes = kMaxFile;
  return ReadFile(path, options).value_or("");
}

std::vector<absl::string_view> Words(absl::string_view line) {
  return absl::StrSplit(line, absl::ByAnyChar(" \t\n"), absl::SkipEmpty());
}

std::optional<uint64_t> ParseNumber(absl::string_view text) {
  uint64_t number;
  if (!absl::SimpleAtoi(text, &number)) return std::nullopt;
  return number;
}

// The number that a file consists of.
std::optional<uint64_t> ReadNumber(const std::string& path) {
  return ParseNumber(ReadOrEmpty(path));
}

// The number after `key`, "MemTotal:", in a file with one in each line.
std::optional<uint64_t> FindNumber(absl::string_view file,
                                   absl::string_view key) {
  for (const absl::string_view line : absl::StrSplit(file, '\n')) {
    if (!absl::StartsWith(line, key)) continue;
    const std::vector<absl::string_view> words = Words(line);
    if (words.size() >= 2 && words[0] == key) return ParseNumber(words[1]);
  }
  return std::nullopt;
}

double Fraction(double used, double all) {
  return all > 0 ? std::clamp(used / all, 0.0, 1.0) : 0;
}

// Numbers of "0-3,8" from the file of what is allowed to this process; none if
// that does not say.
std::vector<bool> AllowedCores(absl::string_view status) {
  constexpr absl::string_view kKey = "Cpus_allowed_list:";
  std::vector<bool> allowed;
  for (absl::string_view line : absl::StrSplit(status, '\n')) {
    if (!absl::ConsumePrefix(&line, kKey)) continue;
    for (const absl::string_view range :
         absl::StrSplit(line, absl::ByAnyChar(", \t"), absl::SkipEmpty())) {
      const std::pair<absl::string_view, absl::string_view> ends =
          absl::StrSplit(range, absl::MaxSplits('-', 1));
      int first, last;
      if (!absl::SimpleAtoi(ends.first, &first)) continue;
      last = first;
      if (!ends.second.empty() && !absl::SimpleAtoi(ends.second, &last)) {
        continue;
      }
      if (first < 0 || first > last || last >= kMaxCores) continue;
      if (allowed.size() <= last) allowed.resize(last + 1);
      std::fill(allowed.begin() + first, allowed.begin() + last + 1, true);
    }
  }
  return allowed;
}

// How many cores the group of that folder may use at a time, if that is
// limited.
std::optional<double> CoresOfGroup(const std::string& folder) {
  std::optional<uint64_t> quota, period;
  // "50000 100000", or "max 100000".
  const std::string max = ReadOrEmpty(absl::StrCat(folder, "/cpu.max"));
  const std::vector<absl::string_view> words = Words(max);
  if (words.size() == 2) {
    quota = ParseNumber(words[0]);
    period = ParseNumber(words[1]);
  } else {
    quota = ReadNumber(absl::StrCat(folder, "/cpu.cfs_quota_us"));
    period = ReadNumber(absl::StrCat(folder, "/cpu.cfs_period_us"));
  }
  if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / *period;
}

// The seconds of all cores that the group used.
std::optional<double> TimeOfGroup(const std::string& folder) {
  if (const auto microseconds = FindNumber(
          ReadOrEmpty(absl::StrCat(folder, "/cpu.stat")), "usage_usec")) {
    return *microseconds * 1e-6;
  }
  // Version 1, if that is counted by the same groups.
  if (const auto nanoseconds =
          ReadNumber(absl::StrCat(folder, "/cpuacct.usage"))) {
    return *nanoseconds * 1e-9;
  }
  return std::nullopt;
}

// Of what a group may have, in bytes.
struct Share {
  uint64_t limit;
  uint64_t used;
};

std::optional<Share> MemoryOfGroup(const std::string& folder) {
  std::optional<uint64_t> limit =
      ReadNumber(absl::StrCat(folder, "/memory.max"));
  std::optional<uint64_t> used;
  absl::string_view files = "inactive_file";
  if (limit) {
    used = ReadNumber(absl::StrCat(folder, "/memory.current"));
  } else {
    limit = ReadNumber(absl::StrCat(folder, "/memory.limit_in_bytes"));
    used = ReadNumber(absl::StrCat(folder, "/memory.usage_in_bytes"));
    files = "total_inactive_file";
  }
  if (!limit || !used) return std::nullopt;
  const uint64_t unused =
      FindNumber(ReadOrEmpty(absl::StrCat(folder, "/memory.stat")), files)
          .value_or(0);
  return Share{*limit, *used - std::min(*used, unused)};
}

std::optional<Share> SwapOfGroup(const std::string& folder) {
  const auto limit = ReadNumber(absl::StrCat(folder, "/memory.swap.max"));
  const auto used = ReadNumber(absl::StrCat(folder, "/memory.swap.current"));
  if (limit && used) return Share{*limit, *used};
  // Version 1 counts it together with memory.
  const auto both_limit =
      ReadNumber(absl::StrCat(folder, "/memory.memsw.limit_in_bytes"));
  const auto both_used =
      ReadNumber(absl::StrCat(folder, "/memory.memsw.usage_in_bytes"));
  const auto memory_limit =
      ReadNumber(absl::StrCat(folder, "/memory.limit_in_bytes"));
  const auto memory_used =
      ReadNumber(absl::StrCat(folder, "/memory.usage_in_bytes"));
  if (!both_limit || !both_used || !memory_limit || !memory_used) {
    return std::nullopt;
  }
  return Share{*both_limit - std::min(*both_limit, *memory_limit),
               *both_used - std::min(*both_used, *memory_used)};
}

// The fraction in use of the tightest group that may have less than
// `machine_limit` bytes; none if none may.
std::optional<double> TightestGroup(
    const std::vector<std::string>& folders, uint64_t machine_limit,
    std::optional<Share> (*read)(const std::string&)) {
  std::optional<double> tightest;
  for (const std::string& folder : folders) {
    const std::optional<Share> share = read(folder);
    if (!share || share->limit >= machine_limit) continue;
    tightest =
        std::max(tightest.value_or(0), Fraction(share->used, share->limit));
  }
  return tightest;
}

// Bytes of a field of /proc/meminfo.
std::optional<uint64_t> FindBytes(absl::string_view meminfo,
                                  absl::string_view key) {
  const std::optional<uint64_t> kilobytes = FindNumber(meminfo, key);
  // No machine has that many, nor is a file right that says so.
  if (!kilobytes || *kilobytes >> 54 != 0) return std::nullopt;
  return *kilobytes << 10;
}

}  // namespace

SystemLoad::SystemLoad(SystemLoadOptions options)
    : options_(std::move(options)),
      cpu_groups_(ControlGroupFolders("cpu", options_.root)),
      memory_groups_(ControlGroupFolders("memory", options_.root)),
      core_times_(ReadCoreTimes()),
      group_times_(ReadGroupTimes(core_times_.size())),
      measured_(options_.now()) {}

Load SystemLoad::Measure() {
  Load load;
  load.cpu = MeasureCpu();
  load.memory = MeasureMemory();
  load.swap = MeasureSwap();
  return load;
}

std::map<int, SystemLoad::CoreTime> SystemLoad::ReadCoreTimes() const {
  const std::string stat =
      ReadOrEmpty(absl::StrCat(options_.root, "/proc/stat"));
  const std::vector<bool> allowed = AllowedCores(
      ReadOrEmpty(absl::StrCat(options_.root, "/proc/self/status")));
  std::map<int, CoreTime> times;
  for (absl::string_view line : absl::StrSplit(stat, '\n')) {
    if (!absl::ConsumePrefix(&line, "cpu")) continue;
    const std::vector<absl::string_view> words = Words(line);
    int core;
    // Its number, user, nice, system, idle, iowait, irq, softirq, steal, and
    // what is part of the others.
    if (words.size() < 5 || absl::StartsWith(line, " ") ||
        !absl::SimpleAtoi(words[0], &core) || core < 0) {
      continue;
    }
    if (!allowed.empty() && (core >= allowed.size() || !allowed[core])) {
      continue;
    }
    CoreTime time;
    for (size_t i = 1; i < std::min<size_t>(words.size(), 9); ++i) {
      const uint64_t ticks = ParseNumber(words[i]).value_or(0);
      time.all += ticks;
      if (i == 4 || i == 5) time.idle += ticks;
    }
    times[core] = time;
  }
  return times;
}

std::map<std::string, SystemLoad::GroupTime> SystemLoad::ReadGroupTimes(
    size_t cores) const {
  std::map<std::string, GroupTime> times;
  for (const std::string& folder : cpu_groups_) {
    const std::optional<double> limit = CoresOfGroup(folder);
    if (!limit || (cores > 0 && *limit >= cores)) continue;
    if (const std::optional<double> used = TimeOfGroup(folder)) {
      times[folder] = {*limit, *used};
    }
  }
  return times;
}

double SystemLoad::MeasureCpu() {
  const std::map<int, CoreTime> core_times =
      std::exchange(core_times_, ReadCoreTimes());
  const std::map<std::string, GroupTime> group_times =
      std::exchange(group_times_, ReadGroupTimes(core_times_.size()));
  const TimePoint before = std::exchange(measured_, options_.now());
  const double seconds =
      std::chrono::duration<double>(measured_ - before).count();

  std::optional<double> of_group;
  for (const auto& [folder, time] : group_times_) {
    const auto old = group_times.find(folder);
    if (old == group_times.end() || seconds <= 0) continue;
    of_group =
        std::max(of_group.value_or(0),
                 Fraction(time.used - old->second.used, seconds * time.cores));
  }
  if (of_group) return cpu_ = *of_group;

  double idle = 0, all = 0;
  for (const auto& [core, time] : core_times_) {
    const auto old = core_times.find(core);
    // Numbers of a core may also go back a little, or begin anew.
    if (old == core_times.end() || time.all <= old->second.all) continue;
    all += time.all - old->second.all;
    if (time.idle > old->second.idle) idle += time.idle - old->second.idle;
  }
  if (core_times_.empty()) return cpu_ = 0;
  // No tick has passed: it is as it was.
  if (all > 0) cpu_ = Fraction(all - idle, all);
  return cpu_;
}

double SystemLoad::MeasureMemory() const {
  const std::string meminfo =
      ReadOrEmpty(absl::StrCat(options_.root, "/proc/meminfo"));
  const std::optional<uint64_t> all = FindBytes(meminfo, "MemTotal:");
  const std::optional<uint64_t> available = FindBytes(meminfo, "MemAvailable:");
  if (!all || !available) return 0;
  if (const std::optional<double> of_group =
          TightestGroup(memory_groups_, *all, MemoryOfGroup)) {
    return *of_group;
  }
  return Fraction(*all - std::min(*all, *available), *all);
}

double SystemLoad::MeasureSwap() const {
  const std::string meminfo =
      ReadOrEmpty(absl::StrCat(options_.root, "/proc/meminfo"));
  const std::optional<uint64_t> all = FindBytes(meminfo, "SwapTotal:");
  const std::optional<uint64_t> free = FindBytes(meminfo, "SwapFree:");
  if (!all || !free) return 0;
  if (const std::optional<double> of_group =
          TightestGroup(memory_groups_, *all, SwapOfGroup)) {
    return *of_group;
  }
  return Fraction(*all - std::min(*all, *free), *all);
}

}  // namespace cppet
