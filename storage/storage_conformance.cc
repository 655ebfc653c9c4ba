#include "cppet/storage/storage_conformance.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/time_format.h"
#include "cppet/storage/storage_conformance_helpers.h"
#include "cppet/storage/storage_conformance_values.h"
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
using ::testing::UnorderedElementsAre;

using conformance::ExpectAnnotation;
using conformance::ExpectValue;
using conformance::Explored;
using conformance::Find;
using conformance::IsText;
using conformance::ParameterAt;
using conformance::PointerTo;
using conformance::Record;
using conformance::ResultAt;

}  // namespace

void StorageConformanceTest::Reopen() {
  ASSERT_THAT(service_->Close(), IsOk());
  service_ = place_->Open();
}

std::unique_ptr<Trajectory> StorageConformanceTest::LoadAllOf(
    const std::string& name) {
  std::vector<std::string> warnings;
  LoadOptions options = LoadAll();
  options.warnings = &warnings;
  auto loaded = service_->Load(name, options);
  EXPECT_THAT(loaded, IsOk());
  EXPECT_THAT(warnings, IsEmpty());
  return loaded.ok() ? *std::move(loaded)
                     : std::make_unique<Trajectory>("not_loaded");
}

std::unique_ptr<Trajectory> StorageConformanceTest::Reloaded(
    Trajectory& trajectory) {
  EXPECT_THAT(service_->Store(trajectory), IsOk());
  Reopen();
  return LoadAllOf(trajectory.name());
}

TEST_P(StorageConformanceTest, KeepsParametersOfEachType) {
  Trajectory trajectory("t");
  for (const auto& [name, value] : ParameterValues()) {
    ASSERT_THAT(trajectory.AddValue("parameters.group." + name, value), IsOk());
  }
  const auto loaded = Reloaded(trajectory);
  for (const auto& [name, value] : ParameterValues()) {
    const Parameter& parameter =
        ParameterAt(*loaded, "parameters.group." + name);
    ExpectValue(PointerTo(parameter.value()), value, name);
    EXPECT_FALSE(parameter.explored());
    EXPECT_TRUE(parameter.locked());
  }
}

TEST_P(StorageConformanceTest, KeepsExploredParametersOfEachType) {
  Trajectory trajectory("t");
  std::vector<Axis> axes;
  for (const auto& [name, value] : ParameterValues()) {
    ASSERT_THAT(trajectory.AddValue("parameters." + name, value), IsOk());
    axes.push_back({"parameters." + name, Range({value, value})});
  }
  ASSERT_THAT(trajectory.Explore(Zip(axes)), IsOk());
  const auto loaded = Reloaded(trajectory);
  EXPECT_EQ(loaded->length(), 2);
  EXPECT_EQ(loaded->explored().size(), axes.size());
  for (const auto& [name, value] : ParameterValues()) {
    const Parameter& parameter = ParameterAt(*loaded, "parameters." + name);
    ExpectValue(PointerTo(parameter.value()), value, name);
    ASSERT_TRUE(parameter.explored()) << name;
    const Value second = parameter.ValueAt(1);
    ExpectValue(&second, value, name);
  }
}

TEST_P(StorageConformanceTest, KeepsTheValuesOfARangeInOrder) {
  Trajectory trajectory("t");
  const auto number = trajectory.AddParameter("number", int64_t{-1});
  const auto text = trajectory.AddParameter("text", "none");
  const auto list = trajectory.AddParameter("list", std::vector<float>{0, 0});
  ASSERT_THAT(
      trajectory.Explore(Zip(
          number.In(Arange<int64_t>(0, 3)), text.In({"", "\u00e4", "three"}),
          list.In(std::vector<std::vector<float>>{{1, 2}, {3, 4}, {5, 6}}))),
      IsOk());
  const auto loaded = Reloaded(trajectory);
  EXPECT_EQ(loaded->ParameterSummary(1), trajectory.ParameterSummary(1));
  EXPECT_THAT(loaded->GetValue("number", 2)->As<int64_t>(), IsOkAndHolds(2));
  EXPECT_THAT(loaded->GetValue("text", 1)->As<std::string>(),
              IsOkAndHolds("\u00e4"));
  EXPECT_THAT(loaded->GetValue("list", 2)->As<std::vector<float>>(),
              IsOkAndHolds(ElementsAre(5, 6)));
  EXPECT_THAT(loaded->Get<int64_t>("number"), IsOkAndHolds(-1));
}

