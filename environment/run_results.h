#ifndef CPPET_ENVIRONMENT_RUN_RESULTS_H_
#define CPPET_ENVIRONMENT_RUN_RESULTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace cppet {

// A run that failed, and why.
struct RunFailure {
  int64_t index = 0;
  std::string message;
};

// What is known of runs, whatever they return.
class RunOutcome {
 public:
  // The runs that failed, in the order in which that became known.
  const std::vector<RunFailure>& failures() const { return failures_; }
  // Whether SIGINT or SIGTERM came, so that not all runs may have been started.
  bool interrupted() const { return interrupted_; }
  // Whether more runs failed than EnvironmentOptions::max_failures, so that not
  // all may have been started.
  bool too_many_failures() const { return too_many_failures_; }
  // Not OK if all is stored, but could not be recorded in the Sumatra project
  // (EnvironmentOptions::sumatra_project).
  const absl::Status& record_status() const { return record_status_; }

  // For Environment.
  void AddFailure(RunFailure failure) {
    failures_.push_back(std::move(failure));
  }
  void set_interrupted(bool interrupted) { interrupted_ = interrupted; }
  void set_too_many_failures(bool too_many) { too_many_failures_ = too_many; }
  void set_record_status(absl::Status status) {
    record_status_ = std::move(status);
  }

 private:
  std::vector<RunFailure> failures_;
  bool interrupted_ = false;
  bool too_many_failures_ = false;
  absl::Status record_status_;
};

// What came of the runs of a trajectory: a vector of pairs of run index and
// returned value, in the order in which they finished, and the runs that
// failed. T is std::monostate if the run function returns nothing but success.
//
//   for (const auto& [index, value] : results) ...
template <typename T>
class RunResults : public RunOutcome {
 public:
  using value_type = std::pair<int64_t, T>;
  using const_iterator = typename std::vector<value_type>::const_iterator;
  using iterator = const_iterator;

  const_iterator begin() const { return values_.begin(); }
  const_iterator end() const { return values_.end(); }
  size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  const value_type& operator[](size_t i) const { return values_[i]; }

  // For Environment.
  void Add(int64_t index, T value) {
    values_.emplace_back(index, std::move(value));
  }

 private:
  std::vector<value_type> values_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_RUN_RESULTS_H_
