#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/time_format.h"
#include "cppet/storage/storage_conformance.h"
#include "cppet/storage/storage_conformance_helpers.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/tree.h"
#include "gmock/gmock.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNull;
using ::testing::NotNull;
using ::testing::Pair;

using conformance::Explored;
using conformance::FailedRecord;
using conformance::Find;
using conformance::IsText;
using conformance::ParameterAt;
using conformance::Record;
using conformance::ResultAt;
using conformance::ResultLeaf;

}  // namespace

TEST_P(StorageConformanceTest, HasAllRunsAsNotRunFromTheStart) {
  const auto trajectory = Explored("t", 3);
  const auto loaded = Reloaded(*trajectory);
  ASSERT_EQ(loaded->length(), 3);
  for (int64_t i = 0; i < 3; ++i) {
    const RunInfo info = loaded->run_info(i);
    EXPECT_EQ(info.index, i);
    EXPECT_EQ(info.name, RunName(i));
    EXPECT_FALSE(info.started());
    EXPECT_FALSE(info.completed);
    EXPECT_EQ(info.timestamp, kNotRunTimestamp);
    EXPECT_EQ(info.finish_timestamp, kNotRunFinishTimestamp);
    EXPECT_EQ(info.runtime, kNotRun);
    EXPECT_EQ(info.time, kNotRun);
    EXPECT_EQ(info.parameter_summary, kNotRun);
    EXPECT_EQ(info.short_environment_hexsha, kNoEnvironment);
  }
}

TEST_P(StorageConformanceTest, KeepsRunsAndWhatTheyLeave) {
  const auto trajectory = Explored("t", 4);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  RunRecord record = Record(2, 7.5);
  LeafHead head = *record.leaves[0].head;
  head.comment = "A result";
  head.annotations["unit"] = Value("mm");
  record.leaves[0] = {std::move(head), {{"z", 7.5}}};
  record.leaves.push_back(
      ResultLeaf("results.runs.run_00000002.deep.er.y", "text"));
  record.leaves.emplace_back(LeafHead{"derived_parameters.runs.$.d", "",
                                      Node::Kind::kParameter, "Parameter"},
                             Items{{"data", 3}});
  record.leaves.push_back(ResultLeaf("results.other.run_00000002.w", true));
  ASSERT_THAT(service_->StoreRuns(*trajectory, {record}), IsOk());
  Reopen();
  const auto loaded = LoadAllOf("t");

  const RunInfo info = loaded->run_info(2);
  EXPECT_TRUE(info.completed);
  EXPECT_EQ(info.timestamp, record.start_timestamp);
  EXPECT_EQ(info.finish_timestamp, record.finish_timestamp);
  EXPECT_EQ(info.runtime, "0:00:00.500000");
  EXPECT_EQ(info.time, FormatTime(record.start_timestamp));
  EXPECT_EQ(info.parameter_summary, "x: 2.0");
  EXPECT_EQ(info.short_environment_hexsha, "abcdef0");
  EXPECT_FALSE(loaded->completed(1));
  EXPECT_FALSE(loaded->run_info(3).started());

  const Result& z = ResultAt(*loaded, "results.runs.run_00000002.z");
  EXPECT_THAT(z.items(), ElementsAre(Pair("z", Value(7.5))));
  EXPECT_EQ(z.comment(), "A result");
  EXPECT_THAT(z.annotations(), ElementsAre(Pair("unit", IsText("mm"))));
  EXPECT_THAT(ResultAt(*loaded, "results.runs.run_00000002.deep.er.y").items(),
              ElementsAre(Pair("y", Value("text"))));
  EXPECT_THAT(
      ParameterAt(*loaded, "derived_parameters.runs.run_00000002.d").value(),
      Eq(Value(3)));
  EXPECT_THAT(ResultAt(*loaded, "results.other.run_00000002.w").items(),
              ElementsAre(Pair("w", Value(true))));
}

TEST_P(StorageConformanceTest, KeepsTheGroupsAndLinksOfRuns) {
  const auto trajectory = Explored("t", 2);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  const std::string group = "results.runs.run_00000001.group";
  const std::string link = "results.links.run_00000001.input";
  RunRecord once = FailedRecord(1, "once");
  once.links = {{link, "parameters"}};
  RunRecord again = Record(1, 1);
  again.groups = {{group, "A group", {{"unit", Value("mm")}}}};
  again.links = {{link, "parameters.x"}, {"results.shared", "parameters.x"}};
  ASSERT_THAT(service_->StoreRuns(*trajectory, {once}), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {again}), IsOk());
  RunRecord other = Record(0, 1);
  other.links = {{"results.shared", "parameters"}};
  EXPECT_THAT(
      service_->StoreRuns(*trajectory, {other}),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("results.shared")));
  Reopen();
  const auto loaded = LoadAllOf("t");
  EXPECT_FALSE(loaded->completed(0));
  const Node* stored = Find(*loaded, group);
  ASSERT_THAT(stored, NotNull());
  EXPECT_EQ(stored->comment(), "A group");
  EXPECT_THAT(stored->annotations(), ElementsAre(Pair("unit", IsText("mm"))));
  const Node* x = Find(*loaded, "parameters.x");
  for (const std::string& name : {link, std::string("results.shared")}) {
    const Node* parent = Find(*loaded, std::string(ParentPart(name)));
    ASSERT_THAT(parent, NotNull()) << name;
    ASSERT_TRUE(parent->is_group()) << name;
    EXPECT_EQ(static_cast<const Group*>(parent)->Link(LastPart(name)), x);
  }
}

