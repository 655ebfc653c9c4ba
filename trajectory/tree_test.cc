#include "cppet/trajectory/tree.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TreeTest : public ::testing::Test {
 protected:
  TreeTest() {
    Add("parameters.traffic", "ncars");
    Add("parameters.traffic.lights", "red");
    Add("parameters.deep.down", "only");
    Add("parameters.a", "same");
    Add("parameters.b", "same");
    Add("parameters.x.y", "near");
    Add("parameters", "near");
  }

  void Add(const std::string& parent, const std::string& name) {
    ASSERT_THAT(tree_.Add(parent, std::make_unique<Parameter>(name, 1)),
                IsOk());
  }

  std::string Found(const std::string& name) {
    const absl::StatusOr<Node*> node = tree_.Find(name);
    return node.ok() ? (*node)->full_name()
                     : std::string(node.status().message());
  }

  Tree tree_;
};

TEST_F(TreeTest, FindsFullNamesAndShortcuts) {
  EXPECT_EQ(Found("parameters.traffic.ncars"), "parameters.traffic.ncars");
  EXPECT_EQ(Found("traffic.ncars"), "parameters.traffic.ncars");
  EXPECT_EQ(Found("traffic.red"), "parameters.traffic.lights.red");
  EXPECT_EQ(Found("only"), "parameters.deep.down.only");
  EXPECT_EQ(Found("par.only"), "parameters.deep.down.only");
}

TEST_F(TreeTest, TheNearestToTheRootWins) {
  EXPECT_EQ(Found("near"), "parameters.near");
  EXPECT_EQ(Found("x.near"), "parameters.x.y.near");
}

TEST_F(TreeTest, ATieIsAnErrorThatNamesTheCandidates) {
  EXPECT_THAT(tree_.Find("same"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("parameters.a.same"),
                             HasSubstr("parameters.b.same"))));
}

TEST_F(TreeTest, AnUnknownNameIsAnErrorThatSuggestsTheNearest) {
  EXPECT_THAT(tree_.Find("ncar"), StatusIs(absl::StatusCode::kNotFound,
                                           HasSubstr("did you mean 'ncars'?")));
  EXPECT_THAT(tree_.Find("ncars.below"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no group")));
  EXPECT_THAT(tree_.Find(""), Not(IsOk()));
}

TEST_F(TreeTest, RunsHaveShortNames) {
  Add("results.runs.run_00000007", "z");
  EXPECT_EQ(Found("run_7.z"), "results.runs.run_00000007.z");
  EXPECT_EQ(Found("res.r_7"), "results.runs.run_00000007");
}

TEST_F(TreeTest, AnAliasGivesWayToAChildOfItsName) {
  Add("results.runs.run_00000007", "z");
  Add("parameters.circuit", "r_7");
  EXPECT_EQ(Found("circuit.r_7"), "parameters.circuit.r_7");
  EXPECT_EQ(Found("r_7"), "results.runs.run_00000007");
  Add("parameters.circuit", "r_8");
  EXPECT_EQ(Found("r_8"), "parameters.circuit.r_8");
}

TEST_F(TreeTest, PlaceholdersStandForTheRunOrForAll) {
  Add("results.runs.run_00001002", "z");
  Add("results.runs.run_ALL", "z");
  Add("results.runs.run_ALL", "mean");
  Add("results.run_set_00001", "w");
  FindOptions options;
  options.run = 1002;
  const auto found = [&](const char* name) {
    return (*tree_.Find(name, options))->full_name();
  };
  EXPECT_EQ(found("$.z"), "results.runs.run_00001002.z");
  EXPECT_EQ(found("res.crun.z"), "results.runs.run_00001002.z");
  EXPECT_EQ(found("$.mean"), "results.runs.run_ALL.mean");
  EXPECT_EQ(found("crunset.w"), "results.run_set_00001.w");
  EXPECT_EQ(found("rts_1500.w"), "results.run_set_00001.w");
  EXPECT_EQ(Found("$.z"), "results.runs.run_ALL.z");
}

TEST_F(TreeTest, FindsOnlyChildrenWithoutShortcuts) {
  FindOptions options;
  options.shortcuts = false;
  EXPECT_THAT(tree_.Find("parameters.traffic.ncars", options), IsOk());
  EXPECT_THAT(tree_.Find("par.traffic", options), IsOk());
  EXPECT_THAT(tree_.Find("parameters.ncars", options),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("ncars"), HasSubstr("parameters"))));
}

TEST_F(TreeTest, SearchesNoDeeperThanIsWished) {
  FindOptions options;
  options.max_depth = 3;
  EXPECT_THAT(tree_.Find("ncars", options), IsOk());
  EXPECT_THAT(tree_.Find("red", options),
              StatusIs(absl::StatusCode::kNotFound));
  options.max_depth = 2;
  EXPECT_THAT(tree_.Find("parameters.traffic.ncars", options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2")));
}

TEST_F(TreeTest, FindsAllOfAName) {
  const auto all = [&](const char* name, const FindOptions& options = {}) {
    std::vector<std::string> names;
    for (const Node* node : tree_.FindAll(name, options)) {
      names.push_back(node->full_name());
    }
    return names;
  };
  EXPECT_THAT(all("same"),
              ElementsAre("parameters.a.same", "parameters.b.same"));
  EXPECT_THAT(all("near"),
              ElementsAre("parameters.near", "parameters.x.y.near"));
  EXPECT_THAT(all("x.near"), ElementsAre("parameters.x.y.near"));
  EXPECT_THAT(all("par.near"),
              ElementsAre("parameters.near", "parameters.x.y.near"));
  EXPECT_THAT(all("near.x"), IsEmpty());
  EXPECT_THAT(all("nope"), IsEmpty());
  FindOptions direct;
  direct.shortcuts = false;
  EXPECT_THAT(all("parameters.near", direct), ElementsAre("parameters.near"));
}

TEST_F(TreeTest, ListsLeavesFromTheTop) {
  const auto& group =
      static_cast<const Group&>(*tree_.FindExact("parameters.traffic"));
  std::vector<std::string> names;
  for (const Leaf* leaf : Leaves(group)) names.push_back(leaf->name());
  EXPECT_THAT(names, ElementsAre("ncars", "red"));
  EXPECT_EQ(Leaves(tree_.root()).front()->full_name(), "parameters.near");
}

TEST_F(TreeTest, RefusesASecondNodeOfAName) {
  EXPECT_THAT(tree_.Add("parameters", std::make_unique<Parameter>("near", 1)),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(
      tree_.Add("parameters.near", std::make_unique<Parameter>("below", 1)),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("is no group")));
}

TEST_F(TreeTest, KnowsDepthAndBranch) {
  const Node* node = tree_.FindExact("parameters.traffic.ncars");
  EXPECT_EQ(node->depth(), 3);
  EXPECT_EQ(node->branch(), "parameters");
  EXPECT_EQ(tree_.FindExact("parameters.nope"), nullptr);
}

}  // namespace
}  // namespace cppet
