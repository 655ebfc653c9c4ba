#ifndef CPPET_SUMATRA_LABEL_H_
#define CPPET_SUMATRA_LABEL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/sumatra/calendar_time.h"

namespace cppet {

// How a project names records that nobody named.
struct LabelRule {
  enum class Source { kTimestamp, kUuid } source = Source::kTimestamp;
  std::string timestamp_format = "%Y%m%d-%H%M%S";
};

// Checks that `label` can name a record and, as part of it, a leaf of a
// trajectory: letters, digits, _ and - (not the first), at most 100.
//
// Errors:
//   kInvalidArgument: it cannot.
absl::Status CheckLabelForm(absl::string_view label);

// Returns a label by the rule for an experiment of that start, with _ for what
// no label can have.
//
// Errors:
//   kInvalidArgument: the time or its format cannot be used.
absl::StatusOr<std::string> MakeLabel(const LabelRule& rule,
                                      double unix_seconds, Zone zone);

// Returns what to try as `number`-th, from 1, of labels like `label`: itself,
// then with _2, _3, ...
std::string NumberedLabel(absl::string_view label, int number);

}  // namespace cppet

#endif  // CPPET_SUMATRA_LABEL_H_
