#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/merge/merger.h"
#include "cppet/storage/options.h"
#include "cppet/storage/run_columns.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kRuns = 6;

std::unique_ptr<Trajectory> MakeTrajectory(const std::string& name,
                                           double first = 0) {
  auto trajectory = std::make_unique<Trajectory>(name);
  const auto x = trajectory->AddParameter("x", 1.0);
  trajectory->Explore(x.In(Linspace(first, first + 1, kRuns))).IgnoreError();
  return trajectory;
}

RunRecord Record(int64_t index, bool completed = true) {
  RunRecord record;
  record.index = index;
  record.completed = completed;
  record.failure = completed ? "" : "it failed";
  record.start_timestamp = 1.7e9;
  record.finish_timestamp = 1.7e9 + 1;
  return record;
}

void Add(const std::string& name, Items items, RunRecord* record) {
  record->leaves.emplace_back(
      LeafHead{absl::StrCat("results.runs.$.", name), "A result"},
      std::move(items));
}

RunRecord Plain(int64_t index) {
  RunRecord record = Record(index);
  Add("z", {{"z", 0.5 * index}}, &record);
  Add("g.point", {{"x", index}, {"on", index % 2 == 0}}, &record);
  return record;
}

class Hdf5ColumnsTest : public ::testing::Test {
 protected:
  Hdf5ColumnsTest() : trajectory_(MakeTrajectory("t")) { Reopen(); }

  void Reopen() {
    service_ = nullptr;
    Hdf5StorageOptions options;
    options.result_layout = ResultLayout::kColumns;
    service_ = OpenHdf5Storage(file_, options).value();
  }
  std::unique_ptr<Trajectory> LoadedAnew() {
    Reopen();
    auto loaded = service_->Load("t", LoadAll());
    EXPECT_THAT(loaded.status(), IsOk());
    return loaded.ok() ? *std::move(loaded) : nullptr;
  }
  static const Value* Item(const Trajectory& trajectory, int64_t run,
                           const std::string& result, const std::string& item) {
    const Node* node = trajectory.tree().FindExact(
        absl::StrCat("results.runs.", RunName(run), ".", result));
    if (node == nullptr || node->kind() != Node::Kind::kResult) return nullptr;
    return static_cast<const Result*>(node)->Item(item);
  }

  const TempDirectory directory_;
  const std::string file_ = directory_.Path("file.hdf5");
  const std::unique_ptr<Trajectory> trajectory_;
  std::unique_ptr<StorageService> service_;
};

TEST_F(Hdf5ColumnsTest, ScalarsBecomeColumnsAndComeBackAsResults) {
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(3), Plain(0)}), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(1)}), IsOk());
  const std::vector<RunColumn> columns = service_->ListRunColumns("t").value();
  ASSERT_EQ(columns.size(), 3);
  EXPECT_EQ(columns[1].result, "g.point");
  EXPECT_EQ(columns[1].item, "x");
  const std::vector<RunColumnValues> values =
      service_->ReadRunColumns("t", {0, 1}, 0, kRuns).value();
  EXPECT_EQ(values[0].At(columns[0], 3), Value(1.5));
  EXPECT_EQ(values[1].At(columns[1], 1), Value(int64_t{1}));
  EXPECT_EQ(values[1].At(columns[1], 2), std::nullopt);

  const auto loaded = LoadedAnew();
  ASSERT_NE(Item(*loaded, 3, "z", "z"), nullptr);
  EXPECT_EQ(*Item(*loaded, 3, "z", "z"), Value(1.5));
  EXPECT_EQ(*Item(*loaded, 0, "g.point", "on"), Value(true));
  EXPECT_EQ(Item(*loaded, 2, "z", "z"), nullptr);
  EXPECT_TRUE(loaded->completed(3));
  EXPECT_EQ(loaded->tree().FindExact("results.run_columns"), nullptr);
  EXPECT_THAT(CheckHdf5File(file_), IsOkAndHolds(IsEmpty()));
}

TEST_F(Hdf5ColumnsTest, WhatIsNoScalarStaysInTheTree) {
  RunRecord record = Plain(2);
  Add("array", {{"array", std::vector<double>{1, 2}}}, &record);
  Add("text", {{"text", "words"}}, &record);
  Add("run", {{"run", 1}}, &record);
  // So does what is called by the name of its run.
  record.leaves.emplace_back(LeafHead{"results.runs.run_00000002.named"},
                             Items{{"named", 3}});
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {record}), IsOk());
  EXPECT_THAT(service_->ListRunColumns("t"), IsOkAndHolds(SizeIs(3)));
  const auto loaded = LoadedAnew();
  EXPECT_EQ(*Item(*loaded, 2, "z", "z"), Value(1.0));
  EXPECT_EQ(*Item(*loaded, 2, "text", "text"), Value("words"));
  ASSERT_NE(Item(*loaded, 2, "run", "run"), nullptr);
  EXPECT_EQ(*Item(*loaded, 2, "named", "named"), Value(3));
  EXPECT_EQ(Item(*loaded, 2, "array", "array")->size(), 2);
}