TEST_P(StorageConformanceTest, TakesRunsInAnyOrderAndNumber) {
  const auto trajectory = Explored("t", 300);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  std::vector<RunRecord> most;
  for (int64_t i = 299; i >= 100; --i) {
    most.push_back(Record(i, static_cast<int>(2 * i)));
  }
  std::vector<RunRecord> few = {Record(40, 80), Record(7, 14), Record(41, 82)};
  EXPECT_THAT(service_->StoreRuns(*trajectory, most), IsOk());
  EXPECT_THAT(service_->StoreRuns(*trajectory, {}), IsOk());
  Reopen();
  EXPECT_THAT(service_->StoreRuns(*trajectory, few), IsOk());
  const auto loaded = LoadAllOf("t");
  for (int64_t i = 0; i < 300; ++i) {
    const bool stored = i >= 100 || i == 40 || i == 7 || i == 41;
    EXPECT_EQ(loaded->completed(i), stored) << i;
    const std::string name = absl::StrCat("results.runs.", RunName(i), ".z");
    if (!stored) {
      EXPECT_THAT(Find(*loaded, name), IsNull());
      continue;
    }
    EXPECT_THAT(ResultAt(*loaded, name).items(),
                ElementsAre(Pair("z", Value(static_cast<int>(2 * i)))));
    EXPECT_EQ(loaded->run_info(i).parameter_summary,
              trajectory->ParameterSummary(i));
  }
}

TEST_P(StorageConformanceTest, KeepsWhyARunFailed) {
  const auto trajectory = Explored("t", 2);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  RunRecord bare = FailedRecord(1, "two\nlines \u2603");
  bare.leaves.clear();
  ASSERT_THAT(service_->StoreRuns(*trajectory,
                                  {FailedRecord(0, "out of cheese"), bare}),
              IsOk());
  Reopen();
  const auto loaded = LoadAllOf("t");
  EXPECT_FALSE(loaded->completed(0));
  EXPECT_TRUE(loaded->run_info(0).started());
  EXPECT_THAT(ResultAt(*loaded, "results.runs.run_00000000.z").items(),
              ElementsAre(Pair("z", Value(-1))));
  const Node* first = Find(*loaded, "results.runs.run_00000000");
  const Node* second = Find(*loaded, "results.runs.run_00000001");
  ASSERT_THAT(first, NotNull());
  ASSERT_THAT(second, NotNull());
  EXPECT_THAT(first->annotations(),
              ElementsAre(Pair(kFailureAnnotation, IsText("out of cheese"))));
  EXPECT_THAT(
      second->annotations(),
      ElementsAre(Pair(kFailureAnnotation, IsText("two\nlines \u2603"))));
}

TEST_P(StorageConformanceTest, ReplacesWhatAnEarlierTryLeft) {
  const auto trajectory = Explored("t", 2);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  RunRecord failed = FailedRecord(0, "once");
  failed.leaves.push_back(
      ResultLeaf("results.runs.run_00000000.only_once", 1, "A comment"));
  failed.leaves.push_back(ResultLeaf("results.sub.run_00000000.y", 1));
  ASSERT_THAT(service_->StoreRuns(*trajectory, {failed}), IsOk());
  for (const bool reopen : {false, true}) {
    if (reopen) Reopen();
    ASSERT_THAT(service_->StoreRuns(*trajectory, {failed}), IsOk());
  }
  RunRecord again = Record(0, 5);
  again.leaves[0] = ResultLeaf("results.runs.$.z", 5, "A comment");
  again.leaves.push_back(ResultLeaf("results.sub.run_00000000.y", 2));
  ASSERT_THAT(service_->StoreRuns(*trajectory, {again}), IsOk());
  Reopen();
  const auto loaded = LoadAllOf("t");
  EXPECT_TRUE(loaded->completed(0));
  const Result& z = ResultAt(*loaded, "results.runs.run_00000000.z");
  EXPECT_THAT(z.items(), ElementsAre(Pair("z", Value(5))));
  EXPECT_EQ(z.comment(), "A comment");
  EXPECT_THAT(Find(*loaded, "results.runs.run_00000000.only_once"), IsNull());
  EXPECT_THAT(Find(*loaded, "results.runs.run_00000000")->annotations(),
              IsEmpty());
  EXPECT_THAT(ResultAt(*loaded, "results.sub.run_00000000.y").items(),
              ElementsAre(Pair("y", Value(2))));
}

