#include "cppet/storage/journal/faults/workload.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr double kStart = 1.7e9;  // Unix time
constexpr int64_t kBigRun = 10;
constexpr int64_t kBigSize = 50'000;

// Whether a run leaves numbers only, as most do that are stored by stamps.
bool IsPlain(int64_t index) { return index % 4 != 3; }

// The splitmix64 generator.
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Numbers from 0 to 1.
std::vector<double> Numbers(uint64_t seed, int64_t size) {
  std::vector<double> numbers(size);
  for (int64_t i = 0; i < size; ++i) {
    numbers[i] = (Mix(seed * 1'000'003 + i) >> 11) * 0x1p-53;
  }
  return numbers;
}

std::string Text(int64_t index) {
  std::string text;
  for (int64_t i = 0; i <= index % 5; ++i) {
    absl::StrAppend(&text, "line ", i, " of run ", index, "\n");
  }
  return text;
}

RunRecord MakeRecord(int64_t index) {
  RunRecord record;
  record.index = index;
  record.start_timestamp = kStart + index;
  record.finish_timestamp = kStart + index + 0.5;
  return record;
}

void AddResult(const std::string& name, Items items, RunRecord* record) {
  LeafHead head;
  head.name = absl::StrCat("results.runs.$.", name);
  head.comment = absl::StrCat("The ", name, " of a run");
  record->leaves.emplace_back(std::move(head), std::move(items));
}

}  // namespace

std::unique_ptr<Trajectory> MakeWorkload(int64_t runs) {
  auto trajectory =
      std::make_unique<Trajectory>(kWorkloadName, "Stored while faults happen");
  trajectory->set_timestamp(kStart);
  const auto x = trajectory->AddParameter("group.x", 1.0, "First factor");
  const auto y = trajectory->AddParameter("group.y", 1.0, "Second factor");
  trajectory->AddParameter("name", "workload", "A text");
  trajectory
      ->Explore(Zip(x.In(Linspace(0, 1, runs)), y.In(Linspace(1, 2, runs))))
      .IgnoreError();  // is kept in its status
  return trajectory;
}

bool HasFailedTry(int64_t index) { return index % 3 == 1; }

RunRecord MakeFailedTry(int64_t index) {
  RunRecord record = MakeRecord(index);
  record.start_timestamp -= 1000;
  record.failure = absl::StrCat("run ", index, " failed\nat its first try");
  AddResult("partial",
            {{"numbers", Numbers(index + 500'000, 100 + Mix(index) % 700)}},
            &record);
  return record;
}

RunRecord MakeCompletedRun(int64_t index) {
  RunRecord record = MakeRecord(index);
  record.completed = true;
  if (IsPlain(index)) {
    AddResult("summary", {{"mean", 0.25 * index}, {"count", index}}, &record);
    return record;
  }
  AddResult("summary",
            {{"mean", 0.25 * index}, {"count", index}, {"text", Text(index)}},
            &record);
  const int64_t size = index % kBigRun == kBigRun - 1
                           ? kBigSize
                           : 200 + static_cast<int64_t>(Mix(~index) % 500);
  AddResult("series", {{"series", Numbers(index, size)}}, &record);
  LeafHead seed;
  seed.name = "derived_parameters.runs.$.seed";
  seed.kind = Node::Kind::kParameter;
  seed.class_name = "Parameter";
  seed.comment = "The seed of a run";
  record.leaves.emplace_back(std::move(seed), Items{{"data", index * 11 + 3}});
  return record;
}

}  // namespace cppet
