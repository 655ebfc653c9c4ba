#include "cppet/trajectory/run_states.h"

#include <algorithm>
#include <utility>

#include "cppet/base/time_format.h"

namespace cppet {
namespace {

// More does not fit into the run table of a file.
constexpr size_t kMaxRuntime = 18;

}  // namespace

void RunStates::Restore(std::vector<RunInfo> rows) {
  states_.clear();
  environments_.clear();
  restored_ = std::move(rows);
  completed_ = std::count_if(restored_.begin(), restored_.end(),
                             [](const RunInfo& row) { return row.completed; });
}

void RunStates::Note(const RunRecord& record, int64_t length) {
  const int64_t size = std::max(length, record.index + 1);
  if (static_cast<int64_t>(states_.size()) < size) states_.resize(size);
  completed_ += record.completed - completed(record.index);
  State& state = states_[record.index];
  state.timestamp = record.start_timestamp;
  state.finish_timestamp = record.finish_timestamp;
  state.noted = true;
  state.completed = record.completed;
  // Mostly the last one.
  auto environment = std::find(environments_.rbegin(), environments_.rend(),
                               record.environment_hexsha);
  if (environment == environments_.rend()) {
    environments_.push_back(record.environment_hexsha);
    environment = environments_.rbegin();
  }
  state.environment = environments_.rend() - environment - 1;
}

bool RunStates::completed(int64_t index) const {
  if (noted(index)) return states_[index].completed;
  return index < static_cast<int64_t>(restored_.size()) &&
         restored_[index].completed;
}

RunInfo RunStates::Get(int64_t index) const {
  RunInfo info;
  info.index = index;
  if (!noted(index)) {
    return index < static_cast<int64_t>(restored_.size()) ? restored_[index]
                                                          : info;
  }
  const State& state = states_[index];
  info.timestamp = state.timestamp;
  info.finish_timestamp = state.finish_timestamp;
  info.runtime = FormatDuration(state.finish_timestamp - state.timestamp)
                     .substr(0, kMaxRuntime);
  info.time = FormatTime(state.timestamp);
  info.completed = state.completed;
  info.parameter_summary.clear();
  info.short_environment_hexsha = environments_[state.environment];
  return info;
}

}  // namespace cppet
