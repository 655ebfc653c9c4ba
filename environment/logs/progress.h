#ifndef CPPET_ENVIRONMENT_LOGS_PROGRESS_H_
#define CPPET_ENVIRONMENT_LOGS_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace cppet {

struct ProgressOptions {
  // One line that is drawn over and over; false: a line now and then.
  bool redraw = false;
  // Of the whole line that is drawn over.
  int width = 79;
  // For tests: what time it is.
  std::function<absl::Time()> now = absl::Now;
};

// Says how far runs are:
//
//   [=========>          ] 512/1000 runs, 3 failed, 51 %, 102/s, 0:00:05 left
//
// A line now and then is one for each 5 % that passed, but not more than one in
// 10 seconds, and the last.
class Progress {
 public:
  // `write` gets the text, with its line ends.
  Progress(int64_t total, std::function<void(absl::string_view)> write,
           ProgressOptions options = {});

  // One more run finished, or failed. Cheap.
  void RunFinished(bool failed);
  // There are more than was known.
  void AddRuns(int64_t runs) { total_ += runs; }
  // There will be no more.
  void Finish();

 private:
  void Report(absl::Time now, bool last);
  std::string Line(absl::Time now, bool last) const;

  int64_t total_;
  const std::function<void(absl::string_view)> write_;
  const ProgressOptions options_;
  const absl::Time started_;
  int64_t finished_ = 0;
  int64_t failed_ = 0;
  absl::Time last_report_;
  int64_t last_step_ = 0;  // of 5 %
  bool finish_called_ = false;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_LOGS_PROGRESS_H_
