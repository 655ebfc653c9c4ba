#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/options.h"
#include "cppet/storage/storage_conformance.h"
#include "cppet/storage/storage_conformance_helpers.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNull;
using ::testing::NotNull;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using conformance::ExpectAnnotation;
using conformance::Explored;
using conformance::Find;
using conformance::ParameterAt;
using conformance::Record;
using conformance::ResultAt;

Result& MutableResult(Trajectory& trajectory, const std::string& full_name) {
  return static_cast<Result&>(*trajectory.tree().FindExact(full_name));
}

// With parameters.x explored in two runs, and results.g.r, g.s and lone.
std::unique_ptr<Trajectory> WithResults() {
  auto trajectory = Explored("t", 2);
  trajectory->AddParameter("p", 1, "A parameter");
  trajectory->AddResult("g.r", Items{{"a", 1}, {"b", 2}, {"n.c", 3}}, "Shared")
      .IgnoreError();
  trajectory->AddResult("g.s", 4, "Shared").IgnoreError();
  trajectory->AddResult("lone", 5).IgnoreError();
  trajectory->AddLink("results.link", "results.g.s").IgnoreError();
  trajectory->tree().FindExact("results.g.r")->Annotate("note", "kept");
  return trajectory;
}

}  // namespace

TEST_P(StorageConformanceTest, StoresOnlyTheTrajectoryItselfIfWished) {
  const auto trajectory = WithResults();
  StoreOptions options;
  options.only_init = true;
  ASSERT_THAT(service_->Store(*trajectory, options), IsOk());
  EXPECT_TRUE(trajectory->stored());
  EXPECT_FALSE(ParameterAt(*trajectory, "parameters.p").locked());
  auto loaded = LoadAllOf("t");
  EXPECT_EQ(loaded->length(), 2);
  EXPECT_THAT(loaded->root().children(), IsEmpty());
  loaded = Reloaded(*trajectory);
  EXPECT_THAT(Find(*loaded, "results.g.r"), NotNull());
}

TEST_P(StorageConformanceTest, StoresNoDeeperThanAskedFor) {
  const auto trajectory = WithResults();
  StoreOptions options;
  options.max_depth = 2;
  ASSERT_THAT(service_->Store(*trajectory, options), IsOk());
  const auto loaded = LoadAllOf("t");
  EXPECT_THAT(Find(*loaded, "results.lone"), NotNull());
  EXPECT_THAT(Find(*loaded, "results.g"), NotNull());
  EXPECT_THAT(Find(*loaded, "results.g.r"), IsNull());
}

TEST_P(StorageConformanceTest, StoredLeavesAreSkippedOrAddedToOrOverwritten) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  Result& r = MutableResult(*trajectory, "results.g.r");
  r.set_items({{"a", "new"}, {"d", 6}});
  r.set_comment("Changed");
  ASSERT_THAT(trajectory->Unlock("p"), IsOk());
  ASSERT_THAT(trajectory->Set("p", 10), IsOk());
  StoreOptions options;
  options.level = StoreLevel::kSkip;
  ASSERT_THAT(service_->Store(*trajectory, options), IsOk());
  auto loaded = LoadAllOf("t");
  EXPECT_THAT(ResultAt(*loaded, "results.g.r").items(), SizeIs(3));
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  loaded = LoadAllOf("t");
  EXPECT_THAT(ResultAt(*loaded, "results.g.r").items(),
              UnorderedElementsAre(Pair("a", Value(1)), Pair("b", Value(2)),
                                   Pair("n.c", Value(3)), Pair("d", Value(6))));
  EXPECT_THAT(ParameterAt(*loaded, "parameters.p").value(), Eq(Value(1)));
  options.level = StoreLevel::kOverwrite;
  ASSERT_THAT(service_->Store(*trajectory, options), IsOk());
  Reopen();
  loaded = LoadAllOf("t");
  const Result& kept = ResultAt(*loaded, "results.g.r");
  EXPECT_THAT(kept.items(),
              UnorderedElementsAre(Pair("a", Value("new")), Pair("b", Value(2)),
                                   Pair("n.c", Value(3)), Pair("d", Value(6))));
  EXPECT_EQ(kept.comment(), "Shared");
  ExpectAnnotation(kept, "note", "kept");
  EXPECT_THAT(ParameterAt(*loaded, "parameters.p").value(), Eq(Value(10)));
  EXPECT_EQ(ParameterAt(*loaded, "parameters.p").comment(), "A parameter");
  EXPECT_TRUE(ParameterAt(*loaded, "parameters.x").explored());
}

