#ifndef CPPET_ENVIRONMENT_WRAPPING_WRAPPING_H_
#define CPPET_ENVIRONMENT_WRAPPING_WRAPPING_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {

// A way from where runs are computed to where they are stored.
class Wrapping {
 public:
  // Told of each run once it is stored, and only then. `record` need not have
  // leaves any more. It may have become that of a failed run on the way, as it
  // could not be stored.
  using Finished =
      std::function<void(const RunRecord& record, absl::string_view value)>;

  virtual ~Wrapping() = default;

  // In the process of the run: does there what is to be done there. The report
  // goes to Take afterwards, with the record unless it is `stored` now.
  virtual void Deliver(RunReport& /*report*/) {}

  // In the main process.

  // Before the first run, and before each fork.
  virtual absl::Status Start() { return absl::OkStatus(); }
  virtual absl::Status BeforeFork() { return absl::OkStatus(); }
  // Takes the report of a run that finished, or failed.
  virtual absl::Status Take(RunReport report) = 0;
  // Whether to wait with more reports, as many are on their way.
  virtual bool full() const { return false; }
  // What went wrong since then; it stays so.
  virtual absl::Status status() const { return absl::OkStatus(); }
  // Makes `call` at a time when no process of a run stores.
  virtual void WhileNoneDelivers(const std::function<void()>& call) { call(); }
  // Returns when all that was taken is stored. No process of a run is left.
  virtual absl::Status Finish() = 0;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_WRAPPING_H_
