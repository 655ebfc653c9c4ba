#include "cppet/storage/hdf5/tree/group_path.h"

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::HasSubstr;

class GroupPathTest : public ::testing::Test {
 protected:
  ScratchFile file_;
  GroupPath path_{file_.root(), Filters()};
};

TEST_F(GroupPathTest, MakesAndFindsGroups) {
  const auto made = path_.Enter("a.b.c");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(PathOf(made->id), "/a/b/c");
  EXPECT_TRUE(made->is_new);
  const auto sibling = path_.Enter("a.d");
  ASSERT_THAT(sibling, IsOk());
  EXPECT_EQ(PathOf(sibling->id), "/a/d");
  const auto again = path_.Enter("a.b");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(PathOf(again->id), "/a/b");
  EXPECT_FALSE(again->is_new);
}

TEST_F(GroupPathTest, KnowsTheRoot) {
  const auto root = path_.Enter("");
  ASSERT_THAT(root, IsOk());
  EXPECT_EQ(root->id, file_.root());
}

TEST_F(GroupPathTest, FindMakesNothing) {
  const auto missing = path_.Find("a.b");
  ASSERT_THAT(missing, IsOk());
  EXPECT_LT(missing->id, 0);
  EXPECT_FALSE(HasLink(file_.root(), "a"));
}

TEST_F(GroupPathTest, NothingIsNewAfterStartOver) {
  ASSERT_THAT(path_.Enter("a.b"), IsOk());
  path_.StartOver(1);
  const auto place = path_.Enter("a");
  ASSERT_THAT(place, IsOk());
  EXPECT_FALSE(place->is_new);
}

TEST_F(GroupPathTest, ALeafIsNoGroup) {
  const auto leaf = CreateGroup(file_.root(), "leaf", Filters());
  ASSERT_THAT(leaf, IsOk());
  ASSERT_THAT(WriteLeafClass(leaf->get(), "Result"), IsOk());
  EXPECT_THAT(path_.Enter("leaf.below"),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("/leaf")));
}

}  // namespace
}  // namespace cppet::hdf5
