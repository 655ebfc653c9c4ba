#include "cppet/environment/provenance/parameters_json.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "cppet/trajectory/element_json.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

using Json = nlohmann::json;

Json ElementOf(const Value& value, int64_t i) {
  switch (value.dtype()) {
    case DType::kFloat16:
    case DType::kFloat32:
    case DType::kFloat64: {
      double number = 0;
      value_internal::ConvertNumber(
          value.dtype(), value.bytes().data() + i * ItemSize(value.dtype()),
          DType::kFloat64, reinterpret_cast<char*>(&number));
      return number;
    }
    default:
      return ElementJson(value, i);
  }
}

// The elements from `*next` on, as lists in lists of the lengths `shape`.
Json ListOf(const Value& value, absl::Span<const int64_t> shape,
            int64_t* next) {
  if (shape.empty()) return ElementOf(value, (*next)++);
  Json list = Json::array();
  for (int64_t i = 0; i < shape[0]; ++i) {
    list.push_back(ListOf(value, shape.subspan(1), next));
  }
  return list;
}

bool IsPlain(const Value& value) {
  if (value.is_composite()) return false;
  switch (value.dtype()) {
    case DType::kComplex64:
    case DType::kComplex128:
    case DType::kBytes:
    case DType::kDatetime64:
      return false;
    default:
      return true;
  }
}

Json ValueOf(const Value& value) {
  if (!IsPlain(value)) return PythonRepr(value);
  int64_t next = 0;
  return ListOf(value, value.shape(), &next);
}

Json RangeOf(const Range& range) {
  const int64_t size = range.size();
  if (size > kMaxRecordedValues) {
    return absl::StrCat(size, " values from ", PythonRepr(range[0]), " to ",
                        PythonRepr(range[size - 1]));
  }
  Json list = Json::array();
  for (int64_t i = 0; i < size; ++i) list.push_back(ValueOf(range[i]));
  return list;
}

}  // namespace

Json ParametersJson(const Trajectory& trajectory) {
  Json parameters = Json::object();
  const Node* root = trajectory.tree().FindExact("parameters");
  if (root == nullptr) return parameters;
  VisitNodes(*root, [&](const Node& node) {
    if (node.kind() != Node::Kind::kParameter) return;
    const auto& parameter = static_cast<const Parameter&>(node);
    Json& json = parameters[node.full_name()];
    if (parameter.explored()) {
      json = RangeOf(*parameter.range());
    } else if (parameter.value().has_value()) {
      json = ValueOf(*parameter.value());
    }
  });
  return parameters;
}

}  // namespace cppet
