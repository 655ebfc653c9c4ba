#ifndef CPPET_ENVIRONMENT_SCHEDULING_SYSTEM_LOAD_H_
#define CPPET_ENVIRONMENT_SCHEDULING_SYSTEM_LOAD_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cppet {

struct SystemLoadOptions {
  // Put before the paths of files in /proc and /sys. For tests.
  std::string root;
  // What time it is. For tests.
  std::function<std::chrono::steady_clock::time_point()> now =
      std::chrono::steady_clock::now;
};

// The fractions that are in use, 0 to 1.
struct Load {
  // Of the time of the cores.
  double cpu = 0;
  double memory = 0;
  // 0 if there is none.
  double swap = 0;
};

// Measures how much is in use of what this process may use: of the machine, or
// where control groups that the process is in may have less than that, of the
// tightest of them. What cannot be found out counts as unused.
//
// The cores of the machine are those that the process may run on. Memory that
// holds what files contain and can be had at any time is unused.
class SystemLoad {
 public:
  explicit SystemLoad(SystemLoadOptions options = {});

  // `cpu` is since the last call, at first since the construction. Calls that
  // follow each other in less than a tenth of a second make it coarse.
  Load Measure();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // The time that a core was idle, and all of its time, in ticks.
  struct CoreTime {
    uint64_t idle = 0;
    uint64_t all = 0;
  };
  // A control group that may use only so many cores at a time.
  struct GroupTime {
    double cores = 0;
    double used = 0;  // seconds
  };

  std::map<int, CoreTime> ReadCoreTimes() const;
  std::map<std::string, GroupTime> ReadGroupTimes(size_t cores) const;
  double MeasureCpu();
  double MeasureMemory() const;
  double MeasureSwap() const;

  const SystemLoadOptions options_;
  const std::vector<std::string> cpu_groups_;     // their folders
  const std::vector<std::string> memory_groups_;  // likewise
  // As they were when they were measured last.
  std::map<int, CoreTime> core_times_;
  std::map<std::string, GroupTime> group_times_;
  TimePoint measured_;
  double cpu_ = 0;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_SCHEDULING_SYSTEM_LOAD_H_
