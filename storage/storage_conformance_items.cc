#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/auto_load.h"
#include "cppet/storage/options.h"
#include "cppet/storage/storage_conformance.h"
#include "cppet/storage/storage_conformance_helpers.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_view.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
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
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using conformance::Explored;
using conformance::Find;
using conformance::ParameterAt;
using conformance::Record;
using conformance::ResultAt;

// Explored in two runs, with a bit of everything.
std::unique_ptr<Trajectory> Mixed() {
  auto trajectory = Explored("t", 2);
  trajectory->AddParameter("group.p", 1, "A parameter");
  trajectory->AddDerivedParameter("d", 2);
  trajectory->AddResult("r", Items{{"a", 1}, {"b", "two"}, {"n.c", 3}})
      .IgnoreError();
  trajectory->AddResult("group.s", 4, "A result").IgnoreError();
  trajectory->AddResult("empty", Items{}).IgnoreError();
  trajectory->AddGroup("results.group", "A group").IgnoreError();
  trajectory->AddLink("results.link", "results.group.s").IgnoreError();
  return trajectory;
}

LoadOptions LoadNoData() {
  return {LoadLevel::kSkeleton, LoadLevel::kSkeleton, LoadLevel::kSkeleton,
          LoadLevel::kSkeleton};
}

LoadOptions LoadNothing() {
  return {LoadLevel::kNothing, LoadLevel::kNothing, LoadLevel::kNothing,
          LoadLevel::kNothing};
}

// What of `leaf` is in memory.
InMemory InMemoryOf(const Trajectory& trajectory, const std::string& leaf) {
  const Node* node = Find(trajectory, leaf);
  if (node == nullptr || node->is_group()) return InMemory::kNothing;
  return static_cast<const Leaf&>(*node).in_memory();
}

}  // namespace

TEST_P(StorageConformanceTest, NamesTrajectoriesByTheirPlace) {
  for (const std::string name : {"b", "a", "c"}) {
    ASSERT_THAT(service_->Store(*Explored(name, 1)), IsOk());
  }
  EXPECT_THAT(service_->NameAt(0), IsOkAndHolds("a"));
  EXPECT_THAT(service_->NameAt(-1), IsOkAndHolds("c"));
  EXPECT_THAT(service_->NameAt(3),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("number 3")));
  EXPECT_THAT(service_->NameAt(-4),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("number -4")));
}

TEST_P(StorageConformanceTest, KnowsAnEmptyResultFromOneThatIsNotLoaded) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  const auto skeleton = *service_->Load("t");
  EXPECT_FALSE(ResultAt(*skeleton, "results.r").loaded());
  EXPECT_FALSE(ResultAt(*skeleton, "results.empty").loaded());
  const auto all = LoadAllOf("t");
  EXPECT_TRUE(ResultAt(*all, "results.empty").loaded());
  EXPECT_THAT(ResultAt(*all, "results.empty").items(), IsEmpty());
}

TEST_P(StorageConformanceTest, LoadsNoDeeperThanAskedFor) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  LoadOptions options = LoadAll();
  options.max_depth = 2;
  const auto loaded = *service_->Load("t", options);
  EXPECT_THAT(Find(*loaded, "results.r"), NotNull());
  EXPECT_THAT(Find(*loaded, "results.group"), NotNull());
  EXPECT_THAT(Find(*loaded, "results.group.s"), IsNull());
}

TEST_P(StorageConformanceTest, LoadsWithoutWhatBecameOfTheRuns) {
  const auto trajectory = Explored("t", 2);
  trajectory->set_comment("Mine");
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(1, 1)}), IsOk());
  LoadOptions options;
  options.with_run_information = false;
  auto loaded = *service_->Load("t", options);
  EXPECT_EQ(loaded->length(), 2);
  EXPECT_FALSE(loaded->completed(1));
  EXPECT_EQ(loaded->comment(), "Mine");
  options = {};
  options.with_meta_data = false;
  loaded = *service_->Load("t", options);
  EXPECT_EQ(loaded->length(), 2);
  EXPECT_EQ(loaded->comment(), "");
  EXPECT_TRUE(ParameterAt(*loaded, "parameters.x").explored());
}

TEST_P(StorageConformanceTest, LoadsAsANewExperiment) {
  const auto trajectory = Mixed();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(0, 1)}), IsOk());
  LoadOptions options;
  options.as_new = true;
  options.new_name = "again";
  auto loaded = service_->Load("t", options);
  ASSERT_THAT(loaded, IsOk());
  Trajectory& again = **loaded;
  EXPECT_EQ(again.name(), "again");
  EXPECT_FALSE(again.stored());
  EXPECT_THAT(Find(again, "results"), IsNull());
  EXPECT_THAT(Find(again, "derived_parameters"), IsNull());
  EXPECT_EQ(again.length(), 2);
  EXPECT_FALSE(again.completed(0));
  EXPECT_THAT(again.explored(), SizeIs(1));
  EXPECT_FALSE(ParameterAt(again, "parameters.group.p").locked());
  EXPECT_THAT(again.Set("group.p", 5), IsOk());
  const auto stored = Reloaded(again);
  EXPECT_THAT(ParameterAt(*stored, "parameters.group.p").value(), Eq(Value(5)));
  EXPECT_TRUE(ParameterAt(*stored, "parameters.x").explored());
}

