#include "cppet/tools/lib/array_builder.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

// Feeds `text`, in which 1 is an int, f a float, b a bool and s a string.
absl::Status Feed(const std::string& text, ArrayBuilder& builder) {
  for (const char c : text) {
    switch (c) {
      case '[':
        CPPET_RETURN_IF_ERROR(builder.BeginList());
        break;
      case ']':
        CPPET_RETURN_IF_ERROR(builder.EndList());
        break;
      case 'f':
        CPPET_RETURN_IF_ERROR(builder.AddFloat(0.5));
        break;
      case 'b':
        CPPET_RETURN_IF_ERROR(builder.AddBool(true));
        break;
      case 's':
        CPPET_RETURN_IF_ERROR(builder.AddString("s"));
        break;
      default:
        CPPET_RETURN_IF_ERROR(builder.AddInt(c - '0'));
    }
  }
  return absl::OkStatus();
}

Value Built(const std::string& text, Form form = Form::kArray) {
  ArrayBuilder builder;
  EXPECT_THAT(Feed(text, builder), IsOk());
  EXPECT_TRUE(builder.complete());
  return builder.Build(form);
}

absl::Status Fed(const std::string& text) {
  ArrayBuilder builder;
  return Feed(text, builder);
}

TEST(ArrayBuilderTest, BuildsArraysOfEachType) {
  EXPECT_EQ(Built("[12]"), Value(std::vector<int64_t>{1, 2}));
  EXPECT_EQ(Built("[ff]"), Value(std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(Built("[b]"), Value(std::vector<bool>{true}));
  EXPECT_EQ(Built("[ss]"), Value(std::vector<std::string>{"s", "s"}));
}

TEST(ArrayBuilderTest, BuildsNestedArraysWhateverTheForm) {
  const Value expected = NdArray<int64_t>{{2, 3}, {1, 2, 3, 4, 5, 6}};
  EXPECT_EQ(Built("[[123][456]]"), expected);
  EXPECT_EQ(Built("[[123][456]]", Form::kList), expected);
  EXPECT_EQ(Built("[12]", Form::kList), Value::List<int64_t>({1, 2}));
}

TEST(ArrayBuilderTest, TakesIntsBesideFloatsForFloats) {
  EXPECT_EQ(Built("[1f2]"), Value(std::vector<double>{1, 0.5, 2}));
  ArrayBuilder builder;
  EXPECT_THAT(builder.BeginList(), IsOk());
  EXPECT_THAT(builder.AddInt((int64_t{1} << 53) + 1), IsOk());
  EXPECT_THAT(builder.AddFloat(0.5),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("9007199254740993")));
}

TEST(ArrayBuilderTest, BuildsFloatsOfNoElements) {
  EXPECT_EQ(Built("[]"), Value(std::vector<double>()));
  EXPECT_EQ(Built("[[][]]"), Value(NdArray<double>{{2, 0}, {}}));
}

TEST(ArrayBuilderTest, RefusesRaggedLists) {
  for (const std::string text : {"[[12][3]]", "[1[2]]", "[[1]2]", "[[1][]]",
                                 "[[]1]", "[[][1]]", "[[[1]][2]]"}) {
    EXPECT_THAT(Fed(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("ragged")))
        << text;
  }
}

TEST(ArrayBuilderTest, RefusesMixedElements) {
  EXPECT_THAT(Fed("[1s]"), StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("mixed: str beside int")));
  EXPECT_THAT(Fed("[b1]"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Fed("[fs]"), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cppet
