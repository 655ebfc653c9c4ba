#include "cppet/environment/scheduling/run_queue.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cppet {

RunQueue::RunQueue(const Trajectory& trajectory, RunQueueOptions options)
    : trajectory_(trajectory),
      options_(std::move(options)),
      next_(options_.expected_duration == nullptr ? options_.first : 0),
      ordered_(options_.first) {}

std::optional<int64_t> RunQueue::Next() {
  if (too_many_failures()) return std::nullopt;
  if (!again_.empty()) {
    const int64_t index = again_.front().index;
    again_.pop_front();
    return index;
  }
  const std::optional<int64_t> first = FindFirst();
  if (first.has_value()) ++next_;
  return first;
}

bool RunQueue::empty() {
  return too_many_failures() || (again_.empty() && !FindFirst().has_value());
}

int RunQueue::NoteFailure(int64_t index) {
  if (options_.retries > 0) {
    const int tries = ++failed_tries_[index];
    if (tries <= options_.retries && !too_many_failures()) return tries;
  }
  NoteLastFailure();
  return 0;
}

std::vector<RunFailure> RunQueue::TakeUntried() {
  std::vector<RunFailure> failures(std::make_move_iterator(again_.begin()),
                                   std::make_move_iterator(again_.end()));
  again_.clear();
  return failures;
}

int RunQueue::failed_tries(int64_t index) const {
  const auto it = failed_tries_.find(index);
  return it == failed_tries_.end() ? 0 : it->second;
}

bool RunQueue::StartsEarlier(const Expected& a, const Expected& b) {
  if (std::isnan(a.duration)) return false;
  return std::isnan(b.duration) || a.duration > b.duration;
}

void RunQueue::Order() {
  if (ordered_ == trajectory_.length()) return;
  order_.erase(order_.begin(), order_.begin() + next_);
  next_ = 0;
  const auto old_size = order_.size();
  for (; ordered_ < trajectory_.length(); ++ordered_) {
    if (trajectory_.completed(ordered_)) continue;
    const RunView run = trajectory_.AsRun(ordered_).value();
    order_.push_back({options_.expected_duration(run), ordered_});
  }
  const auto added = order_.begin() + old_size;
  std::stable_sort(added, order_.end(), StartsEarlier);
  std::inplace_merge(order_.begin(), added, order_.end(), StartsEarlier);
}

std::optional<int64_t> RunQueue::FindFirst() {
  if (options_.expected_duration == nullptr) {
    while (next_ < trajectory_.length() && trajectory_.completed(next_)) {
      ++next_;
    }
    if (next_ == trajectory_.length()) return std::nullopt;
    return next_;
  }
  Order();
  while (next_ < order_.size() && trajectory_.completed(order_[next_].index)) {
    ++next_;
  }
  if (next_ == order_.size()) return std::nullopt;
  return order_[next_].index;
}

}  // namespace cppet
