#ifndef CPPET_ENVIRONMENT_SCHEDULING_RUN_QUEUE_H_
#define CPPET_ENVIRONMENT_SCHEDULING_RUN_QUEUE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "cppet/environment/run_results.h"
#include "cppet/trajectory/run_view.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

struct RunQueueOptions {
  // The first run to look at; those before it are left as they are.
  int64_t first = 0;
  // The options of the same names in EnvironmentOptions.
  // Must not throw. Those for which it is NaN start last.
  std::function<double(const RunView& run)> expected_duration;
  int retries = 0;
  std::optional<int> max_failures;
};

// Says which run of a trajectory to start next:
//
//   1. One that failed and is to be tried again. What fails whenever it is
//      tried is known soon that way, and not when all others are finished.
//   2. One that is not completed and was not started yet, in their order; with
//      `expected_duration` the longest first, equally long ones in their order.
//   3. None, also if more than `max_failures` runs have failed for good.
//
// The trajectory, which must outlive the queue, may become longer meanwhile.
class RunQueue {
 public:
  explicit RunQueue(const Trajectory& trajectory, RunQueueOptions options = {});

  // The next run to start, or none if there is none now.
  std::optional<int64_t> Next();
  // Whether there is none now.
  bool empty();

  // Notes that a run which Next returned has failed. Returns which new try is
  // to follow, 1 for the first, or 0 if the run has failed for good. The new
  // one is not due before TryAgain.
  int NoteFailure(int64_t index);
  // Notes that a run has failed for good.
  void NoteLastFailure() { ++failed_; }
  // `failure` is kept until Next returns the run.
  void TryAgain(RunFailure failure) { again_.push_back(std::move(failure)); }
  // The failures of the runs that would be tried again, but are not due any
  // more from now on.
  std::vector<RunFailure> TakeUntried();

  // How many tries of a run have failed, if runs are tried again.
  int failed_tries(int64_t index) const;
  // Whether more than `max_failures` runs have failed for good.
  bool too_many_failures() const {
    return options_.max_failures.has_value() &&
           failed_ > *options_.max_failures;
  }

 private:
  struct Expected {
    double duration;
    int64_t index;
  };

  static bool StartsEarlier(const Expected& a, const Expected& b);
  // What is not in order_ yet takes its place there.
  void Order();
  // The first run that was not started, which Next moves on from.
  std::optional<int64_t> FindFirst();

  const Trajectory& trajectory_;
  const RunQueueOptions options_;
  // Without an order, next_ is the next run. With one, it is a position in
  // order_, where the runs from options_.first to ordered_ are.
  int64_t next_;
  std::vector<Expected> order_;
  int64_t ordered_;
  std::deque<RunFailure> again_;
  // Of runs that may be tried again.
  absl::flat_hash_map<int64_t, int> failed_tries_;
  int64_t failed_ = 0;  // runs, for good
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_SCHEDULING_RUN_QUEUE_H_
