#include "cppet/environment/faults/sweep_values.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr int64_t kColumns = 10;
constexpr int64_t kDoubles = 400;
constexpr int64_t kManyDoubles = 12800;

double X(int64_t index) { return index / kColumns; }
double Y(int64_t index) { return index % kColumns + 0.5; }

std::string TextOf(int64_t index) {
  return absl::StrCat("what run ", index, " says");
}

// Does not compress, so that the file has the size that one expects.
std::vector<double> ArrayOf(int64_t index) {
  std::mt19937_64 random(index);
  std::vector<double> array(index % 10 == 9 ? kManyDoubles : kDoubles);
  for (double& element : array) element = random() >> 11;
  return array;
}

absl::Status CheckItem(const Trajectory& trajectory, int64_t index,
                       absl::string_view result, absl::string_view item,
                       const Value& expected) {
  const std::string name =
      absl::StrCat("results.runs.", RunName(index), ".", result);
  const Node* const node = trajectory.tree().FindExact(name);
  if (node == nullptr || node->kind() != Node::Kind::kResult) {
    return absl::DataLossError(absl::StrCat("there is no ", name));
  }
  const Value* const value = static_cast<const Result*>(node)->Item(item);
  if (value == nullptr) {
    return absl::DataLossError(absl::StrCat(name, " has no ", item));
  }
  if (EncodeValue(*value) != EncodeValue(expected)) {
    return absl::DataLossError(absl::StrCat(
        name, ".", item, " is wrong: ", PythonRepr(*value, /*max_size=*/80)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ExplorePoints(Trajectory& trajectory, int64_t runs) {
  const auto x = trajectory.AddParameter("x", 0.0, "First factor");
  const auto y = trajectory.AddParameter("y", 0.0, "Second factor");
  return trajectory.Explore(
      Zip(x.In(Range(runs, [](int64_t i) { return Value(X(i)); })),
          y.In(Range(runs, [](int64_t i) { return Value(Y(i)); }))));
}

absl::Status AddValues(Run& run) {
  CPPET_ASSIGN_OR_RETURN(const double x, run.Get<double>("x"));
  CPPET_ASSIGN_OR_RETURN(const double y, run.Get<double>("y"));
  CPPET_RETURN_IF_ERROR(run.AddResult("z", x * y, "Product of both factors"));
  return run.AddResult(
      "found.items",
      Items{{"text", TextOf(run.index())}, {"array", ArrayOf(run.index())}},
      "Text and random numbers");
}

absl::Status CheckValues(const Trajectory& trajectory, int64_t index) {
  CPPET_RETURN_IF_ERROR(
      CheckItem(trajectory, index, "z", "z", Value(X(index) * Y(index))));
  CPPET_RETURN_IF_ERROR(CheckItem(trajectory, index, "found.items", "text",
                                  Value(TextOf(index))));
  return CheckItem(trajectory, index, "found.items", "array",
                   Value(ArrayOf(index)));
}

bool HasResults(const Trajectory& trajectory, int64_t index) {
  const Node* const group = trajectory.tree().FindExact(
      absl::StrCat("results.runs.", RunName(index)));
  bool found = false;
  if (group != nullptr) {
    VisitNodes(*group, [&](const Node& node) {
      if (node.kind() == Node::Kind::kResult) found = true;
    });
  }
  return found;
}

std::string ValuesDigest(const Trajectory& trajectory) {
  std::vector<std::string> digests;
  VisitNodes(trajectory.root(), [&](const Node& node) {
    if (node.kind() != Node::Kind::kResult) return;
    for (const auto& [name, value] : static_cast<const Result&>(node).items()) {
      digests.push_back(Sha1Hex(absl::StrCat(node.full_name(), "\n", name, "\n",
                                             EncodeValue(value))));
    }
  });
  std::sort(digests.begin(), digests.end());
  return Sha1Hex(absl::StrJoin(digests, "\n"));
}

}  // namespace cppet