TEST_P(StorageConformanceTest, DoesNotReplaceACompletedRun) {
  const auto trajectory = Explored("t", 2);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(0, 1)}), IsOk());
  EXPECT_THAT(
      service_->StoreRuns(*trajectory, {Record(0, 2), Record(1, 2)}),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("run_00000000")));
  Reopen();
  const auto loaded = LoadAllOf("t");
  EXPECT_THAT(ResultAt(*loaded, "results.runs.run_00000000.z").items(),
              ElementsAre(Pair("z", Value(1))));
  EXPECT_FALSE(loaded->completed(1));
}

TEST_P(StorageConformanceTest, RefusesASecondLeafOutsideOfTheRuns) {
  const auto trajectory = Explored("t", 3);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  std::vector<RunRecord> records = {Record(0, 1), Record(1, 1)};
  records[0].leaves.push_back(ResultLeaf("results.shared", 1));
  ASSERT_THAT(service_->StoreRuns(*trajectory, {records[0]}), IsOk());
  records[1].leaves.push_back(ResultLeaf("results.shared", 2));
  EXPECT_THAT(
      service_->StoreRuns(*trajectory, {Record(2, 1), records[1]}),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("results.shared")));
  const auto loaded = LoadAllOf("t");
  EXPECT_FALSE(loaded->completed(1));
  EXPECT_FALSE(loaded->completed(2));
  EXPECT_THAT(ResultAt(*loaded, "results.shared").items(),
              ElementsAre(Pair("shared", Value(1))));
}

TEST_P(StorageConformanceTest, RefusesARunThatThereIsNot) {
  const auto trajectory = Explored("t", 2);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  EXPECT_THAT(service_->StoreRuns(*trajectory, {Record(2, 1)}),
              StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("2")));
  EXPECT_THAT(service_->StoreRuns(*trajectory, {Record(-1, 1)}),
              StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("-1")));
  EXPECT_THAT(
      service_->StoreRuns(*trajectory, {Record(1, 1), Record(1, 2)}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("run_00000001")));
  const auto other = Explored("other", 2);
  EXPECT_THAT(service_->StoreRuns(*other, {Record(0, 1)}),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("other"), HasSubstr("; there is t"))));
}

TEST_P(StorageConformanceTest, GoesOnWithALoadedTrajectory) {
  const auto trajectory = Explored("t", 3);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(0, 1)}), IsOk());
  Reopen();
  const auto first = service_->Load("t");
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(service_->Store(**first), IsOk());
  EXPECT_THAT(service_->StoreRuns(**first, {Record(1, 1), Record(2, 1)}),
              IsOk());
  Reopen();
  const auto loaded = LoadAllOf("t");
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(loaded->completed(i));
    EXPECT_EQ(loaded->run_info(i).parameter_summary,
              trajectory->ParameterSummary(i));
  }
}

TEST_P(StorageConformanceTest, AFailedCallLeavesTheRestAsItWas) {
  const auto trajectory = Explored("t", 2);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(0, 1)}), IsOk());
  RunRecord bad = Record(1, 1);
  bad.leaves.push_back(ResultLeaf("results.runs.$.no name", 1));
  EXPECT_THAT(
      service_->StoreRuns(*trajectory, {bad}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no name")));
  EXPECT_THAT(service_->StoreRuns(*trajectory, {Record(1, 5)}), IsOk());
  const auto loaded = LoadAllOf("t");
  EXPECT_TRUE(loaded->completed(0));
  EXPECT_THAT(ResultAt(*loaded, "results.runs.run_00000001.z").items(),
              ElementsAre(Pair("z", Value(5))));
}

TEST_P(StorageConformanceTest, AnotherServiceGoesOnAfterClose) {
  const auto trajectory = Explored("t", 2);
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->Close(), IsOk());
  ASSERT_THAT(service_->Close(), IsOk());
  const auto other = place_->Open();
  ASSERT_THAT(other->StoreRuns(*trajectory, {Record(1, 1)}), IsOk());
  ASSERT_THAT(other->Close(), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(0, 1)}), IsOk());
  const auto loaded = LoadAllOf("t");
  EXPECT_TRUE(loaded->completed(0));
  EXPECT_TRUE(loaded->completed(1));
}

}  // namespace cppet