TEST_P(StorageConformanceTest, KeepsARangeThatIsComputed) {
  constexpr int64_t kRuns = 20000;
  const auto trajectory = Explored("t", kRuns);
  const auto loaded = Reloaded(*trajectory);
  EXPECT_EQ(loaded->length(), kRuns);
  const Range* range = ParameterAt(*loaded, "parameters.x").range();
  ASSERT_THAT(range, NotNull());
  ASSERT_EQ(range->size(), kRuns);
  for (int64_t i = 0; i < kRuns; ++i) {
    ASSERT_TRUE((*range)[i] == (*trajectory->explored()[0]->range())[i]) << i;
  }
  EXPECT_EQ(loaded->run_info(kRuns - 1).name, RunName(kRuns - 1));
}

TEST_P(StorageConformanceTest, RefusesARangeOfDifferentTypes) {
  Trajectory trajectory("t");
  const auto x = trajectory.AddParameter("g.x", 1.0);
  const Range mixed(3,
                    [](int64_t i) { return i == 1 ? Value("b") : Value(1.0); });
  ASSERT_THAT(trajectory.Explore(CartesianProduct(x.In(mixed))), IsOk());
  EXPECT_THAT(service_->Store(trajectory),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("parameters.g.x")));
  // Nothing of it is in the way.
  const auto good = Explored("t", 2);
  EXPECT_THAT(service_->Store(*good), IsOk());
}

TEST_P(StorageConformanceTest, KeepsDerivedParametersAndConfigOfEachType) {
  Trajectory trajectory("t");
  for (const auto& [name, value] : ParameterValues()) {
    ASSERT_THAT(trajectory.AddValue("derived_parameters." + name, value),
                IsOk());
    ASSERT_THAT(trajectory.AddValue("config.mine." + name, value), IsOk());
  }
  const auto loaded = Reloaded(trajectory);
  for (const auto& [name, value] : ParameterValues()) {
    ExpectValue(
        PointerTo(ParameterAt(*loaded, "derived_parameters." + name).value()),
        value, name);
    ExpectValue(PointerTo(ParameterAt(*loaded, "config.mine." + name).value()),
                value, name);
  }
}

TEST_P(StorageConformanceTest, KeepsResultItemsOfEachType) {
  Trajectory trajectory("t");
  const std::vector<NamedValue> values = ItemValues();
  ASSERT_THAT(trajectory.AddResult("r", Items(values.begin(), values.end())),
              IsOk());
  const auto loaded = Reloaded(trajectory);
  const Result& result = ResultAt(*loaded, "results.r");
  EXPECT_EQ(result.items().size(), values.size());
  for (const auto& [name, value] : values) {
    ExpectValue(result.Item(name), value, name);
  }
}

TEST_P(StorageConformanceTest, KeepsAnnotationsOfEachType) {
  Trajectory trajectory("t");
  ASSERT_THAT(trajectory.AddResult("group.r", 1), IsOk());
  for (const std::string name : {"results.group", "results.group.r"}) {
    for (const auto& [key, value] : AnnotationValues()) {
      if (value.bytes().size() > 60000) continue;
      trajectory.tree().FindExact(name)->Annotate(key, value);
    }
  }
  trajectory.tree().root().Annotate("of the root", "yes");
  const auto loaded = Reloaded(trajectory);
  for (const std::string name : {"results.group", "results.group.r"}) {
    const Node* node = Find(*loaded, name);
    ASSERT_THAT(node, NotNull());
    for (const auto& [key, value] : AnnotationValues()) {
      if (value.bytes().size() > 60000) continue;
      ExpectAnnotation(*node, key, value);
    }
  }
  EXPECT_THAT(loaded->root().annotations(),
              ElementsAre(Pair("of the root", IsText("yes"))));
}

