#ifndef CPPET_ENVIRONMENT_SCHEDULING_PLACEMENT_H_
#define CPPET_ENVIRONMENT_SCHEDULING_PLACEMENT_H_

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/environment/logs/logging.h"

namespace cppet {

// Where and how processes of runs are to run: the options of the same names in
// EnvironmentOptions.
struct Placement {
  int niceness = 0;
  std::vector<int> cpu_affinity;
  std::map<std::string, std::vector<std::string>> resource_slots;
};

// Checks that this process may use the cores of
// EnvironmentOptions.cpu_affinity, whether it does so now or not.
//
// Errors:
//   kInvalidArgument: it may not use one; named.
//   As the system's: there is no thread to try that in.
absl::Status CheckAffinity(const std::vector<int>& cpu_affinity);

// Puts processes in their places, 0, 1, ...
class Placer {
 public:
  explicit Placer(Placement placement);
  ~Placer();

  Placer(const Placer&) = delete;
  Placer& operator=(const Placer&) = delete;

  // How many processes there may be at a time, of the `processes` that are
  // wanted.
  int MostProcesses(int processes) const;
  // Whether it matters that no two processes have the same place, and that
  // there are no places but 0 to MostProcesses - 1.
  bool exclusive() const;

  // In the process that has `place`: makes it as nice as it is to be, keeps it
  // on its core and sets its environment variables. What the system refuses is
  // left as it was, with a warning in `log`, only one of all processes.
  void Enter(int place, RunLog& log) const;

 private:
  const Placement placement_;
  // Shared with forked processes; null if there was no memory for it.
  std::atomic<bool>* const warned_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_SCHEDULING_PLACEMENT_H_
