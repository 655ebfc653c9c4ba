#include "cppet/environment/logs/progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cppet/base/time_format.h"

namespace cppet {
namespace {

constexpr absl::Duration kRedrawInterval = absl::Milliseconds(100);
constexpr absl::Duration kLineInterval = absl::Seconds(10);
constexpr int64_t kPercentStep = 5;
constexpr int kBarWidth = 20;

std::string Bar(double done) {
  const int filled = static_cast<int>(done * kBarWidth);
  std::string bar(filled, '=');
  if (filled < kBarWidth) bar.push_back('>');
  bar.resize(kBarWidth, ' ');
  return absl::StrCat("[", bar, "]");
}

// Three digits are enough.
std::string Rate(double runs_per_second) {
  if (runs_per_second >= 100) return absl::StrFormat("%.0f/s", runs_per_second);
  if (runs_per_second >= 0.1) {
    return absl::StrFormat("%.3g/s", runs_per_second);
  }
  return absl::StrFormat("%.3g/h", runs_per_second * 3600);
}

}  // namespace

Progress::Progress(int64_t total, std::function<void(absl::string_view)> write,
                   ProgressOptions options)
    : total_(total),
      write_(std::move(write)),
      options_(std::move(options)),
      started_(options_.now()),
      last_report_(options_.redraw ? absl::InfinitePast() : started_) {}

void Progress::RunFinished(bool failed) {
  ++finished_;
  if (failed) ++failed_;
  const absl::Time now = options_.now();
  if (options_.redraw) {
    if (now - last_report_ >= kRedrawInterval) Report(now, /*last=*/false);
    return;
  }
  const int64_t step =
      finished_ * 100 / std::max<int64_t>(total_, 1) / kPercentStep;
  if (step > last_step_ && now - last_report_ >= kLineInterval) {
    last_step_ = step;
    Report(now, /*last=*/false);
  }
}

void Progress::Finish() {
  if (std::exchange(finish_called_, true)) return;
  Report(options_.now(), /*last=*/true);
}

void Progress::Report(absl::Time now, bool last) {
  last_report_ = now;
  std::string line = Line(now, last);
  if (options_.redraw) {
    // Spaces cover what is left of a longer line.
    line.resize(options_.width, ' ');
    write_(absl::StrCat("\r", line, last ? "\n" : ""));
  } else {
    write_(absl::StrCat(line, "\n"));
  }
}

std::string Progress::Line(absl::Time now, bool last) const {
  const double done = total_ == 0 ? 1 : static_cast<double>(finished_) / total_;
  const double seconds = absl::ToDoubleSeconds(now - started_);
  std::string line =
      absl::StrFormat("%s %d/%d runs", Bar(done), finished_, total_);
  if (failed_ > 0) absl::StrAppendFormat(&line, ", %d failed", failed_);
  absl::StrAppendFormat(&line, ", %d %%", static_cast<int>(done * 100));
  if (seconds > 0 && finished_ > 0) {
    absl::StrAppend(&line, ", ", Rate(finished_ / seconds));
  }
  if (last) {
    absl::StrAppend(&line, ", ", FormatDuration(std::round(seconds)));
  } else if (finished_ > 0) {
    const double left = seconds * (total_ - finished_) / finished_;
    absl::StrAppend(&line, ", ", FormatDuration(std::round(left)), " left");
  }
  return line;
}

}  // namespace cppet