TEST_P(StorageConformanceTest, OverwritesOnlyWhatIsInMemory) {
  ASSERT_THAT(service_->Store(*WithResults()), IsOk());
  const auto skeleton = *service_->Load("t");
  StoreOptions options;
  options.level = StoreLevel::kOverwrite;
  ASSERT_THAT(service_->Store(*skeleton, options), IsOk());
  EXPECT_THAT(ResultAt(*LoadAllOf("t"), "results.g.r").items(), SizeIs(3));
}

TEST_P(StorageConformanceTest, OverwritesNoRangeThatIsNotInMemory) {
  ASSERT_THAT(service_->Store(*WithResults()), IsOk());
  LoadOptions load;
  load.parameters = LoadLevel::kSkeleton;
  const auto skeleton = *service_->Load("t", load);
  ASSERT_THAT(skeleton->Set("parameters.x", 5.0), IsOk());
  StoreOptions options;
  options.level = StoreLevel::kOverwrite;
  EXPECT_THAT(service_->Store(*skeleton, options),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.x")));
  EXPECT_TRUE(ParameterAt(*LoadAllOf("t"), "parameters.x").explored());
}

TEST_P(StorageConformanceTest, StoresSingleItems) {
  const auto trajectory = WithResults();
  StoreOptions init;
  init.only_init = true;
  ASSERT_THAT(service_->Store(*trajectory, init), IsOk());
  ASSERT_THAT(trajectory->AddGroup("results.g", "A group"), IsOk());
  ASSERT_THAT(
      service_->StoreItems(*trajectory, {"results.g.s", "results.link"}),
      IsOk());
  Reopen();
  auto loaded = LoadAllOf("t");
  EXPECT_EQ(Find(*loaded, "results.g")->comment(), "A group");
  EXPECT_THAT(loaded->Get<int>("link"), IsOkAndHolds(4));
  EXPECT_THAT(Find(*loaded, "results.g.r"), IsNull());
  EXPECT_THAT(Find(*loaded, "parameters"), IsNull());
  StoreItemsOptions options;
  options.recursive = true;
  ASSERT_THAT(
      service_->StoreItems(*trajectory, {"results", "parameters.x"}, options),
      IsOk());
  loaded = LoadAllOf("t");
  EXPECT_THAT(ResultAt(*loaded, "results.g.r").items(), SizeIs(3));
  EXPECT_TRUE(ParameterAt(*loaded, "parameters.x").explored());
  EXPECT_THAT(Find(*loaded, "parameters.p"), IsNull());
}

TEST_P(StorageConformanceTest, OverwritesSingleItems) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  MutableResult(*trajectory, "results.g.r")
      .set_items({{"a", 10}, {"b", 20}, {"n.c", 30}});
  MutableResult(*trajectory, "results.g.s").set_items({{"s", 40}});
  StoreItemsOptions options;
  options.overwrite_items = {"a", "n.c"};
  ASSERT_THAT(service_->StoreItems(*trajectory, {"results.g.r"}, options),
              IsOk());
  auto loaded = LoadAllOf("t");
  EXPECT_THAT(ResultAt(*loaded, "results.g.r").items(),
              UnorderedElementsAre(Pair("a", Value(10)), Pair("b", Value(2)),
                                   Pair("n.c", Value(30))));
  options = {};
  options.overwrite = true;
  ASSERT_THAT(service_->StoreItems(*trajectory, {"results.g.s"}, options),
              IsOk());
  EXPECT_THAT(LoadAllOf("t")->Get<int>("results.g.s"), IsOkAndHolds(40));
}

