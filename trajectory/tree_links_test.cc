#include <memory>
#include <string>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr auto kExists = absl::StatusCode::kAlreadyExists;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class TreeLinksTest : public ::testing::Test {
 protected:
  TreeLinksTest() {
    far_ = Add("parameters.a.b.c", "far");
    Add("parameters.other", "near");
  }

  Node* Add(const std::string& parent, const std::string& name) {
    return tree_.Add(parent, std::make_unique<Parameter>(name, 1)).value();
  }

  Group& GroupAt(const std::string& full_name) {
    return static_cast<Group&>(*tree_.FindExact(full_name));
  }

  Tree tree_;
  Node* far_;
};

TEST_F(TreeLinksTest, AreFurtherNamesOfANode) {
  ASSERT_THAT(tree_.AddLink("parameters.links.way", *far_), IsOk());
  EXPECT_THAT(GroupAt("parameters.links").links(),
              ElementsAre(Pair("way", far_)));
  EXPECT_THAT(tree_.Find("parameters.links.way"), IsOkAndHolds(far_));
  EXPECT_THAT(tree_.Find("way"), IsOkAndHolds(far_));
  EXPECT_EQ(tree_.FindExact("parameters.links.way"), nullptr);
}

TEST_F(TreeLinksTest, LeadOnToWhatIsBelowTheirTarget) {
  ASSERT_THAT(tree_.AddLink("short", GroupAt("parameters.a.b.c")), IsOk());
  EXPECT_THAT(tree_.Find("short.far"), IsOkAndHolds(far_));
  EXPECT_THAT(tree_.Find("far"), IsOkAndHolds(far_));
  // It is now nearer than this one.
  Add("parameters.p.q", "far");
  EXPECT_THAT(tree_.Find("far"), IsOkAndHolds(far_));
  FindOptions options;
  options.with_links = false;
  EXPECT_EQ((*tree_.Find("far", options))->full_name(), "parameters.p.q.far");
  EXPECT_THAT(tree_.Find("short.far", options),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TreeLinksTest, MayGoInCircles) {
  ASSERT_THAT(tree_.AddLink("parameters.a.b.up", GroupAt("parameters.a")),
              IsOk());
  EXPECT_THAT(tree_.Find("up.up.far"), IsOkAndHolds(far_));
  EXPECT_THAT(tree_.Find("other.far"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TreeLinksTest, AreNoTieIfTheyLeadToTheSameNode) {
  ASSERT_THAT(tree_.AddLink("parameters.l.way", *far_), IsOk());
  ASSERT_THAT(tree_.AddLink("parameters.m.way", *far_), IsOk());
  EXPECT_THAT(tree_.Find("way"), IsOkAndHolds(far_));
  Add("parameters.n", "way");
  EXPECT_THAT(tree_.Find("way"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("parameters.n.way"),
                             HasSubstr("parameters.a.b.c.far"))));
}

TEST_F(TreeLinksTest, ShareNamesWithNothing) {
  ASSERT_THAT(tree_.AddLink("parameters.way", *far_), IsOk());
  EXPECT_THAT(tree_.AddLink("parameters.way", *far_),
              StatusIs(kExists, HasSubstr("parameters.way")));
  EXPECT_THAT(tree_.AddLink("parameters.other.near", *far_),
              StatusIs(kExists, HasSubstr("parameters.other.near")));
  EXPECT_THAT(tree_.Add("parameters", std::make_unique<Parameter>("way", 1)),
              StatusIs(kExists, HasSubstr("parameters.way")));
  EXPECT_THAT(tree_.AddGroup("parameters.way"),
              StatusIs(kExists, HasSubstr("parameters.way")));
}

TEST_F(TreeLinksTest, HaveNothingBelowThem) {
  ASSERT_THAT(tree_.AddLink("parameters.way", GroupAt("parameters.a")), IsOk());
  const auto refused = StatusIs(
      kExists, AllOf(HasSubstr("parameters.way"), HasSubstr("parameters.a")));
  EXPECT_THAT(tree_.Add("parameters.way", std::make_unique<Parameter>("p", 1)),
              refused);
  EXPECT_THAT(tree_.AddGroup("parameters.way.g"), refused);
  EXPECT_THAT(tree_.AddLink("parameters.way.l", *far_), refused);
}

TEST_F(TreeLinksTest, CannotStandForTheRootOrABranch) {
  EXPECT_THAT(tree_.AddLink("parameters.way", tree_.root()),
              StatusIs(kInvalid, HasSubstr("parameters.way")));
  EXPECT_THAT(tree_.AddLink("results", *far_),
              StatusIs(kInvalid, HasSubstr("results")));
  EXPECT_THAT(tree_.AddLink("a b", *far_), StatusIs(kInvalid));
}

TEST_F(TreeLinksTest, EndWithTheirTarget) {
  ASSERT_THAT(tree_.AddLink("parameters.way", *far_), IsOk());
  ASSERT_THAT(tree_.AddLink("parameters.other.to", GroupAt("parameters.a.b")),
              IsOk());
  ASSERT_THAT(tree_.Remove(GroupAt("parameters.a"), /*recursive=*/true),
              IsOk());
  EXPECT_THAT(GroupAt("parameters").links(), IsEmpty());
  EXPECT_THAT(GroupAt("parameters.other").links(), IsEmpty());
  EXPECT_THAT(tree_.Find("way"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TreeLinksTest, AreRemovedWithoutTheirTarget) {
  ASSERT_THAT(tree_.AddLink("parameters.way", *far_), IsOk());
  ASSERT_THAT(tree_.AddLink("root_way", *far_), IsOk());
  EXPECT_THAT(tree_.RemoveLink("parameters.way"), IsOk());
  EXPECT_THAT(tree_.RemoveLink("root_way"), IsOk());
  EXPECT_THAT(GroupAt("parameters").links(), IsEmpty());
  EXPECT_THAT(tree_.Find("far"), IsOkAndHolds(far_));
  EXPECT_THAT(
      tree_.RemoveLink("parameters.way"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("parameters.way")));
}

TEST_F(TreeLinksTest, OfARemovedGroupEnd) {
  ASSERT_THAT(tree_.AddLink("parameters.other.way", *far_), IsOk());
  ASSERT_THAT(tree_.Remove(GroupAt("parameters.other"), /*recursive=*/true),
              IsOk());
  EXPECT_THAT(tree_.Find("way"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(tree_.Remove(*far_, /*recursive=*/false), IsOk());
}

}  // namespace
}  // namespace cppet
