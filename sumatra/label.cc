#include "cppet/sumatra/label.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/sumatra/calendar_time.h"

namespace cppet {
namespace {

constexpr size_t kMaxLength = 100;    // of Sumatra's column
constexpr size_t kMaxGenerated = 90;  // leaves room for a number

bool IsLabelCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '-';
}

}  // namespace

absl::Status CheckLabelForm(absl::string_view label) {
  if (!label.empty() && label.size() <= kMaxLength && label[0] != '-' &&
      std::all_of(label.begin(), label.end(), IsLabelCharacter)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the Sumatra label \"", ReplaceInvalidUtf8(label), "\" is not 1 to ",
      kMaxLength, " letters, digits, _ and -, the first not -"));
}

absl::StatusOr<std::string> MakeLabel(const LabelRule& rule,
                                      double unix_seconds, Zone zone) {
  if (rule.source == LabelRule::Source::kUuid) {
    std::random_device random;
    const uint64_t bits = uint64_t{random()} << 32 | random();
    return absl::StrFormat("%012x", bits & ((uint64_t{1} << 48) - 1));
  }
  CPPET_ASSIGN_OR_RETURN(
      std::string label,
      FormatCalendarTime(rule.timestamp_format, unix_seconds, zone));
  std::replace_if(
      label.begin(), label.end(), [](char c) { return !IsLabelCharacter(c); },
      '_');
  if (label.size() > kMaxGenerated) label.resize(kMaxGenerated);
  if (label.empty()) return std::string("_");
  if (label[0] == '-') label[0] = '_';
  return label;
}

std::string NumberedLabel(absl::string_view label, int number) {
  return number == 1 ? std::string(label) : absl::StrCat(label, "_", number);
}

}  // namespace cppet