TEST_P(StorageConformanceTest, RefusesToStoreItemsThatAreNone) {
  const auto trajectory = WithResults();
  EXPECT_THAT(service_->StoreItems(*trajectory, {"results.lone"}),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  EXPECT_THAT(service_->StoreItems(*trajectory, {"results.no"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("results.no")));
  ASSERT_THAT(trajectory->Expand(CartesianProduct(
                  std::vector<Axis>{{"parameters.x", Linspace(5, 6, 2)}})),
              IsOk());
  EXPECT_THAT(service_->StoreItems(*trajectory, {"results.lone"}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("t has 4 runs")));
}

TEST_P(StorageConformanceTest, DeletesLeavesAndGroups) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"results.lone"}), IsOk());
  EXPECT_THAT(Find(*trajectory, "results.lone"), NotNull());
  DeleteOptions options;
  options.recursive = true;
  options.remove_from_trajectory = true;
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"results.g"}, options),
              IsOk());
  EXPECT_THAT(Find(*trajectory, "results.g"), IsNull());
  Reopen();
  auto loaded = LoadAllOf("t");  // without a link that leads nowhere
  EXPECT_THAT(Find(*loaded, "results.lone"), IsNull());
  EXPECT_THAT(Find(*loaded, "results.g"), IsNull());
  EXPECT_THAT(loaded->root().Child("results"), NotNull());
  // What stayed in memory can be stored again.
  loaded = Reloaded(*trajectory);
  EXPECT_THAT(loaded->Get<int>("lone"), IsOkAndHolds(5));
}

TEST_P(StorageConformanceTest, DeletesWholeBranchesButNoExploredParameters) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  DeleteOptions options;
  options.recursive = true;
  for (const std::string name : {"parameters.x", "parameters"}) {
    EXPECT_THAT(service_->DeleteItems(*trajectory, {name}, options),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         HasSubstr("parameters.x")));
  }
  EXPECT_THAT(service_->DeleteItems(*trajectory, {""}, options),
              StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"results"}, options), IsOk());
  EXPECT_THAT(LoadAllOf("t")->root().Child("results"), IsNull());
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"parameters.p"}), IsOk());
  EXPECT_THAT(Find(*LoadAllOf("t"), "parameters.p"), IsNull());
}

TEST_P(StorageConformanceTest, DeletesNothingIfOneItemCannotBe) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  EXPECT_THAT(
      service_->DeleteItems(*trajectory, {"results.lone", "results.g"}),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("results.g")));
  EXPECT_THAT(
      service_->DeleteItems(*trajectory, {"results.lone", "results.none"}),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("results.none")));
  EXPECT_THAT(
      service_->DeleteItems(*trajectory, {"results.link"}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("results.link")));
  EXPECT_THAT(Find(*LoadAllOf("t"), "results.lone"), NotNull());
}

TEST_P(StorageConformanceTest, DeletesSingleItemsOfResults) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  DeleteOptions options;
  options.items = {"a", "n.c"};
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"results.g.r"}, options),
              IsOk());
  EXPECT_THAT(ResultAt(*trajectory, "results.g.r").items(), SizeIs(3));
  auto loaded = LoadAllOf("t");
  EXPECT_THAT(ResultAt(*loaded, "results.g.r").items(),
              ElementsAre(Pair("b", Value(2))));
  EXPECT_THAT(service_->DeleteItems(*trajectory, {"results.g.r"}, options),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("a")));
  EXPECT_THAT(
      service_->DeleteItems(*trajectory, {"parameters.p"}, options),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("parameters.p")));
  options.items = {"b"};
  options.remove_from_trajectory = true;
  ASSERT_THAT(service_->DeleteItems(*loaded, {"results.g.r"}, options), IsOk());
  EXPECT_THAT(ResultAt(*loaded, "results.g.r").items(), IsEmpty());
}