TEST_F(Hdf5ColumnsTest, ResultsInAnotherOrderAreOfTheSameTable) {
  RunRecord turned = Plain(1);
  std::swap(turned.leaves[0], turned.leaves[1]);
  RunRecord other = Record(2);
  Add("z", {{"z", 7}}, &other);  // not a float
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(0), turned, other}),
              IsOk());
  EXPECT_THAT(service_->ListRunColumns("t"), IsOkAndHolds(SizeIs(4)));
  const auto loaded = LoadedAnew();
  EXPECT_EQ(*Item(*loaded, 1, "z", "z"), Value(0.5));
  EXPECT_EQ(*Item(*loaded, 1, "g.point", "x"), Value(int64_t{1}));
  EXPECT_EQ(*Item(*loaded, 2, "z", "z"), Value(7));
}

TEST_F(Hdf5ColumnsTest, ManyRunsOfSeveralKindsKeepTheirOwn) {
  constexpr int64_t kMany = 1500;
  Trajectory many("t");
  const auto x = many.AddParameter("x", 1.0);
  ASSERT_THAT(many.Explore(x.In(Linspace(0, 1, kMany))), IsOk());
  ASSERT_THAT(service_->Store(many), IsOk());
  ASSERT_THAT(service_->StoreRuns(many, {Plain(0)}), IsOk());
  const auto is_failed = [](int64_t i) { return i % 400 == 7; };
  const auto is_other = [](int64_t i) { return i % 500 == 11; };
  std::vector<RunRecord> records;
  for (int64_t i = 1; i < kMany; ++i) {
    records.push_back(Plain(i));
    if (is_failed(i)) records.back() = Record(i, /*completed=*/false);
    if (is_other(i)) Add("w", {{"w", -i}}, &records.back());
  }
  ASSERT_THAT(service_->StoreRuns(many, records), IsOk());

  const auto loaded = LoadedAnew();
  ASSERT_NE(loaded, nullptr);
  for (int64_t i = 0; i < kMany; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(loaded->completed(i), !is_failed(i));
    const Value* const z = Item(*loaded, i, "z", "z");
    ASSERT_EQ(z != nullptr, !is_failed(i));
    if (z != nullptr) {
      EXPECT_EQ(*z, Value(0.5 * i));
    }
    const Value* const w = Item(*loaded, i, "w", "w");
    ASSERT_EQ(w != nullptr, is_other(i));
    if (w != nullptr) {
      EXPECT_EQ(*w, Value(-i));
    }
  }
  EXPECT_THAT(CheckHdf5File(file_), IsOkAndHolds(IsEmpty()));
}

TEST_F(Hdf5ColumnsTest, ALaterTryReplacesAFailedOne) {
  RunRecord failed = Record(4, /*completed=*/false);
  Add("z", {{"z", -1.0}}, &failed);
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {failed}), IsOk());
  const auto before = LoadedAnew();
  EXPECT_EQ(*Item(*before, 4, "z", "z"), Value(-1.0));
  EXPECT_FALSE(before->completed(4));
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(4)}), IsOk());
  const auto after = LoadedAnew();
  EXPECT_EQ(*Item(*after, 4, "z", "z"), Value(2.0));
  EXPECT_TRUE(after->completed(4));
  EXPECT_THAT(CheckHdf5File(file_), IsOkAndHolds(IsEmpty()));
}

TEST_F(Hdf5ColumnsTest, RefusesARunThatIsCompleted) {
  const auto refused =
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("run_00000001"));
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(0), Plain(1)}), IsOk());
  EXPECT_THAT(service_->StoreRuns(*trajectory_, {Plain(1), Plain(2)}), refused);
  Reopen();
  EXPECT_THAT(service_->StoreRuns(*trajectory_, {Plain(1), Plain(2)}), refused);
  EXPECT_THAT(service_->StoreRuns(*trajectory_, {Plain(2)}), IsOk());
}

