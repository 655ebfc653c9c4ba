#include "cppet/trajectory/value_check.h"

#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/utf8.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

constexpr size_t kMaxComment = 60000;

absl::Status CheckContent(absl::string_view name, const Value& value) {
  if (value.is_composite()) {
    const absl::Status status = CheckComposite(value);
    return status.ok() ? status : WithPrefix(name, status);
  }
  if (value.dtype() != DType::kString) return absl::OkStatus();
  for (const std::string& text : value.texts()) {
    if (!IsValidUtf8(text)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name,
                       " has text that is no UTF-8; keep data that is "
                       "no text as Bytes"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckParameterValue(absl::string_view name, const Value& value) {
  if (value.size() == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " is an empty ", value.type_name(),
                     "; a parameter needs at least one element"));
  }
  return CheckContent(name, value);
}

absl::Status CheckItems(absl::string_view name, const Items& items) {
  std::set<absl::string_view> seen;
  for (const auto& [key, value] : items) {
    if (key.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " has an item without a name"));
    }
    if (!absl::c_all_of(absl::StrSplit(key, '.'), IsDataName)) {
      return absl::InvalidArgumentError(absl::StrCat(
          name, " has an item '", key, "', which is no possible name"));
    }
    if (items.size() > 1 && !seen.insert(key).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " has two items '", key, "'"));
    }
    if (!value.is_composite() && !value.is_text()) continue;  // a number
    CPPET_RETURN_IF_ERROR(CheckContent(absl::StrCat(name, ".", key), value));
  }
  return absl::OkStatus();
}

absl::Status CheckComment(absl::string_view name, absl::string_view comment) {
  if (comment.size() > kMaxComment) {
    return absl::InvalidArgumentError(
        absl::StrCat("the comment of ", name, " has ", comment.size(),
                     " bytes; ", kMaxComment, " are the most"));
  }
  if (!IsValidUtf8(comment)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the comment of ", name, " is no UTF-8"));
  }
  return absl::OkStatus();
}

}  // namespace cppet
