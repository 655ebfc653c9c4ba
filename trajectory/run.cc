#include "cppet/trajectory/run.h"

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/value_check.h"

namespace cppet {
namespace {

std::string LastPart(absl::string_view name) {
  return std::string(name.substr(name.rfind('.') + 1));
}

}  // namespace

Run::Run(const Trajectory& trajectory, int64_t index)
    : trajectory_(trajectory), index_(index), name_(RunName(index)) {}

absl::Status Run::Keep(absl::Status status) {
  if (status_.ok()) status_ = status;
  return status;
}

absl::StatusOr<Value> Run::operator[](absl::string_view name) const {
  absl::StatusOr<Value> value = trajectory_.GetValue(name, index_);
  if (value.status().code() != absl::StatusCode::kNotFound) return value;
  const std::string as_result = FullName("results", name, index_);
  const std::string as_parameter = FullName("derived_parameters", name, index_);
  for (const LeafRecord& leaf : leaves_) {
    if (leaf.full_name != as_result && leaf.full_name != as_parameter) continue;
    if (leaf.items.size() == 1) return leaf.items[0].second;
    return absl::InvalidArgumentError(
        absl::StrCat(leaf.full_name, " has ", leaf.items.size(), " items"));
  }
  return value;
}

absl::Status Run::Add(absl::string_view branch, absl::string_view name,
                      LeafRecord leaf) {
  leaf.full_name = FullName(branch, name, index_);
  CPPET_RETURN_IF_ERROR(CheckNodeName(leaf.full_name));
  CPPET_RETURN_IF_ERROR(CheckComment(leaf.full_name, leaf.comment));
  for (const LeafRecord& other : leaves_) {
    const std::string& a = leaf.full_name;
    const std::string& b = other.full_name;
    if (a == b) {
      return absl::AlreadyExistsError(
          absl::StrCat("this run added ", a, " already"));
    }
    const bool below =
        a.size() > b.size()
            ? a[b.size()] == '.' && a.compare(0, b.size(), b) == 0
            : b.size() > a.size() && b[a.size()] == '.' &&
                  b.compare(0, a.size(), a) == 0;
    if (below) {
      return absl::AlreadyExistsError(absl::StrCat(
          a, " and ", b, " cannot both be: what has data is no group"));
    }
  }
  leaves_.push_back(std::move(leaf));
  return absl::OkStatus();
}

absl::Status Run::AddResult(absl::string_view name, Value value,
                            absl::string_view comment) {
  return AddResult(name, Items{{LastPart(name), std::move(value)}}, comment);
}

absl::Status Run::AddResult(absl::string_view name, Items items,
                            absl::string_view comment) {
  absl::Status status = CheckItems(name, items);
  if (status.ok()) {
    LeafRecord leaf;
    leaf.comment = std::string(comment);
    leaf.items = std::move(items);
    status = Add("results", name, std::move(leaf));
  }
  return Keep(std::move(status));
}

absl::Status Run::AddDerivedParameter(absl::string_view name, Value value,
                                      absl::string_view comment) {
  absl::Status status = CheckParameterValue(name, value);
  if (status.ok()) {
    LeafRecord leaf;
    leaf.kind = Node::Kind::kParameter;
    leaf.class_name = "Parameter";
    leaf.comment = std::string(comment);
    leaf.items = {{"data", std::move(value)}};
    status = Add("derived_parameters", name, std::move(leaf));
  }
  return Keep(std::move(status));
}

}  // namespace cppet