TEST_P(StorageConformanceTest, KeepsResultsWithManyItemsOrNone) {
  Trajectory trajectory("t");
  ASSERT_THAT(trajectory.AddResult(
                  "many", Items{{"a", 1}, {"b c", 2}, {"in.group", "x"}}),
              IsOk());
  ASSERT_THAT(trajectory.AddResult("none", Items{}), IsOk());
  const auto loaded = Reloaded(trajectory);
  EXPECT_THAT(ResultAt(*loaded, "results.many").items(),
              UnorderedElementsAre(Pair("a", Value(1)), Pair("b c", Value(2)),
                                   Pair("in.group", Value("x"))));
  EXPECT_THAT(ResultAt(*loaded, "results.none").items(), IsEmpty());
}

TEST_P(StorageConformanceTest, RefusesItemsThatAreInEachOthersWay) {
  Trajectory trajectory("t");
  ASSERT_THAT(trajectory.AddResult("r", Items{{"a", 1}, {"a.b", 2}}), IsOk());
  EXPECT_THAT(
      service_->Store(trajectory),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("results.r.a.b")));
}

TEST_P(StorageConformanceTest, KeepsCommentsOfAllNodes) {
  std::string long_comment;
  for (int i = 0; i < 600; ++i) long_comment += "\u20ac";
  Trajectory trajectory("t", long_comment);
  trajectory.AddParameter("group.p", 1, "A parameter");
  trajectory.AddParameter("group.q", 1, "A parameter");
  ASSERT_THAT(trajectory.AddGroup("parameters.group", "A group \u2603"),
              IsOk());
  ASSERT_THAT(trajectory.AddGroup("results.empty", "Without children"), IsOk());
  ASSERT_THAT(trajectory.AddResult("r", 1, long_comment), IsOk());
  ASSERT_THAT(trajectory.AddResult("s", 1), IsOk());
  const auto loaded = Reloaded(trajectory);
  EXPECT_EQ(loaded->comment(), long_comment);
  EXPECT_EQ(ParameterAt(*loaded, "parameters.group.p").comment(),
            "A parameter");
  EXPECT_EQ(ParameterAt(*loaded, "parameters.group.q").comment(),
            "A parameter");
  ASSERT_THAT(Find(*loaded, "parameters.group"), NotNull());
  EXPECT_EQ(Find(*loaded, "parameters.group")->comment(), "A group \u2603");
  ASSERT_THAT(Find(*loaded, "results.empty"), NotNull());
  EXPECT_EQ(Find(*loaded, "results.empty")->comment(), "Without children");
  EXPECT_EQ(ResultAt(*loaded, "results.r").comment(), long_comment);
  EXPECT_EQ(ResultAt(*loaded, "results.s").comment(), "");
}

TEST_P(StorageConformanceTest, KeepsWhatTheTrajectoryIs) {
  Trajectory trajectory("some_name-2", "A comment");
  trajectory.set_timestamp(1767323045.25);
  trajectory.AddParameter("p", 1);
  const auto loaded = Reloaded(trajectory);
  EXPECT_EQ(loaded->name(), "some_name-2");
  EXPECT_EQ(loaded->comment(), "A comment");
  EXPECT_EQ(loaded->timestamp(), 1767323045.25);
  EXPECT_EQ(loaded->length(), 1);
  EXPECT_TRUE(loaded->stored());
  EXPECT_THAT(loaded->status(), IsOk());
  EXPECT_THAT(loaded->version(), HasSubstr("cppet"));
  EXPECT_THAT(loaded->language(), HasSubstr("C++"));
}

