#ifndef CPPET_ENVIRONMENT_CALLS_RUN_REPORT_H_
#define CPPET_ENVIRONMENT_CALLS_RUN_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {

// What becomes of a run, on its way from where it was computed to where it is
// stored and counted.
struct RunReport {
  RunRecord record;
  // What the run function returned, as its ReturnCodec encodes it; empty if
  // the run failed.
  std::string value;
  // The whole record by EncodeRunRecord, if it comes from another process and
  // is not stored yet; `record` has no leaves then.
  std::string encoded_record;
  // The record is stored already.
  bool stored = false;
  // What the storage has, if it is no fault of this run.
  absl::Status storage_status;
};

// The report as bytes, without `encoded_record`, which is large and goes by
// itself. The leaves of `record` are left out.
//
// Errors of Decode:
//   kDataLoss: the bytes are no whole report.
std::string EncodeRunReport(const RunReport& report);
absl::StatusOr<RunReport> DecodeRunReport(absl::string_view bytes);

// A status as bytes: its code and message.
std::string EncodeStatus(const absl::Status& status);
absl::Status DecodeStatus(absl::string_view bytes);

// Text of unknown origin as a failure's message that every storage takes:
// valid UTF-8 without NUL, of a few kilobytes at most.
std::string FailureMessage(absl::string_view text);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_RUN_REPORT_H_