TEST_F(Hdf5ColumnsTest, RefusesTwoResultsOfOneName) {
  RunRecord record = Record(1);
  Add("z", {{"array", std::vector<double>{1, 2}}}, &record);
  Add("z", {{"z", 0.5}}, &record);
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  EXPECT_FALSE(service_->StoreRuns(*trajectory_, {record}).ok());
  // The same of a run whose kind is known.
  Reopen();
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(0)}), IsOk());
  record = Plain(1);
  Add("z", {{"array", std::vector<double>{1, 2}}}, &record);
  EXPECT_FALSE(service_->StoreRuns(*trajectory_, {record}).ok());
  // And of one that is called by another name of the same place.
  record = Plain(1);
  record.leaves.emplace_back(LeafHead{"results.runs.run_00000001.z"},
                             Items{{"z", 0.5}});
  EXPECT_FALSE(service_->StoreRuns(*trajectory_, {record}).ok());
  const auto loaded = LoadedAnew();
  EXPECT_FALSE(loaded->completed(1));
  EXPECT_THAT(CheckHdf5File(file_), IsOkAndHolds(IsEmpty()));
}

TEST_F(Hdf5ColumnsTest, LoadsSingleRuns) {
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(0), Plain(1), Plain(5)}),
              IsOk());
  Reopen();
  LoadOptions without;
  without.results = LoadLevel::kNothing;
  const auto loaded = service_->Load("t", without).value();
  EXPECT_THAT(service_->LoadItems(*loaded, {"results.runs.run_00000005.z"}),
              IsOk());
  EXPECT_EQ(*Item(*loaded, 5, "z", "z"), Value(2.5));
  EXPECT_EQ(Item(*loaded, 1, "z", "z"), nullptr);
  LoadItemsOptions recursive;
  recursive.recursive = true;
  EXPECT_THAT(
      service_->LoadItems(*loaded, {"results.runs.run_00000001"}, recursive),
      IsOk());
  EXPECT_EQ(*Item(*loaded, 1, "g.point", "x"), Value(int64_t{1}));
  EXPECT_THAT(service_->LoadItems(*loaded, {"results.runs.run_00000002.z"}),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(Hdf5ColumnsTest, StoringWhatWasLoadedAddsNothingTwice) {
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(0), Plain(1)}), IsOk());
  const auto loaded = LoadedAnew();
  ASSERT_THAT(loaded->AddResult("later", 1.0), IsOk());
  ASSERT_THAT(service_->Store(*loaded), IsOk());
  const auto again = LoadedAnew();
  EXPECT_EQ(*Item(*again, 1, "z", "z"), Value(0.5));
  EXPECT_NE(again->tree().FindExact("results.later"), nullptr);
  LoadOptions tree = LoadAll();
  tree.run_columns = false;
  const auto without = service_->Load("t", tree).value();
  EXPECT_EQ(without->tree().FindExact("results.runs"), nullptr);
}

TEST_F(Hdf5ColumnsTest, RowsAreDeletedOnlyAllTogether) {
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(0), Plain(1)}), IsOk());
  EXPECT_THAT(
      service_->DeleteItems(*trajectory_, {"results.runs.run_00000001.z"}),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               HasSubstr("results.run_columns")));
  EXPECT_THAT(service_->DeleteItems(*trajectory_, {"results.run_columns"}),
              IsOk());
  EXPECT_EQ(Item(*LoadedAnew(), 1, "z", "z"), nullptr);
}

TEST_F(Hdf5ColumnsTest, MergingCopiesRows) {
  const auto other = MakeTrajectory("other", /*first=*/10);
  ASSERT_THAT(service_->Store(*trajectory_), IsOk());
  ASSERT_THAT(service_->Store(*other), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory_, {Plain(0), Plain(1)}), IsOk());
  ASSERT_THAT(service_->StoreRuns(*other, {Plain(2), Plain(4)}), IsOk());
  ASSERT_THAT(service_->Close(), IsOk());
  ASSERT_THAT(MergeTrajectories({file_, "t"}, {{file_, "other"}}).status(),
              IsOk());
  const auto merged = LoadedAnew();
  EXPECT_EQ(merged->length(), 2 * kRuns);
  EXPECT_EQ(*Item(*merged, 1, "z", "z"), Value(0.5));
  ASSERT_NE(Item(*merged, kRuns + 4, "z", "z"), nullptr);
  EXPECT_EQ(*Item(*merged, kRuns + 4, "z", "z"), Value(2.0));
  EXPECT_THAT(CheckHdf5File(file_), IsOkAndHolds(IsEmpty()));
}

}  // namespace
}  // namespace cppet
