#include "cppet/trajectory/run_states.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "cppet/base/utf8.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

// More does not fit into the run table of a file.
constexpr size_t kMaxRuntime = 18;

std::string RuntimeOf(double timestamp, double finish_timestamp) {
  return FormatDuration(finish_timestamp - timestamp).substr(0, kMaxRuntime);
}

RunInfoView ViewOf(const RunInfo& row) {
  return {row.index,
          row.name,
          row.timestamp,
          row.finish_timestamp,
          row.runtime,
          row.time,
          row.completed,
          row.parameter_summary,
          row.short_environment_hexsha};
}

// Whether there is nothing but a name in the row of a run that was not run.
bool IsAsNotRun(const RunInfoView& row) {
  const RunInfoView other;
  return row.finish_timestamp == other.finish_timestamp &&
         row.runtime == other.runtime && row.time == other.time &&
         row.parameter_summary == other.parameter_summary &&
         row.short_environment_hexsha == other.short_environment_hexsha;
}

}  // namespace

void RunStates::Restore(std::vector<RunInfo> rows) {
  *this = RunStates();
  Reserve(rows.size());
  for (RunInfo& row : rows) Append(std::move(row));
}

uint32_t RunStates::PlaceOf(absl::string_view environment) {
  // Mostly the last one.
  auto place =
      std::find(environments_.rbegin(), environments_.rend(), environment);
  if (place == environments_.rend()) {
    environments_.emplace_back(environment);
    place = environments_.rbegin();
  }
  return environments_.rend() - place - 1;
}

bool RunStates::Follows(const RunInfoView& row) {
  return row.parameter_summary.empty() &&
         IsValidUtf8(row.short_environment_hexsha) &&
         row.name == RunName(states_.size()) &&
         row.time == time_.Format(row.timestamp) &&
         row.runtime == RuntimeOf(row.timestamp, row.finish_timestamp);
}

bool RunStates::AppendUsual(const RunInfoView& row) {
  State state;
  if (row.started()) {
    if (!Follows(row)) return false;
    state.kind = Kind::kNoted;
    state.timestamp = row.timestamp;
    state.finish_timestamp = row.finish_timestamp;
    state.completed = row.completed;
    state.place = PlaceOf(row.short_environment_hexsha);
  } else if (row.completed || !IsAsNotRun(row) ||
             row.name != RunName(states_.size())) {
    return false;
  }
  states_.push_back(state);
  completed_ += row.completed;
  return true;
}

void RunStates::Append(RunInfo row) {
  if (AppendUsual(ViewOf(row))) return;
  State& state = states_.emplace_back();
  state.completed = row.completed;
  completed_ += row.completed;
  state.kind = Kind::kRow;
  state.place = rows_.size();
  rows_.push_back(std::move(row));
}

void RunStates::Note(const RunRecord& record, int64_t length) {
  const int64_t size = std::max(length, record.index + 1);
  if (static_cast<int64_t>(states_.size()) < size) states_.resize(size);
  State& state = states_[record.index];
  completed_ += record.completed - state.completed;
  state.timestamp = record.start_timestamp;
  state.finish_timestamp = record.finish_timestamp;
  state.kind = Kind::kNoted;
  state.completed = record.completed;
  state.place = PlaceOf(record.environment_hexsha);
}

bool RunStates::completed(int64_t index) const {
  return IsKnown(index) && states_[index].completed;
}

RunInfo RunStates::Get(int64_t index) const {
  RunInfo info;
  info.index = index;
  if (!IsKnown(index)) return info;
  const State& state = states_[index];
  if (state.kind == Kind::kRow) return rows_[state.place];
  info.timestamp = state.timestamp;
  info.finish_timestamp = state.finish_timestamp;
  info.runtime = RuntimeOf(state.timestamp, state.finish_timestamp);
  info.time = FormatTime(state.timestamp);
  info.completed = state.completed;
  info.parameter_summary.clear();
  info.short_environment_hexsha = environments_[state.place];
  return info;
}

RunStates::Times RunStates::TimesOf(int64_t index) const {
  if (!IsKnown(index)) return {};
  const State& state = states_[index];
  if (state.kind == Kind::kRow) {
    const RunInfo& row = rows_[state.place];
    return {row.started(), row.completed, row.timestamp, row.finish_timestamp};
  }
  return {state.timestamp != kNotRunTimestamp, state.completed, state.timestamp,
          state.finish_timestamp};
}

RunStates::Parts RunStates::ToParts() const {
  static_assert(std::is_trivially_copyable_v<State>);
  Parts parts;
  parts.states.assign(reinterpret_cast<const char*>(states_.data()),
                      states_.size() * sizeof(State));
  parts.environments = environments_;
  parts.rows = rows_;
  return parts;
}

absl::StatusOr<RunStates> RunStates::FromParts(Parts parts) {
  const absl::Status damaged =
      absl::DataLossError("these are no states of runs");
  if (parts.states.size() % sizeof(State) != 0) return damaged;
  RunStates states;
  states.states_.resize(parts.states.size() / sizeof(State));
  if (!parts.states.empty()) {
    std::memcpy(static_cast<void*>(states.states_.data()), parts.states.data(),
                parts.states.size());
  }
  states.environments_ = std::move(parts.environments);
  states.rows_ = std::move(parts.rows);
  for (State& state : states.states_) {
    // The byte of a truth value may be any.
    unsigned char completed;
    std::memcpy(&completed, &state.completed, 1);
    state.completed = completed != 0;
    const size_t places = state.kind == Kind::kRow
                              ? states.rows_.size()
                              : states.environments_.size();
    if (state.kind > Kind::kRow ||
        (state.kind != Kind::kUnknown && state.place >= places)) {
      return damaged;
    }
    states.completed_ += state.completed;
  }
  return states;
}

}  // namespace cppet
