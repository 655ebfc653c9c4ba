#include "cppet/tools/lib/csv.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Value> Column(absl::string_view text, absl::string_view name) {
  std::vector<Value> values;
  const auto literals = CsvColumn(text, name);
  EXPECT_THAT(literals, IsOk());
  if (literals.ok()) {
    for (const Literal& literal : *literals) values.push_back(literal.value);
  }
  return values;
}

TEST(CsvColumnTest, ReadsOneColumnWithAndWithoutHeader) {
  EXPECT_THAT(Column("0.5\n1\n", "neuron.I"),
              ElementsAre(Value(0.5), Value(int64_t{1})));
  EXPECT_THAT(Column("neuron.I\n0.5\n", "neuron.I"), ElementsAre(Value(0.5)));
  EXPECT_THAT(Column("I\n0.5", "neuron.I"), ElementsAre(Value(0.5)));
}

TEST(CsvColumnTest, FindsTheColumnByFullNameFirst) {
  EXPECT_THAT(Column("I,neuron.I,rate\n1,2,3\n4,5,6\n", "neuron.I"),
              ElementsAre(Value(int64_t{2}), Value(int64_t{5})));
  EXPECT_THAT(Column("rate, I\n1, 2\n", "neuron.I"),
              ElementsAre(Value(int64_t{2})));
}

TEST(CsvColumnTest, ReadsQuotedFieldsAsText) {
  EXPECT_THAT(Column("\"a, \"\"b\"\"\" , x\n\"5\",1\n", "a, \"b\""),
              ElementsAre(Value("5")));
}

TEST(CsvColumnTest, SkipsBlankLinesCommentsAndCarriageReturns) {
  EXPECT_THAT(Column("\xef\xbb\xbf# made by hand\r\n\r\n1\r\n2\r\n", "x"),
              ElementsAre(Value(int64_t{1}), Value(int64_t{2})));
}

TEST(CsvColumnTest, SaysWhereEachValueStands) {
  const auto literals = CsvColumn("a,x\n1, 2\n", "x");
  ASSERT_THAT(literals, IsOk());
  EXPECT_EQ((*literals)[0].line, 2);
  EXPECT_EQ((*literals)[0].column, 4);
}

TEST(CsvColumnTest, RefusesBadFilesWithTheLine) {
  const auto error = [](const std::string& text) {
    return std::string(CsvColumn(text, "current").status().message());
  };
  EXPECT_THAT(error("curent,x\n1,2\n"),
              AllOf(HasSubstr("line 1"), HasSubstr("no column is called"),
                    HasSubstr("do you mean curent?")));
  EXPECT_THAT(error("current,x\n1,2\n1\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("1 fields, but 2")));
  EXPECT_THAT(error("current,x\n,2\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("missing")));
  EXPECT_THAT(error("\"a\n"), HasSubstr("has no end"));
  EXPECT_THAT(error("\"a\" b\n"), HasSubstr("more after"));
  EXPECT_THAT(error("1e999\n"),
              AllOf(HasSubstr("line 1"), HasSubstr("out of range")));
  EXPECT_THAT(error("current\n"), HasSubstr("no values"));
  EXPECT_THAT(error(""), HasSubstr("no values"));
}

TEST(CsvFieldTest, QuotesWhatNeedsIt) {
  EXPECT_EQ(CsvField("neuron.I", ','), "neuron.I");
  EXPECT_EQ(CsvField("a b", ','), "a b");
  EXPECT_EQ(CsvField("a,b", ','), "\"a,b\"");
  EXPECT_EQ(CsvField("a,b", '\t'), "a,b");
  EXPECT_EQ(CsvField("a\tb", '\t'), "\"a\tb\"");
  EXPECT_EQ(CsvField("say \"a\"", ','), "\"say \"\"a\"\"\"");
  EXPECT_EQ(CsvField("two\nlines", ','), "\"two\nlines\"");
  for (const char* text : {"", " a", "1.5", "true", "#"}) {
    EXPECT_EQ(CsvField(text, ','), "\"" + std::string(text) + "\"");
  }
}

}  // namespace
}  // namespace cppet
