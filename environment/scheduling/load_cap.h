#ifndef CPPET_ENVIRONMENT_SCHEDULING_LOAD_CAP_H_
#define CPPET_ENVIRONMENT_SCHEDULING_LOAD_CAP_H_

#include <chrono>
#include <cstdint>
#include <optional>

#include "cppet/environment/logs/logging.h"
#include "cppet/environment/scheduling/system_load.h"

namespace cppet {

// Says whether a further process of runs may start now, or too much of the
// machine is in use. The caps are the options of the same names in
// EnvironmentOptions; nothing is looked at if all are 1.
//
// It looks at most ten times in a second, first a tenth of a second after it
// was made, and holds until then. What a further process takes is not known
// before it is at work: until the next look there may be only one more than at
// the last.
class LoadCap {
 public:
  // A warning in `log`, which must outlive it, says so each time that a cap is
  // crossed.
  LoadCap(const Load& caps, RunLog& log, SystemLoadOptions options = {});

  // Whether no further process is to start now, if `active` are at work, 1 or
  // more.
  bool Holds(int64_t active);

 private:
  struct Resource {
    const char* name;
    const char* cap_name;
    double Load::*fraction;
    bool over = false;  // when it was looked at last
  };

  void Look(int64_t active);

  const Load caps_;
  RunLog& log_;
  const SystemLoadOptions options_;
  std::optional<SystemLoad> load_;  // none if all caps are 1
  Resource resources_[3] = {{"cpu", "cpu_cap", &Load::cpu},
                            {"memory", "memory_cap", &Load::memory},
                            {"swap", "swap_cap", &Load::swap}};
  std::chrono::steady_clock::time_point looked_;
  // The most that may be at work, as it was found then.
  int64_t most_ = 0;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_SCHEDULING_LOAD_CAP_H_
