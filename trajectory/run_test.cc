#include "cppet/trajectory/run.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/run_seed.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class RunTest : public ::testing::Test {
 protected:
  RunTest()
      : traj_("t"),
        x_(traj_.AddParameter("x", 1.0)),
        fixed_(traj_.AddParameter("fixed", "same")) {
    EXPECT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2., 3.}))), IsOk());
  }

  Trajectory traj_;
  const Key<double> x_;
  const Key<std::string> fixed_;
};

TEST_F(RunTest, SeesTheValuesOfItsPoint) {
  const cppet::Run run(traj_, 2);
  EXPECT_EQ(run.name(), "run_00000002");
  EXPECT_EQ(run[x_], 3.0);
  EXPECT_EQ(run[fixed_], "same");
  EXPECT_THAT(run.Get<double>("x"), IsOkAndHolds(3.0));
  EXPECT_THAT(run.Get<double>("fixed"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fixed")));
}

TEST_F(RunTest, KeepsWhatItAdds) {
  cppet::Run run(traj_, 1);
  ASSERT_THAT(run.AddResult("z", 2.5, "A comment"), IsOk());
  ASSERT_THAT(run.AddResult("g.many", {{"a", 1}, {"b", "x"}}), IsOk());
  ASSERT_THAT(run.AddDerivedParameter("d", std::vector<int64_t>{1}), IsOk());
  EXPECT_THAT(run.Get<double>("z"), IsOkAndHolds(2.5));
  const std::vector<LeafRecord> leaves = run.TakeLeaves();
  ASSERT_EQ(leaves.size(), 3);
  EXPECT_EQ(leaves[0].head->name, "results.runs.$.z");
  EXPECT_EQ(leaves[0].head->comment, "A comment");
  EXPECT_EQ(leaves[0].items, (Items{{"z", 2.5}}));
  EXPECT_EQ(leaves[1].head->name, "results.runs.$.g.many");
  EXPECT_EQ(leaves[2].head->name, "derived_parameters.runs.$.d");
  EXPECT_EQ(leaves[2].head->kind, Node::Kind::kParameter);
}

TEST_F(RunTest, AddsItsSeedWhenItIsUsed) {
  traj_.set_seed(42);
  cppet::Run run(traj_, 1);
  EXPECT_THAT(run.TakeLeaves(), IsEmpty());
  const uint64_t seed = run.Seed();
  EXPECT_EQ(seed, RunSeed(42, 1));
  EXPECT_EQ(run.Seed(), seed);
  const std::vector<LeafRecord> leaves = run.TakeLeaves();
  ASSERT_EQ(leaves.size(), 1);
  EXPECT_EQ(leaves[0].head->name, "derived_parameters.runs.$.seed");
  EXPECT_EQ(leaves[0].items.at(0).second, Value(seed));
  EXPECT_THAT(run.Get<uint64_t>("seed"), IsOkAndHolds(seed));
}

// What each run of a sweep adds, which must not depend on the runs before.
class RunAfterRunTest : public RunTest {
 protected:
  // The names of what a run with `add` adds, with the items.
  std::vector<std::string> Leaves(int64_t index,
                                  const std::function<void(cppet::Run&)>& add) {
    cppet::Run run(traj_, index);
    add(run);
    EXPECT_THAT(run.status(), IsOk());
    std::vector<std::string> leaves;
    for (const LeafRecord& leaf : run.TakeLeaves()) {
      std::string text = absl::StrCat(leaf.head->name, " ", leaf.head->comment);
      for (const auto& [name, value] : leaf.items) {
        absl::StrAppend(&text, " ", name, "=", PythonRepr(value));
      }
      leaves.push_back(std::move(text));
    }
    return leaves;
  }

  static void AddUsual(cppet::Run& run) {
    EXPECT_THAT(run.AddResult("z", 0.5 + run.index(), "Of z"), IsOk());
    EXPECT_THAT(run.AddDerivedParameter("d", run.index()), IsOk());
    EXPECT_THAT(run.AddResult("g.r", {{"a", run.index()}, {"b", 0.25}}),
                IsOk());
  }
};

TEST_F(RunAfterRunTest, AddsTheSameWithItsOwnValues) {
  for (const int64_t index : {0, 1, 2}) {
    EXPECT_THAT(
        Leaves(index, AddUsual),
        ElementsAre(absl::StrCat("results.runs.$.z Of z z=", index, ".5"),
                    absl::StrCat("derived_parameters.runs.$.d  data=", index),
                    absl::StrCat("results.runs.$.g.r  a=", index, " b=0.25")));
  }
}

TEST_F(RunAfterRunTest, SharesTheHeads) {
  Leaves(0, AddUsual);
  std::vector<std::shared_ptr<const LeafHead>> heads[2];
  for (const int64_t index : {1, 2}) {
    cppet::Run run(traj_, index);
    AddUsual(run);
    for (const LeafRecord& leaf : run.TakeLeaves()) {
      heads[index - 1].push_back(leaf.head);
    }
  }
  EXPECT_EQ(heads[0], heads[1]);
}

TEST_F(RunAfterRunTest, MayAddSomethingElse) {
  const std::vector<std::function<void(cppet::Run&)>> others = {
      [](cppet::Run& run) { run.AddResult("z", 1, "Another").IgnoreError(); },
      [](cppet::Run& run) { run.AddResult("z", "text").IgnoreError(); },
      [](cppet::Run& run) {
        run.AddResult("z", {{"w", 1}}).IgnoreError();
      },
      [](cppet::Run& run) { run.AddDerivedParameter("z", 1).IgnoreError(); },
      [](cppet::Run& run) {
        run.AddResult("z", 1, "Of z").IgnoreError();
        run.AddResult("d", 1).IgnoreError();
        run.AddResult("$.z", 1).IgnoreError();
      },
      [](cppet::Run& run) {
        run.AddResult("z", 1, "Of z").IgnoreError();
        run.AddDerivedParameter("d", "text").IgnoreError();
        run.AddResult("g.r", {{"a", 1}}).IgnoreError();
      },
      [](cppet::Run&) {}};
  const std::vector<std::vector<std::string>> expected = {
      {"results.runs.$.z Another z=1"},
      {"results.runs.$.z  z='text'"},
      {"results.runs.$.z  w=1"},
      {"derived_parameters.runs.$.z  data=1"},
      {"results.runs.$.z Of z z=1", "results.runs.$.d  d=1",
       "results.$.z  z=1"},
      {"results.runs.$.z Of z z=1", "derived_parameters.runs.$.d  data='text'",
       "results.runs.$.g.r  a=1"},
      {}};
  for (size_t i = 0; i < others.size(); ++i) {
    EXPECT_THAT(Leaves(0, AddUsual), SizeIs(3));
    EXPECT_THAT(Leaves(1, AddUsual), SizeIs(3));
    EXPECT_EQ(Leaves(2, others[i]), expected[i]) << i;
  }
}

TEST_F(RunAfterRunTest, FindsRefusesAndAnnotatesWhatItAdded) {
  Leaves(0, AddUsual);
  cppet::Run run(traj_, 1);
  AddUsual(run);
  EXPECT_THAT(run.Get<double>("z"), IsOkAndHolds(1.5));
  EXPECT_THAT(run.Annotate("g.r", "unit", "V"), IsOk());
  EXPECT_THAT(run.AddLink("results.links.$", "z"), IsOk());
  EXPECT_THAT(run.AddResult("z", 1.5, "Of z"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(run.AddResult("g", 1),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(run.TakeLinks(), SizeIs(1));
  const std::vector<LeafRecord> leaves = run.TakeLeaves();
  ASSERT_THAT(leaves, SizeIs(3));
  EXPECT_THAT(leaves[0].head->annotations, IsEmpty());
  EXPECT_THAT(leaves[2].head->annotations,
              ElementsAre(Pair("unit", Value("V"))));
  EXPECT_THAT(Leaves(2, AddUsual), SizeIs(3));
}

TEST_F(RunAfterRunTest, DoesNotMindRunsWithinIt) {
  Leaves(0, AddUsual);
  cppet::Run outer(traj_, 1);
  ASSERT_THAT(outer.AddResult("z", 1.0, "Of z"), IsOk());
  Leaves(2, [](cppet::Run& run) {
    EXPECT_THAT(run.AddResult("first", 1), IsOk());
    EXPECT_THAT(run.AddResult("z", 1.0, "Of z"), IsOk());
  });
  EXPECT_THAT(outer.AddResult("z", 1.0, "Of z"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(outer.TakeLeaves(), SizeIs(1));
}

TEST_F(RunTest, KeepsItsFirstError) {
  cppet::Run run(traj_, 0);
  EXPECT_THAT(run.AddResult("z", 1.0), IsOk());
  EXPECT_THAT(run.AddResult("z", 1.0),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(run.AddResult("_bad", 1.0),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(run.status(), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(RunTest, RefusesDataBelowData) {
  cppet::Run run(traj_, 0);
  ASSERT_THAT(run.AddResult("a", 1.0), IsOk());
  EXPECT_THAT(run.AddResult("a.b", 1.0),
              StatusIs(absl::StatusCode::kAlreadyExists));
  cppet::Run other(traj_, 0);
  ASSERT_THAT(other.AddResult("a.b", 1.0), IsOk());
  EXPECT_THAT(other.AddResult("a", 1.0),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(other.AddResult("ab", 1.0), IsOk());
}

TEST_F(RunTest, PutsWhatItAddsWhereItsNameSays) {
  cppet::Run run(traj_, 0);
  // Where results go, by name.
  const std::map<std::string, std::string> places = {
      {"z", "results.runs.run_00000000.z"},
      {"g.z", "results.runs.run_00000000.g.z"},
      {"runs.k", "results.runs.run_00000000.runs.k"},
      {"results.abc", "results.abc"},
      {"$.a", "results.run_00000000.a"},
      {"crun.b", "results.run_00000000.b"},
      {"runs.$.c", "results.runs.run_00000000.c"},
      {"sub.$.q", "results.sub.run_00000000.q"},
      {"q.$", "results.q.run_00000000"},
      {"$set.$.w", "results.run_set_00000.run_00000000.w"},
      {"run_ALL.x", "results.run_ALL.x"},
      {"run_1.x", "results.runs.run_00000000.run_00000001.x"},
      {"results.sub.deep", "results.sub.deep"}};
  std::set<std::string> expected;
  for (const auto& [name, place] : places) {
    EXPECT_THAT(run.AddResult(name, 1), IsOk()) << name;
    expected.insert(place);
  }
  EXPECT_THAT(run.AddDerivedParameter("d", 1), IsOk());
  EXPECT_THAT(run.AddValue("mine.$.v", 1), IsOk());
  EXPECT_THAT(run.AddValue("results.v", 1), IsOk());
  expected.insert({"derived_parameters.runs.run_00000000.d",
                   "mine.run_00000000.v", "results.v"});
  std::set<std::string> added;
  for (const LeafRecord& leaf : run.TakeLeaves()) {
    added.insert(NameInRun(leaf.head->name, 0));
  }
  EXPECT_EQ(added, expected);
}

TEST_F(RunTest, AddsGroups) {
  cppet::Run run(traj_, 1);
  ASSERT_THAT(run.AddResultGroup("gr", "A group"), IsOk());
  ASSERT_THAT(run.AddDerivedParameterGroup("gr"), IsOk());
  ASSERT_THAT(run.AddGroup("gr", "Anywhere"), IsOk());
  ASSERT_THAT(run.AddGroup("results.gr"), IsOk());
  ASSERT_THAT(run.AddResult("gr.z", 1), IsOk());
  std::map<std::string, std::string> comments;
  for (const GroupRecord& group : run.TakeGroups()) {
    comments[group.full_name] = group.comment;
  }
  EXPECT_THAT(comments,
              ElementsAre(Pair("derived_parameters.runs.run_00000001.gr", ""),
                          Pair("gr", "Anywhere"), Pair("results.gr", ""),
                          Pair("results.runs.run_00000001.gr", "A group")));
}

TEST_F(RunTest, AddsLinks) {
  cppet::Run run(traj_, 1);
  ASSERT_THAT(run.AddResult("z", 2.5), IsOk());
  ASSERT_THAT(run.AddLink("results.links.$", "z"), IsOk());
  ASSERT_THAT(run.AddLink("to_x", "x"), IsOk());
  std::map<std::string, std::string> links;
  for (const LinkRecord& link : run.TakeLinks()) {
    links[link.full_name] = link.target;
  }
  EXPECT_THAT(links, ElementsAre(Pair("results.links.run_00000001",
                                      "results.runs.run_00000001.z"),
                                 Pair("to_x", "parameters.x")));
  EXPECT_THAT(run.Get<double>("to_x"), IsOkAndHolds(2.0));
  EXPECT_THAT(run.AddLink("results.l", "nope"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nope")));
  EXPECT_THAT(run.AddResult("results.links.$.below", 1),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       HasSubstr("results.links.run_00000001")));
}

TEST_F(RunTest, AnnotatesWhatItAdded) {
  cppet::Run run(traj_, 1);
  ASSERT_THAT(run.AddResult("z", 2.5), IsOk());
  ASSERT_THAT(run.AddGroup("results.runs.$", "Of this run"), IsOk());
  EXPECT_THAT(run.Annotate("z", "unit", "V"), IsOk());
  EXPECT_THAT(run.Annotate("runs.$", "seed", 7), IsOk());
  EXPECT_THAT(run.TakeLeaves()[0].head->annotations,
              ElementsAre(Pair("unit", Value("V"))));
  ASSERT_EQ(run.TakeGroups().size(), 1);
  EXPECT_THAT(run.TakeGroups()[0].annotations,
              ElementsAre(Pair("seed", Value(7))));
  EXPECT_THAT(run.Annotate("x", "unit", "V"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("'x'")));
  EXPECT_THAT(run.Annotate("z", "a/b", "V"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("z")));
}

TEST_F(RunTest, AddsNothingToParametersAndConfig) {
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("parameters.p is in parameters"));
  cppet::Run run(traj_, 1);
  EXPECT_THAT(run.AddValue("parameters.p", 1), refused);
  EXPECT_THAT(run.AddGroup("parameters.p"), refused);
  EXPECT_THAT(run.AddLink("parameters.p", "x"), refused);
  EXPECT_THAT(run.AddResult("parameters.p", 1), refused);
  EXPECT_THAT(run.AddDerivedParameter("parameters.p", 1), refused);
  EXPECT_THAT(run.AddValue("config.p", 1),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(RunTest, ReadsWithPlaceholders) {
  ASSERT_THAT(traj_.AddResult("runs.$.mean", 7.0), IsOk());
  cppet::Run run(traj_, 1);
  ASSERT_THAT(run.AddResult("z", 2.5), IsOk());
  EXPECT_THAT(run.Get<double>("$.z"), IsOkAndHolds(2.5));
  EXPECT_THAT(run.Get<double>("$.mean"), IsOkAndHolds(7.0));
}

TEST_F(RunTest, ItsOwnGoesBeforeATieInTheTrajectory) {
  ASSERT_THAT(traj_.AddResult("runs.run_0.z", 0.0), IsOk());
  ASSERT_THAT(traj_.AddResult("runs.run_2.z", 0.0), IsOk());
  cppet::Run run(traj_, 1);
  ASSERT_THAT(run.AddResult("z", 2.5), IsOk());
  EXPECT_THAT(run.Get<double>("z"), IsOkAndHolds(2.5));
}

TEST_F(RunTest, RefusesItemsThatCannotBeStored) {
  cppet::Run run(traj_, 0);
  EXPECT_THAT(run.AddResult("r", {{"a", 1.0}, {"a", 2.0}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'a'")));
  EXPECT_THAT(run.AddResult("r", {{"a/b", 1.0}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(run.TakeLeaves(), IsEmpty());
}

}  // namespace
}  // namespace cppet
