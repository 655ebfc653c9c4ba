#ifndef CPPET_STORAGE_STORAGE_CONFORMANCE_HELPERS_H_
#define CPPET_STORAGE_STORAGE_CONFORMANCE_HELPERS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/time_format.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

// Of the conformance suite only: trajectories to store, and ways to look at
// what is loaded.
namespace cppet::conformance {

inline const Node* Find(const Trajectory& trajectory,
                        const std::string& full_name) {
  return trajectory.tree().FindExact(full_name);
}

inline const Parameter& ParameterAt(const Trajectory& trajectory,
                                    const std::string& full_name) {
  const Node* node = Find(trajectory, full_name);
  if (node == nullptr || node->kind() != Node::Kind::kParameter) {
    ADD_FAILURE() << "no parameter " << full_name;
    static const auto& none = *new Parameter("none", std::nullopt);
    return none;
  }
  return static_cast<const Parameter&>(*node);
}

inline const Result& ResultAt(const Trajectory& trajectory,
                              const std::string& full_name) {
  const Node* node = Find(trajectory, full_name);
  if (node == nullptr || node->kind() != Node::Kind::kResult) {
    ADD_FAILURE() << "no result " << full_name;
    static const auto& none = *new Result("none", {});
    return none;
  }
  return static_cast<const Result&>(*node);
}

// Whether `actual` is there and `expected`, to the bit.
inline void ExpectValue(const Value* actual, const Value& expected,
                        const std::string& name) {
  if (actual == nullptr) {
    ADD_FAILURE() << name << " is missing";
    return;
  }
  EXPECT_TRUE(*actual == expected)
      << name << ": " << PythonRepr(*actual, 80) << ", "
      << actual->TypeDescription() << ", instead of "
      << PythonRepr(expected, 80) << ", " << expected.TypeDescription();
}

// The same but for whether a scalar is Python's or numpy's, which not every
// medium tells of an annotation.
inline void ExpectAnnotation(const Node& node, const std::string& name,
                             const Value& expected) {
  const auto it = node.annotations().find(name);
  if (it == node.annotations().end()) {
    ADD_FAILURE() << name << " is missing";
    return;
  }
  const Value& actual = it->second;
  EXPECT_TRUE(
      actual.form() == expected.form() && actual.dtype() == expected.dtype() &&
      actual.shape() == expected.shape() &&
      actual.bytes() == expected.bytes() && actual.texts() == expected.texts())
      << name << ": " << PythonRepr(actual, 80) << ", "
      << actual.TypeDescription() << ", instead of " << PythonRepr(expected, 80)
      << ", " << expected.TypeDescription();
}

// Matches a Value that is this text.
MATCHER_P(IsText, text, "") {
  const absl::StatusOr<std::string> actual = arg.template As<std::string>();
  return actual.ok() && *actual == text;
}

inline const Value* PointerTo(const std::optional<Value>& value) {
  return value.has_value() ? &*value : nullptr;
}

// A trajectory with `runs` runs over parameters.x, 0.0, 1.0, ...
inline std::unique_ptr<Trajectory> Explored(const std::string& name,
                                            int64_t runs) {
  auto trajectory = std::make_unique<Trajectory>(name);
  const auto x = trajectory->AddParameter("x", -1.0, "Explored");
  trajectory->Explore(CartesianProduct(x.In(Linspace(0, runs - 1.0, runs))))
      .IgnoreError();
  return trajectory;
}

// A result with one item of its own name.
inline LeafRecord ResultLeaf(const std::string& full_name, Value value,
                             const std::string& comment = "") {
  return {LeafHead{full_name, comment},
          {{full_name.substr(full_name.rfind('.') + 1), std::move(value)}}};
}

// A completed run with the result z.
inline RunRecord Record(int64_t index, Value z) {
  RunRecord record;
  record.index = index;
  record.completed = true;
  record.start_timestamp = 1.7e9 + 0.25 * index;
  record.finish_timestamp = record.start_timestamp + 0.5;
  record.environment_hexsha = "abcdef0";
  record.leaves.push_back(ResultLeaf("results.runs.$.z", std::move(z)));
  return record;
}

inline RunRecord FailedRecord(int64_t index, const std::string& failure) {
  RunRecord record = Record(index, -1);
  record.completed = false;
  record.failure = failure;
  return record;
}

}  // namespace cppet::conformance

#endif  // CPPET_STORAGE_STORAGE_CONFORMANCE_HELPERS_H_
