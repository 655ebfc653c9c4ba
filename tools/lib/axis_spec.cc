#include "cppet/tools/lib/axis_spec.h"

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/tools/lib/yaml_literal.h"

namespace cppet {
namespace {

absl::Status Error(absl::string_view where, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", what));
}

// A status without an error stays without one.
Range WithWhere(const AxisSpec& axis, Range range) {
  if (range.status().ok()) return range;
  return Range(WithPrefix(axis.where, range.status()));
}

absl::StatusOr<Range> ValuesRange(const AxisSpec& axis, const Value& model) {
  std::vector<Value> values;
  values.reserve(axis.values.size());
  for (const Literal& literal : axis.values) {
    absl::StatusOr<Value> value = FitLiteral(literal, model);
    if (!value.ok()) {
      const std::string number =
          absl::StrCat("value ", values.size() + 1, ": ");
      const std::string place =
          axis.values_file.empty() || literal.line == 0
              ? ""
              : absl::StrCat(axis.values_file, ":", literal.line, ":",
                             literal.column, ": ");
      return Error(axis.where,
                   absl::StrCat(place, number, value.status().message()));
    }
    values.push_back(*std::move(value));
  }
  return Range(std::move(values));
}

// The numbers of a linspace or range as ints, if its values are all ints.
bool AllWhole(const AxisSpec& axis, int64_t (&numbers)[3]) {
  for (int i = 0; i < 3; ++i) {
    const absl::StatusOr<int64_t> number = axis.values[i].value.As<int64_t>();
    if (!number.ok()) return false;
    numbers[i] = *number;
  }
  if (axis.kind == AxisSpec::Kind::kRange) return true;
  int64_t distance;
  const int64_t steps = numbers[2] - 1;
  return axis.kind == AxisSpec::Kind::kLinspace && steps >= 0 &&
         !__builtin_sub_overflow(numbers[1], numbers[0], &distance) &&
         (steps == 0 || distance % steps == 0);
}

Range WholeRange(const AxisSpec& axis, const int64_t (&numbers)[3]) {
  const auto [start, stop, last] = numbers;
  if (axis.kind == AxisSpec::Kind::kRange) return Arange(start, stop, last);
  const int64_t step = last > 1 ? (stop - start) / (last - 1) : 0;
  return Range(last, [start = start, step](int64_t i) -> Value {
    return start + i * step;
  });
}

absl::StatusOr<Range> ComputedRange(const AxisSpec& axis, const Value& model) {
  const bool is_int = model.is_scalar() && model.dtype() == DType::kInt64;
  int64_t ints[3];
  if (is_int && AllWhole(axis, ints)) return WholeRange(axis, ints);
  if (!model.SameType(0.0)) {
    return Error(
        axis.where,
        absl::StrCat(
            "its values are floats", is_int ? ", not all whole" : "",
            ", but the parameter is of type ", model.TypeDescription(),
            is_int ? "; write its default as a float, such as 5.0" : ""));
  }
  double numbers[3];
  for (int i = 0; i < 3; ++i) {
    CPPET_ASSIGN_OR_RETURN(numbers[i], axis.values[i].value.As<double>());
  }
  if (axis.kind == AxisSpec::Kind::kRange) {
    return Arange(numbers[0], numbers[1], numbers[2]);
  }
  const absl::StatusOr<int64_t> count = axis.values[2].value.As<int64_t>();
  if (!count.ok()) {
    return Error(axis.where, absl::StrCat(numbers[2], " is no count"));
  }
  return axis.kind == AxisSpec::Kind::kLinspace
             ? Linspace(numbers[0], numbers[1], *count)
             : Logspace(numbers[0], numbers[1], *count);
}

}  // namespace

absl::StatusOr<AxisSpec> ParseAxisFlag(absl::string_view text) {
  AxisSpec axis;
  axis.where = absl::StrCat("--explore=", text);
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos || equals == 0) {
    return Error(axis.where, "not NAME=1,2,3 or NAME=START:STOP:COUNT");
  }
  axis.parameter = std::string(text.substr(0, equals));
  const absl::string_view values = text.substr(equals + 1);
  const std::vector<std::string> parts = absl::StrSplit(values, ':');
  if (parts.size() == 3) {
    for (const std::string& part : parts) {
      const absl::StatusOr<Literal> literal = PlainLiteral(part);
      if (!literal.ok() || literal->value.is_text()) break;
      axis.values.push_back(*literal);
    }
    if (axis.values.size() == 3) {
      axis.kind = AxisSpec::Kind::kLinspace;
      return axis;
    }
    axis.values.clear();
  }
  absl::StatusOr<std::vector<Literal>> literals = ParseLiterals(values);
  if (!literals.ok()) return Error(axis.where, literals.status().message());
  if (literals->empty()) return Error(axis.where, "there are no values");
  axis.values = *std::move(literals);
  for (Literal& literal : axis.values) literal.line = literal.column = 0;
  return axis;
}

absl::StatusOr<Range> MakeRange(const AxisSpec& axis, const Value& model) {
  if (axis.kind == AxisSpec::Kind::kValues) return ValuesRange(axis, model);
  CPPET_ASSIGN_OR_RETURN(Range range, ComputedRange(axis, model));
  range = WithWhere(axis, std::move(range));
  CPPET_RETURN_IF_ERROR(range.status());
  return range;
}

}  // namespace cppet
