#ifndef CPPET_TRAJECTORY_RUN_STATES_H_
#define CPPET_TRAJECTORY_RUN_STATES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {

// What became of the runs of a trajectory. Of a run that was noted, which may
// be one of millions, it keeps some bytes, for all runs at once, so that memory
// does not grow while they are run; rows of a file are kept as they are there.
class RunStates {
 public:
  // Forgets all, and takes over the rows of a file, whose indices are their
  // places.
  void Restore(std::vector<RunInfo> rows);
  // Takes over what became of a run of a trajectory that has `length` runs.
  void Note(const RunRecord& record, int64_t length);

  bool completed(int64_t index) const;
  // Number of runs that are.
  int64_t completed() const { return completed_; }
  // What is known of run `index`, but for its name and parameters: those of a
  // row of a file are as they are there, else they are empty.
  RunInfo Get(int64_t index) const;

 private:
  struct State {
    double timestamp = 0;
    double finish_timestamp = 0;
    uint32_t environment = 0;  // a place in environments_
    bool noted = false;
    bool completed = false;
  };

  bool noted(int64_t index) const {
    return index < static_cast<int64_t>(states_.size()) && states_[index].noted;
  }

  std::vector<State> states_;
  std::vector<std::string> environments_;  // each once
  std::vector<RunInfo> restored_;
  int64_t completed_ = 0;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RUN_STATES_H_
