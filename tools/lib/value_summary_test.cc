#include "cppet/tools/lib/value_summary.h"

#include <cstdint>
#include <string>
#include <vector>

#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(ValueSummaryTest, WritesShortValuesOut) {
  EXPECT_EQ(ValueSummary(0.5), "0.5");
  EXPECT_EQ(ValueSummary(true), "True");
  EXPECT_EQ(ValueSummary("a b"), "'a b'");
  EXPECT_EQ(ValueSummary(Value::List<int64_t>({1, 2})), "[1, 2]");
  EXPECT_EQ(ValueSummary(std::vector<double>{1, 2}), "array([1.0, 2.0])");
}

TEST(ValueSummaryTest, CutsLongOnes) {
  EXPECT_EQ(ValueSummary(std::string(100, 'x')),
            "'" + std::string(56, 'x') + "...");
  EXPECT_EQ(ValueSummary(NdArray<double>{{100, 2}, std::vector<double>(200)}),
            "float64 (100, 2): 0.0, 0.0, 0.0, ...");
  EXPECT_EQ(ValueSummary(std::vector<std::string>(7, "ab")),
            "str (7): 'ab', 'ab', 'ab', ...");
}

TEST(LeafSummaryTest, SaysWhatAParameterIsExploredOver) {
  Parameter parameter("x", 0.5);
  EXPECT_EQ(LeafSummary(parameter), "0.5");
  const Range few(std::vector<Value>{1.0, 2.0});
  parameter.SetRange(few.Repeated(/*each=*/2, /*length=*/8));
  EXPECT_EQ(LeafSummary(parameter), "0.5 (explored: 1.0, 2.0)");
  parameter.SetRange(Linspace(0, 1, 11).Repeated(/*each=*/1, /*length=*/22));
  EXPECT_EQ(LeafSummary(parameter),
            "0.5 (explored: 0.0, 0.1, ..., 1.0; 11 values)");
  EXPECT_EQ(LeafSummary(Parameter("x", std::nullopt)), "");
}

TEST(LeafSummaryTest, NamesTheItemsOfAResult) {
  EXPECT_EQ(LeafSummary(Result("z", {{"z", 1.5}})), "1.5");
  EXPECT_EQ(LeafSummary(Result("z", {{"a", 1.5}, {"b", "t"}})), "a=1.5, b='t'");
  EXPECT_EQ(LeafSummary(Result("z", {})), "");
}

}  // namespace
}  // namespace cppet
