#include <memory>
#include <string>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

constexpr auto kExists = absl::StatusCode::kAlreadyExists;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;

class TreeChangesTest : public ::testing::Test {
 protected:
  TreeChangesTest() {
    for (const char* parent : {"parameters.g", "parameters.h"}) {
      tree_.Add(parent, std::make_unique<Parameter>("x", 1)).value();
    }
    tree_.Add("results", std::make_unique<Result>("z", Items{{"z", 1}}))
        .value();
  }

  Node& At(const std::string& full_name) { return *tree_.FindExact(full_name); }

  Tree tree_;
};

TEST_F(TreeChangesTest, RemovesALeaf) {
  EXPECT_THAT(tree_.Remove(At("parameters.g.x"), /*recursive=*/false), IsOk());
  EXPECT_EQ(tree_.FindExact("parameters.g.x"), nullptr);
  EXPECT_EQ((*tree_.Find("x"))->full_name(), "parameters.h.x");
  EXPECT_THAT(tree_.Remove(At("results.z"), /*recursive=*/false), IsOk());
  EXPECT_THAT(tree_.Find("z"), StatusIs(kNotFound));
  EXPECT_THAT(tree_.Add("parameters.g", std::make_unique<Parameter>("x", 2)),
              IsOk());
}

TEST_F(TreeChangesTest, RemovesAGroupOnlyWithAllBelowIt) {
  EXPECT_THAT(tree_.Remove(At("parameters.g"), /*recursive=*/false),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.g")));
  EXPECT_NE(tree_.FindExact("parameters.g.x"), nullptr);
  EXPECT_THAT(tree_.Remove(At("parameters"), /*recursive=*/true), IsOk());
  EXPECT_THAT(tree_.Find("x"), StatusIs(kNotFound));
  EXPECT_THAT(tree_.Find("parameters"), StatusIs(kNotFound));
  EXPECT_THAT(tree_.Remove(tree_.root(), /*recursive=*/true),
              StatusIs(kInvalid));
}

TEST_F(TreeChangesTest, KeepsRemovedParametersAside) {
  const auto& x = static_cast<const Parameter&>(At("parameters.g.x"));
  ASSERT_THAT(tree_.Remove(At("parameters.g"), /*recursive=*/true), IsOk());
  EXPECT_EQ(x.value(), Value(1));
  EXPECT_EQ(x.full_name(), "parameters.g.x");
  EXPECT_EQ(x.parent(), nullptr);
}

TEST_F(TreeChangesTest, Renames) {
  Node& group = At("parameters.g");
  ASSERT_THAT(tree_.AddLink("way", At("parameters.g.x")), IsOk());
  ASSERT_THAT(tree_.Rename(group, "new"), IsOk());
  EXPECT_EQ(&At("parameters.new"), &group);
  EXPECT_EQ(tree_.FindExact("parameters.g"), nullptr);
  EXPECT_THAT(tree_.Find("g"), StatusIs(kNotFound));
  EXPECT_EQ((*tree_.Find("new.x"))->full_name(), "parameters.new.x");
  EXPECT_EQ((*tree_.Find("way"))->full_name(), "parameters.new.x");
  ASSERT_THAT(tree_.Rename(At("parameters.new.x"), "y"), IsOk());
  EXPECT_EQ((*tree_.Find("y"))->full_name(), "parameters.new.y");
}

TEST_F(TreeChangesTest, RefusesNamesThatCannotBe) {
  Node& group = At("parameters.g");
  EXPECT_THAT(tree_.Rename(group, "h"),
              StatusIs(kExists, HasSubstr("parameters.h")));
  EXPECT_THAT(tree_.Rename(group, "a.b"), StatusIs(kInvalid, HasSubstr("a.b")));
  EXPECT_THAT(tree_.Rename(group, "_g"), StatusIs(kInvalid, HasSubstr("_g")));
  EXPECT_THAT(tree_.Rename(At("results"), "r"),
              StatusIs(kInvalid, HasSubstr("results")));
  EXPECT_THAT(tree_.Rename(tree_.root(), "r"), StatusIs(kInvalid));
  EXPECT_EQ(&At("parameters.g"), &group);
}

}  // namespace
}  // namespace cppet
