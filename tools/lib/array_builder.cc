#include "cppet/tools/lib/array_builder.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

template <typename T>
Value MakeValue(Form form, std::vector<int64_t> shape, std::vector<T> data) {
  if (shape.size() == 1 && form == Form::kList) return Value::List(data);
  return NdArray<T>{std::move(shape), std::move(data)};
}

absl::Status Ragged(absl::string_view a, absl::string_view b) {
  return absl::InvalidArgumentError(
      absl::StrCat("the lists are ragged: ", a, " beside ", b));
}

std::string ListOf(int64_t size) {
  return absl::StrCat("a list of ", size, size == 1 ? " element" : " elements");
}

// Whether a double holds exactly `value`, below 2^63.
bool IsExactFloat(int64_t value) {
  const double converted = static_cast<double>(value);
  return converted < 9223372036854775808.0 &&
         static_cast<int64_t>(converted) == value;
}

absl::Status NotExact(int64_t value) {
  return absl::InvalidArgumentError(
      absl::StrCat("the int ", value, " beside floats is no exact float"));
}

}  // namespace

absl::string_view ArrayBuilder::TypeName(Type type) {
  switch (type) {
    case Type::kNone:
      return "nothing";
    case Type::kBool:
      return "bool";
    case Type::kInt:
      return "int";
    case Type::kFloat:
      return "float";
    case Type::kString:
      return "str";
  }
  return "";
}

absl::Status ArrayBuilder::BeginList() {
  if (rank_ != 0 && open_.size() == rank_) {
    return Ragged("a list", "an element");
  }
  if (!open_.empty()) ++open_.back();
  open_.push_back(0);
  if (shape_.size() < open_.size()) shape_.push_back(-1);
  return absl::OkStatus();
}

absl::Status ArrayBuilder::EndList() {
  int64_t& expected = shape_[open_.size() - 1];
  const int64_t size = open_.back();
  if (expected == -1) expected = size;
  if (expected != size) return Ragged(ListOf(size), ListOf(expected));
  open_.pop_back();
  return absl::OkStatus();
}

absl::Status ArrayBuilder::AddElement(Type type) {
  if (rank_ == 0) {
    // Whatever is deeper than here was a list.
    if (shape_.size() > open_.size()) return Ragged("an element", "a list");
    rank_ = open_.size();
  }
  if (open_.size() != rank_) return Ragged("an element", "a list");
  ++open_.back();
  if (type_ == Type::kNone) type_ = type;
  const bool numbers = (type == Type::kInt && type_ == Type::kFloat) ||
                       (type == Type::kFloat && type_ == Type::kInt);
  if (type != type_ && !numbers) {
    return absl::InvalidArgumentError(
        absl::StrCat("the elements are mixed: ", TypeName(type), " beside ",
                     TypeName(type_)));
  }
  return absl::OkStatus();
}

absl::Status ArrayBuilder::AddBool(bool value) {
  CPPET_RETURN_IF_ERROR(AddElement(Type::kBool));
  bools_.push_back(value);
  return absl::OkStatus();
}

absl::Status ArrayBuilder::AddInt(int64_t value) {
  CPPET_RETURN_IF_ERROR(AddElement(Type::kInt));
  if (type_ == Type::kInt) {
    ints_.push_back(value);
    return absl::OkStatus();
  }
  if (!IsExactFloat(value)) return NotExact(value);
  floats_.push_back(static_cast<double>(value));
  return absl::OkStatus();
}

absl::Status ArrayBuilder::AddFloat(double value) {
  CPPET_RETURN_IF_ERROR(AddElement(Type::kFloat));
  if (type_ == Type::kInt) {
    for (const int64_t earlier : ints_) {
      if (!IsExactFloat(earlier)) return NotExact(earlier);
      floats_.push_back(static_cast<double>(earlier));
    }
    ints_.clear();
    type_ = Type::kFloat;
  }
  floats_.push_back(value);
  return absl::OkStatus();
}

absl::Status ArrayBuilder::AddString(std::string value) {
  CPPET_RETURN_IF_ERROR(AddElement(Type::kString));
  strings_.push_back(std::move(value));
  return absl::OkStatus();
}

Value ArrayBuilder::Build(Form form) const {
  std::vector<int64_t> shape = shape_;
  switch (type_) {
    case Type::kBool:
      return MakeValue(form, std::move(shape), bools_);
    case Type::kInt:
      return MakeValue(form, std::move(shape), ints_);
    case Type::kString:
      return MakeValue(form, std::move(shape), strings_);
    case Type::kNone:
    case Type::kFloat:
      break;
  }
  return MakeValue(form, std::move(shape), floats_);
}

}  // namespace cppet