TEST_P(StorageConformanceTest, LoadsNeitherResultsNorABadNameAsNew) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  LoadOptions options;
  options.as_new = true;
  options.results = LoadLevel::kData;
  EXPECT_THAT(
      service_->Load("t", options),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("results")));
  options = {};
  options.as_new = true;
  options.new_name = "no name";
  EXPECT_THAT(
      service_->Load("t", options),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'no name'")));
}

TEST_P(StorageConformanceTest, LoadsTheDataOfSingleLeaves) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  Reopen();
  const auto loaded = *service_->Load("t", LoadNoData());
  ASSERT_THAT(service_->LoadItems(*loaded, {"results.group.s", "parameters.x"}),
              IsOk());
  EXPECT_THAT(ResultAt(*loaded, "results.group.s").items(),
              ElementsAre(Pair("s", Value(4))));
  EXPECT_TRUE(ParameterAt(*loaded, "parameters.x").locked());
  EXPECT_THAT(loaded->explored(), SizeIs(1));
  EXPECT_THAT(loaded->explored_names(), ElementsAre("parameters.x"));
  EXPECT_EQ(loaded->ParameterSummary(1), "x: 1.0");
  EXPECT_EQ(InMemoryOf(*loaded, "results.r"), InMemory::kNothing);
  EXPECT_EQ(InMemoryOf(*loaded, "parameters.group.p"), InMemory::kNothing);
}

TEST_P(StorageConformanceTest, LoadsWhatIsNotInMemoryAtAll) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  const auto loaded = *service_->Load("t", LoadNothing());
  ASSERT_THAT(service_->LoadItems(
                  *loaded, {"results.group.s", "results.link", "results.r"}),
              IsOk());
  EXPECT_EQ(Find(*loaded, "results.group")->comment(), "A group");
  EXPECT_THAT(loaded->Get<int>("link"), IsOkAndHolds(4));
  EXPECT_THAT(ResultAt(*loaded, "results.r").items(), SizeIs(3));
  EXPECT_THAT(Find(*loaded, "results.empty"), IsNull());
}

TEST_P(StorageConformanceTest, LoadsGroupsWithAllBelowIfWished) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  auto loaded = *service_->Load("t", LoadNothing());
  ASSERT_THAT(service_->LoadItems(*loaded, {"results"}), IsOk());
  EXPECT_THAT(Find(*loaded, "results"), NotNull());
  EXPECT_THAT(Find(*loaded, "results.r"), IsNull());
  LoadItemsOptions options;
  options.recursive = true;
  options.max_depth = 2;
  ASSERT_THAT(service_->LoadItems(*loaded, {"results"}, options), IsOk());
  EXPECT_EQ(InMemoryOf(*loaded, "results.r"), InMemory::kAll);
  EXPECT_THAT(Find(*loaded, "results.group"), NotNull());
  EXPECT_THAT(Find(*loaded, "results.group.s"), IsNull());
  options = {};
  options.recursive = true;
  ASSERT_THAT(service_->LoadItems(*loaded, {"results"}, options), IsOk());
  EXPECT_EQ(InMemoryOf(*loaded, "results.group.s"), InMemory::kAll);
}

TEST_P(StorageConformanceTest, LoadsSingleItemsOfAResult) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  const auto loaded = *service_->Load("t");
  LoadItemsOptions options;
  options.only = {"n"};
  ASSERT_THAT(service_->LoadItems(*loaded, {"results.r"}, options), IsOk());
  const Result& r = ResultAt(*loaded, "results.r");
  EXPECT_THAT(r.items(), ElementsAre(Pair("n.c", Value(3))));
  EXPECT_EQ(r.in_memory(), InMemory::kPart);
  options = {};
  options.except = {"b"};
  ASSERT_THAT(service_->LoadItems(*loaded, {"results.r"}, options), IsOk());
  EXPECT_THAT(r.items(),
              UnorderedElementsAre(Pair("n.c", Value(3)), Pair("a", Value(1))));
  options = {};
  options.only = {"b"};
  ASSERT_THAT(service_->LoadItems(*loaded, {"results.r"}, options), IsOk());
  EXPECT_THAT(r.items(), SizeIs(3));
  EXPECT_EQ(r.in_memory(), InMemory::kAll);
}

