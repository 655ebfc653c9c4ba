#ifndef CPPET_TRAJECTORY_RUN_STATES_H_
#define CPPET_TRAJECTORY_RUN_STATES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/time_format.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {

// What became of the runs of a trajectory. Of a run, which may be one of
// millions, it keeps some bytes, so that memory does not grow while they are
// run; rows of a file in which something is not as we write it are kept as they
// are there.
class RunStates {
 public:
  // All that it keeps, to be sent to another process of the program.
  struct Parts {
    std::string states;
    std::vector<std::string> environments;
    std::vector<RunInfo> rows;
  };

  // Forgets all, and takes over the rows of a file, whose indices are their
  // places.
  void Restore(std::vector<RunInfo> rows);
  // Makes room for that many rows in all.
  void Reserve(int64_t rows) { states_.reserve(rows); }
  // Takes over the next row of a file. An empty summary of the parameters is
  // that of the run.
  void Append(RunInfo row);
  // The same, without a copy of its texts, if they are those that we write for
  // its place and times. Else returns false and takes nothing.
  bool AppendUsual(const RunInfoView& row);
  // Takes over what became of a run of a trajectory that has `length` runs.
  void Note(const RunRecord& record, int64_t length);

  bool completed(int64_t index) const;
  // Number of runs that are.
  int64_t completed() const { return completed_; }
  // What is known of run `index`, but for its name and parameters: those of a
  // row of a file are as they are there, else they are empty.
  RunInfo Get(int64_t index) const;

  // Of that only whether and when it was run, which takes no time.
  struct Times {
    bool started = false;
    bool completed = false;
    double timestamp = kNotRunTimestamp;
    double finish_timestamp = kNotRunFinishTimestamp;
  };
  Times TimesOf(int64_t index) const;

  Parts ToParts() const;
  // Errors:
  //   kDataLoss: these are no whole parts.
  static absl::StatusOr<RunStates> FromParts(Parts parts);

 private:
  enum class Kind : uint8_t {
    kUnknown,
    kNoted,  // its texts follow from its times
    kRow,    // a row of a file
  };
  struct State {
    double timestamp = 0;
    double finish_timestamp = 0;
    uint32_t place = 0;  // of kNoted in environments_, of kRow in rows_
    Kind kind = Kind::kUnknown;
    bool completed = false;
    uint16_t unused = 0;  // so that no byte is undefined
  };

  bool IsKnown(int64_t index) const {
    return index >= 0 && index < static_cast<int64_t>(states_.size()) &&
           states_[index].kind != Kind::kUnknown;
  }
  // Whether the texts of the next row follow from its place and times.
  bool Follows(const RunInfoView& row);
  uint32_t PlaceOf(absl::string_view environment);

  std::vector<State> states_;
  std::vector<std::string> environments_;  // each once
  std::vector<RunInfo> rows_;
  int64_t completed_ = 0;
  TimeFormatter time_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RUN_STATES_H_
