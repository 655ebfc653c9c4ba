#include "cppet/storage/hdf5/columns/column_name.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::Pair;

TEST(ColumnNameTest, LeadsBackToResultAndItem) {
  EXPECT_EQ(SpellColumn("z", "z"), "z");
  EXPECT_EQ(SpellColumn("process.exit_code", "exit_code"),
            "process__exit_code");
  EXPECT_EQ(SpellColumn("g.point", "x"), "g__point___x");
  EXPECT_THAT(ReadColumnName("z"), Pair("z", "z"));
  EXPECT_THAT(ReadColumnName("process__exit_code"),
              Pair("process.exit_code", "exit_code"));
  EXPECT_THAT(ReadColumnName("g__point___x"), Pair("g.point", "x"));
}

TEST(ColumnNameTest, RefusesWhatWouldNotLeadBack) {
  EXPECT_EQ(SpellColumn("a__b", "a__b"), "");
  EXPECT_EQ(SpellColumn("a_", "x"), "");
  EXPECT_EQ(SpellColumn("run", "run"), "");
}

}  // namespace
}  // namespace cppet::hdf5
