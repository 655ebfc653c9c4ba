#include "cppet/storage/hdf5/values/class_names.h"

#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

TEST(ClassNamesTest, KnowsThoseOfPypet) {
  EXPECT_TRUE(IsPypetParameter("ArrayParameter"));
  EXPECT_FALSE(IsPypetParameter("Result"));
  EXPECT_FALSE(IsPypetParameter("MyParameter"));
  EXPECT_TRUE(IsPypetResult("SparseResult"));
  EXPECT_FALSE(IsPypetResult("geo.Point"));
}

TEST(ClassNamesTest, TellsParametersByTheClassesOfPypet) {
  EXPECT_TRUE(IsParameter("PickleParameter", "mine.x"));
  EXPECT_FALSE(IsParameter("SharedResult", "mine.x"));
}

TEST(ClassNamesTest, TellsParametersByTheirBranch) {
  EXPECT_TRUE(IsParameter("", "config.x"));
  EXPECT_TRUE(IsParameter("geo.Point", "parameters.x"));
  EXPECT_TRUE(IsParameter("SearchResult", "derived_parameters.x"));
  EXPECT_FALSE(IsParameter("ParameterFit", "results.x"));
  EXPECT_FALSE(IsParameter("", "results.x"));
}

TEST(ClassNamesTest, TellsParametersOfOtherBranchesByWhatTheyAreCalled) {
  EXPECT_TRUE(IsParameter("MyParameter", "mine.x"));
  EXPECT_FALSE(IsParameter("geo.Point", "mine.x"));
}

}  // namespace
}  // namespace cppet::hdf5