TEST_P(StorageConformanceTest, ASharedCommentMovesWhenItsLeafIsDeleted) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"results.g.r"}), IsOk());
  EXPECT_EQ(ResultAt(*LoadAllOf("t"), "results.g.s").comment(), "Shared");
  // The comment is still known, and then no more.
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"results.g.s"}), IsOk());
  ASSERT_THAT(trajectory->AddResult("late", 1, "Shared"), IsOk());
  ASSERT_THAT(service_->StoreItems(*trajectory, {"results.late"}), IsOk());
  EXPECT_EQ(ResultAt(*LoadAllOf("t"), "results.late").comment(), "Shared");
}

TEST_P(StorageConformanceTest, RunsGoOnAfterADeletion) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(0, "zero")}), IsOk());
  DeleteOptions options;
  options.recursive = true;
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"results.runs"}, options),
              IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(1, "one")}), IsOk());
  const auto loaded = LoadAllOf("t");
  EXPECT_THAT(Find(*loaded, "results.runs.run_00000000"), IsNull());
  EXPECT_THAT(Find(*loaded, "results.runs.run_00000001.z"), NotNull());
}

TEST_P(StorageConformanceTest, DeletesLinks) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  EXPECT_THAT(service_->DeleteLinks(*trajectory, {"results.g.s"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("results.g.s")));
  ASSERT_THAT(service_->DeleteLinks(*trajectory, {"results.link"}), IsOk());
  EXPECT_THAT(trajectory->tree().FindOrNull("link"), IsNull());
  const auto loaded = Reloaded(*trajectory);
  EXPECT_THAT(loaded->tree().FindOrNull("link"), IsNull());
  EXPECT_THAT(Find(*loaded, "results.g.s"), NotNull());
}

TEST_P(StorageConformanceTest, DeletesWholeTrajectories) {
  ASSERT_THAT(service_->Store(*WithResults()), IsOk());
  ASSERT_THAT(service_->Store(*Explored("u", 2)), IsOk());
  ASSERT_THAT(service_->DeleteTrajectory("t"), IsOk());
  EXPECT_THAT(service_->DeleteTrajectory("t"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("u")));
  Reopen();
  EXPECT_THAT(service_->List(), IsOkAndHolds(ElementsAre("u")));
  ASSERT_THAT(service_->Store(*WithResults()), IsOk());
  EXPECT_THAT(Find(*LoadAllOf("t"), "results.g.r"), NotNull());
}

TEST_P(StorageConformanceTest, CopiesAndRenamesTrajectories) {
  const auto trajectory = WithResults();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(1, "one")}), IsOk());
  CopyOptions options;
  options.new_name = "copy";
  ASSERT_THAT(service_->CopyTrajectory("t", options), IsOk());
  // Independent of each other.
  ASSERT_THAT(service_->DeleteItems(*trajectory, {"results.g.s"}), IsOk());
  Reopen();
  auto copy = LoadAllOf("copy");
  EXPECT_TRUE(copy->completed(1));
  EXPECT_THAT(copy->Get<int>("link"), IsOkAndHolds(4));
  EXPECT_THAT(service_->CopyTrajectory("t", options),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("copy")));
  EXPECT_THAT(
      service_->CopyTrajectory("t", {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("copy of t")));
  options.new_name = "no name";
  EXPECT_THAT(
      service_->CopyTrajectory("t", options),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'no name'")));
  options.new_name = "moved";
  EXPECT_THAT(service_->CopyTrajectory("none", options),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  ASSERT_THAT(service_->Migrate("copy", options), IsOk());
  EXPECT_THAT(service_->List(), IsOkAndHolds(ElementsAre("moved", "t")));
  const auto moved = LoadAllOf("moved");
  ASSERT_THAT(moved->AddResult("more", 1), IsOk());
  EXPECT_THAT(Reloaded(*moved)->Get<int>("more"), IsOkAndHolds(1));
}

}  // namespace cppet
