#include "cppet/tools/lib/value_text.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(ValueTextTest, WritesScalarsAsProgramsReadThem) {
  EXPECT_EQ(ArgumentText(int64_t{-5}), "-5");
  EXPECT_EQ(ArgumentText(0.1), "0.1");
  EXPECT_EQ(ArgumentText(5.0), "5.0");
  EXPECT_EQ(ArgumentText(1e-7), "1e-07");
  EXPECT_EQ(ArgumentText(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(ArgumentText(true), "true");
  EXPECT_EQ(ArgumentText("it's \"a\" text"), "it's \"a\" text");
  EXPECT_EQ(ArgumentText(""), "");
}

TEST(ValueTextTest, WritesCollectionsAsJson) {
  EXPECT_EQ(ArgumentText(Value::List<double>({1, 2.5})), "[1.0,2.5]");
  EXPECT_EQ(ArgumentText(Value::List<std::string>({"a", "\"b\""})),
            "[\"a\",\"\\\"b\\\"\"]");
  EXPECT_EQ(ArgumentText(NdArray<int64_t>{{2, 2}, {1, 2, 3, 4}}),
            "[[1,2],[3,4]]");
  EXPECT_EQ(ArgumentText(NdArray<double>{{0}, {}}), "[]");
}

TEST(ValueTextTest, WritesWhatIsCompositeAsPythonDoes) {
  const Value dict = Dict{{{"x", 1.5}, {"name", "a"}}};
  EXPECT_EQ(ArgumentText(dict), "{'x': 1.5, 'name': 'a'}");
  EXPECT_EQ(PlainJson(dict).dump(), "\"{'x': 1.5, 'name': 'a'}\"");
}

TEST(PlainJsonTest, KeepsTypes) {
  EXPECT_EQ(PlainJson(5.0).dump(), "5.0");
  EXPECT_EQ(PlainJson(int64_t{5}).dump(), "5");
  EXPECT_EQ(PlainJson(false).dump(), "false");
  EXPECT_EQ(PlainJson("a").dump(), "\"a\"");
}

}  // namespace
}  // namespace cppet
