#include "cppet/trajectory/tree.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
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
