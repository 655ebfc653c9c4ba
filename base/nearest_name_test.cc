#include "cppet/base/nearest_name.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace cppet {
namespace {

const std::vector<std::string>& Names() {
  static const auto& names = *new std::vector<std::string>(
      {"x", "ncars", "results", "parameters", "derived_parameters"});
  return names;
}

TEST(NearestNameTest, FindsWrongMissingSuperfluousAndSwappedLetters) {
  EXPECT_EQ(NearestName("parameterz", Names()), "parameters");
  EXPECT_EQ(NearestName("paramters", Names()), "parameters");
  EXPECT_EQ(NearestName("parrameters", Names()), "parameters");
  EXPECT_EQ(NearestName("ncasr", Names()), "ncars");
  EXPECT_EQ(NearestName("derived_paramaters", Names()), "derived_parameters");
  EXPECT_EQ(NearestName("ncars", Names()), "ncars");
}

TEST(NearestNameTest, IsEmptyWhenNothingIsNear) {
  EXPECT_EQ(NearestName("comment", Names()), "");
  EXPECT_EQ(NearestName("y", Names()), "");
  EXPECT_EQ(NearestName("", Names()), "");
  EXPECT_EQ(NearestName("ncars", {}), "");
}

TEST(NearestNameTest, TakesTheNearestAndOfEqualsTheFirst) {
  const std::vector<std::string> names = {"abcdxx", "abcdex", "abcdey"};
  EXPECT_EQ(NearestName("abcdef", names), "abcdex");
}

}  // namespace
}  // namespace cppet
