#include "cppet/environment/calls/run_report.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"

namespace cppet {
namespace {

// A failure is kept in an attribute, and those have at most 64 KB.
constexpr size_t kMaxFailure = 8 << 10;

void AppendNumber(std::string* out, uint64_t number) {
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  out->append(bytes, sizeof(bytes));
}

// Takes a number from the beginning of `bytes`; false if there is none.
bool TakeNumber(absl::string_view* bytes, uint64_t* number) {
  if (bytes->size() < sizeof(*number)) return false;
  std::memcpy(number, bytes->data(), sizeof(*number));
  bytes->remove_prefix(sizeof(*number));
  return true;
}

void AppendText(std::string* out, absl::string_view text) {
  AppendNumber(out, text.size());
  out->append(text.data(), text.size());
}

bool TakeText(absl::string_view* bytes, absl::string_view* text) {
  uint64_t size;
  if (!TakeNumber(bytes, &size) || bytes->size() < size) return false;
  *text = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

// The record without its leaves.
RunRecord Summary(const RunRecord& record) {
  RunRecord summary;
  summary.index = record.index;
  summary.completed = record.completed;
  summary.failure = record.failure;
  summary.start_timestamp = record.start_timestamp;
  summary.finish_timestamp = record.finish_timestamp;
  summary.environment_hexsha = record.environment_hexsha;
  return summary;
}

}  // namespace

std::string EncodeStatus(const absl::Status& status) {
  std::string out;
  AppendNumber(&out, static_cast<uint64_t>(status.code()));
  absl::StrAppend(&out, status.message());
  return out;
}

absl::Status DecodeStatus(absl::string_view bytes) {
  uint64_t code;
  if (!TakeNumber(&bytes, &code)) {
    return absl::DataLossError("these bytes are no status");
  }
  return absl::Status(static_cast<absl::StatusCode>(code), bytes);
}

std::string EncodeRunReport(const RunReport& report) {
  std::string out;
  AppendNumber(&out, report.stored);
  AppendText(&out, report.storage_status.ok()
                       ? ""
                       : EncodeStatus(report.storage_status));
  AppendText(&out, EncodeRunRecord(Summary(report.record)));
  out.append(report.value);
  return out;
}

absl::StatusOr<RunReport> DecodeRunReport(absl::string_view bytes) {
  RunReport report;
  uint64_t stored;
  absl::string_view status, record;
  if (!TakeNumber(&bytes, &stored) || !TakeText(&bytes, &status) ||
      !TakeText(&bytes, &record)) {
    return absl::DataLossError("these bytes are no run report");
  }
  report.stored = stored != 0;
  if (!status.empty()) report.storage_status = DecodeStatus(status);
  CPPET_ASSIGN_OR_RETURN(report.record, DecodeRunRecord(record));
  report.value = std::string(bytes);
  return report;
}

std::string FailureMessage(absl::string_view text) {
  if (IsValidUtf8(text) && !absl::StrContains(text, '\0')) {
    return std::string(TruncateUtf8(text, kMaxFailure));
  }
  return absl::CEscape(text.substr(0, kMaxFailure / 4));
}

}  // namespace cppet