TEST_P(StorageConformanceTest, RefusesItemsToLoadThatAreNotThere) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  const auto loaded = *service_->Load("t");
  EXPECT_THAT(
      service_->LoadItems(*loaded, {"results.group.s", "results.nothing"}),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("results.nothing")));
  EXPECT_EQ(InMemoryOf(*loaded, "results.group.s"), InMemory::kNothing);
  LoadItemsOptions options;
  options.only = {"missing"};
  EXPECT_THAT(service_->LoadItems(*loaded, {"results.r"}, options),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("results.r"), HasSubstr("missing"))));
  options.except = {"a"};
  EXPECT_THAT(service_->LoadItems(*loaded, {"results.r"}, options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("items")));
  Trajectory other("other");
  EXPECT_THAT(service_->LoadItems(other, {"results.r"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("other")));
}

TEST_P(StorageConformanceTest, LoadedDataStaysUnlessItIsToBeReplaced) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  const auto loaded = LoadAllOf("t");
  auto* s = static_cast<Result*>(loaded->tree().FindExact("results.group.s"));
  s->set_items({{"s", 40}, {"t", 50}});
  ASSERT_THAT(service_->LoadItems(*loaded, {"results.group.s"}), IsOk());
  EXPECT_THAT(s->items(), SizeIs(2));
  LoadItemsOptions options;
  options.level = LoadLevel::kOverwrite;
  ASSERT_THAT(service_->LoadItems(*loaded, {"results.group.s"}, options),
              IsOk());
  EXPECT_THAT(s->items(), ElementsAre(Pair("s", Value(4))));
}

TEST_P(StorageConformanceTest, LockedParametersKeepTheirValues) {
  ASSERT_THAT(service_->Store(*Mixed()), IsOk());
  const auto loaded = LoadAllOf("t");
  const Parameter& p = ParameterAt(*loaded, "parameters.group.p");
  ASSERT_THAT(loaded->Unlock("parameters.group.p"), IsOk());
  ASSERT_THAT(loaded->Set("parameters.group.p", 7), IsOk());
  p.Lock();
  LoadItemsOptions overwrite;
  overwrite.level = LoadLevel::kOverwrite;
  EXPECT_THAT(service_->LoadItems(*loaded, {"parameters.group.p"}, overwrite),
              IsOk());
  EXPECT_THAT(p.value(), Eq(Value(7)));
  LoadItemsOptions part;
  part.only = {"data"};
  EXPECT_THAT(service_->LoadItems(*loaded, {"parameters.group.p"}, part),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.group.p")));
  ASSERT_THAT(loaded->Unlock("parameters.group.p"), IsOk());
  EXPECT_THAT(service_->LoadItems(*loaded, {"parameters.group.p"}, overwrite),
              IsOk());
  EXPECT_THAT(p.value(), Eq(Value(1)));
  EXPECT_TRUE(p.locked());
}

TEST_P(StorageConformanceTest, LoadsTheSkeletonOfWhatIsNew) {
  const auto trajectory = Mixed();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  const auto loaded = LoadAllOf("t");
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(1, 1)}), IsOk());
  ASSERT_THAT(service_->LoadSkeleton(*loaded), IsOk());
  EXPECT_EQ(InMemoryOf(*loaded, "results.r"), InMemory::kAll);
  const std::string z = "results.runs.run_00000001.z";
  ASSERT_THAT(Find(*loaded, z), NotNull());
  EXPECT_EQ(InMemoryOf(*loaded, z), InMemory::kNothing);
  EXPECT_THAT(service_->Store(*loaded), IsOk());
}

TEST_P(StorageConformanceTest, LoadsWhatIsRead) {
  const auto trajectory = Mixed();
  ASSERT_THAT(service_->Store(*trajectory), IsOk());
  ASSERT_THAT(service_->StoreRuns(*trajectory, {Record(1, 11)}), IsOk());
  const auto loaded = *service_->Load("t", LoadNothing());
  EXPECT_THAT(
      loaded->Get<int>("results.group.s"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("results.group.s")));
  EnableAutoLoad(*loaded, *service_);
  EXPECT_THAT(loaded->Get<int>("results.group.s"), IsOkAndHolds(4));
  EXPECT_THAT(loaded->Get<int>("res.runs.r_1.z"), IsOkAndHolds(11));
  EXPECT_THAT(loaded->AsRun(1)->Get<double>("parameters.x"), IsOkAndHolds(1.0));
  EXPECT_THAT(loaded->AsRun(1)->Get<int>("results.runs.$.z"), IsOkAndHolds(11));
  EXPECT_THAT(loaded->Get<int>("results.nothing"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(loaded->GetOr<int>("results.nothing", 9), IsOkAndHolds(9));

  const auto skeleton = *service_->Load("t", LoadNoData());
  EXPECT_THAT(skeleton->Get<int>("p"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EnableAutoLoad(*skeleton, *service_);
  EXPECT_THAT(skeleton->Get<int>("p"), IsOkAndHolds(1));
  EXPECT_EQ(InMemoryOf(*skeleton, "results.r"), InMemory::kNothing);
  DisableAutoLoad(*skeleton);
  EXPECT_THAT(skeleton->Get<int>("s"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace cppet