TEST_P(StorageConformanceTest, KeepsClassesAndBranchesOfTheUser) {
  Trajectory trajectory("t");
  ASSERT_THAT(trajectory.tree().Add(
                  "mine.group",
                  std::make_unique<Result>("r", Items{{"r", 1}}, "MyResult")),
              IsOk());
  ASSERT_THAT(trajectory.tree().Add("mine", std::make_unique<Parameter>(
                                                "p", Value(2), "MyParameter")),
              IsOk());
  const auto loaded = Reloaded(trajectory);
  EXPECT_EQ(ResultAt(*loaded, "mine.group.r").class_name(), "MyResult");
  EXPECT_EQ(ParameterAt(*loaded, "mine.p").class_name(), "MyParameter");
}

TEST_P(StorageConformanceTest, StoringAgainAddsOnlyWhatIsNew) {
  Trajectory trajectory("t");
  trajectory.AddParameter("p", 1, "First");
  ASSERT_THAT(trajectory.AddResult("group.r", 1), IsOk());
  trajectory.tree().FindExact("results.group")->Annotate("note", "old");
  ASSERT_THAT(service_->Store(trajectory), IsOk());
  Reopen();

  auto more = LoadAllOf("t");
  more->AddParameter("q", 2, "Second");
  ASSERT_THAT(more->AddResult("group.s", 2), IsOk());
  ASSERT_THAT(more->AddResult("new.group.u", 3), IsOk());
  Node* const group = more->tree().FindExact("results.group");
  group->Annotate("note", "new");
  group->Annotate("more", 1);
  more->tree().FindExact("parameters.p")->set_comment("Changed");
  const auto loaded = Reloaded(*more);
  EXPECT_EQ(ParameterAt(*loaded, "parameters.p").comment(), "First");
  EXPECT_THAT(ParameterAt(*loaded, "parameters.q").value(), Eq(Value(2)));
  EXPECT_THAT(ResultAt(*loaded, "results.group.r").items(),
              ElementsAre(Pair("r", Value(1))));
  EXPECT_THAT(ResultAt(*loaded, "results.group.s").items(),
              ElementsAre(Pair("s", Value(2))));
  EXPECT_THAT(ResultAt(*loaded, "results.new.group.u").items(),
              ElementsAre(Pair("u", Value(3))));
  const Node* kept = Find(*loaded, "results.group");
  EXPECT_EQ(kept->annotations().size(), 2);
  ExpectAnnotation(*kept, "note", "old");
  ExpectAnnotation(*kept, "more", 1);
}

TEST_P(StorageConformanceTest, ExploresWhatWasStoredUnexplored) {
  Trajectory trajectory("t");
  trajectory.AddParameter("x", 1.0);
  ASSERT_THAT(service_->Store(trajectory), IsOk());
  Reopen();
  auto more = LoadAllOf("t");
  ASSERT_THAT(more->Explore(CartesianProduct(
                  std::vector<Axis>{{"x", Linspace(1, 5, 5)}})),
              IsOk());
  const auto loaded = Reloaded(*more);
  EXPECT_EQ(loaded->length(), 5);
  ASSERT_EQ(loaded->explored().size(), 1);
  EXPECT_EQ(loaded->ParameterSummary(4), "x: 5.0");
  EXPECT_EQ(loaded->run_info(4).name, RunName(4));
}

TEST_P(StorageConformanceTest, KeepsSeveralTrajectories) {
  EXPECT_THAT(Explored("b", 2)->status(), IsOk());
  const auto b = Explored("b", 2);
  const auto a = Explored("a", 3);
  const auto c = Explored("c", 1);
  ASSERT_THAT(service_->Store(*b), IsOk());
  ASSERT_THAT(service_->Store(*a), IsOk());
  ASSERT_THAT(service_->StoreRuns(*b, {Record(0, "b0")}), IsOk());
  ASSERT_THAT(service_->StoreRuns(*a, {Record(0, "a0")}), IsOk());
  ASSERT_THAT(service_->StoreRuns(*b, {Record(1, "b1")}), IsOk());
  Reopen();
  ASSERT_THAT(service_->Store(*c), IsOk());
  EXPECT_THAT(service_->List(), IsOkAndHolds(ElementsAre("a", "b", "c")));
  EXPECT_EQ(LoadAllOf("a")->length(), 3);
  const auto loaded = LoadAllOf("b");
  EXPECT_EQ(loaded->length(), 2);
  EXPECT_THAT(ResultAt(*loaded, "results.runs.run_00000001.z").items(),
              ElementsAre(Pair("z", Value("b1"))));
}

TEST_P(StorageConformanceTest, RefusesANewTrajectoryOfATakenName) {
  const auto first = Explored("t", 2);
  const auto second = Explored("t", 3);
  ASSERT_THAT(service_->Store(*first), IsOk());
  EXPECT_THAT(service_->Store(*second),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr(" t ")));
  EXPECT_FALSE(second->stored());
  EXPECT_EQ(LoadAllOf("t")->length(), 2);
}

TEST_P(StorageConformanceTest, RefusesATrajectoryInError) {
  Trajectory trajectory("t");
  trajectory.AddParameter("no name!", 1);
  EXPECT_THAT(
      service_->Store(trajectory),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no name!")));
}

TEST_P(StorageConformanceTest, SaysWhichTrajectoriesThereAre) {
  const auto one = Explored("one", 1);
  const auto two = Explored("two", 1);
  ASSERT_THAT(service_->Store(*one), IsOk());
  ASSERT_THAT(service_->Store(*two), IsOk());
  EXPECT_THAT(service_->Load("three"),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("three"), HasSubstr("one, two"))));
}

TEST_P(StorageConformanceTest, LoadsAsMuchAsIsAskedFor) {
  auto trajectory = Explored("t", 2);
  trajectory->AddDerivedParameter("d", 1);
  ASSERT_THAT(trajectory->AddResult("r", 1, "A result"), IsOk());
  ASSERT_THAT(trajectory->tree().Add(
                  "mine", std::make_unique<Result>("m", Items{{"m", 1}})),
              IsOk());
  ASSERT_THAT(service_->Store(*trajectory), IsOk());

  // The default: parameters with data, of all others what there is.
  auto loaded = *service_->Load("t");
  EXPECT_TRUE(ParameterAt(*loaded, "parameters.x").explored());
  EXPECT_FALSE(
      ParameterAt(*loaded, "derived_parameters.d").value().has_value());
  EXPECT_EQ(ResultAt(*loaded, "results.r").comment(), "A result");
  EXPECT_THAT(ResultAt(*loaded, "results.r").items(), IsEmpty());
  EXPECT_THAT(ResultAt(*loaded, "mine.m").items(), IsEmpty());

  LoadOptions options;
  options.parameters = LoadLevel::kSkeleton;
  options.derived_parameters = LoadLevel::kData;
  options.results = LoadLevel::kNothing;
  options.other = LoadLevel::kData;
  loaded = *service_->Load("t", options);
  EXPECT_FALSE(ParameterAt(*loaded, "parameters.x").value().has_value());
  EXPECT_FALSE(ParameterAt(*loaded, "parameters.x").explored());
  EXPECT_THAT(loaded->explored(), IsEmpty());
  EXPECT_THAT(loaded->explored_names(), ElementsAre("parameters.x"));
  EXPECT_EQ(loaded->length(), 2);
  EXPECT_THAT(ParameterAt(*loaded, "derived_parameters.d").value(),
              Eq(Value(1)));
  EXPECT_THAT(Find(*loaded, "results"), IsNull());
  EXPECT_THAT(ResultAt(*loaded, "mine.m").items(),
              ElementsAre(Pair("m", Value(1))));
}

}  // namespace cppet
