#include "cppet/storage/hdf5/python/pickle.h"

#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::HasSubstr;

TEST(PickleTest, WritesWhatPythonWrites) {
  EXPECT_EQ(Pickle(Value::List<std::string>({"a", "b"})), "(lVa\naVb\na.");
  EXPECT_EQ(Pickle(Value::Tuple<int32_t>({1, -2})), "(I1\nI-2\nt.");
  EXPECT_EQ(Pickle(Value::List<bool>({true, false})), "(lI01\naI00\na.");
  EXPECT_EQ(Pickle(Value(0.5)), "F0.5\n.");
  EXPECT_EQ(Pickle(Value("\u00e4\\\n\U0001F600")),
            "V\\u00e4\\u005c\\u000a\\U0001f600\n.");
}

// Elements of a type that C++ does not have.
Value Collection(Form form, DType dtype, Flavor flavor,
                 std::vector<uint64_t> elements) {
  std::vector<char> bytes;
  for (const uint64_t element : elements) {
    const char* const begin = reinterpret_cast<const char*>(&element);
    bytes.insert(bytes.end(), begin, begin + ItemSize(dtype));
  }
  return Value::Collection(form, dtype, flavor,
                           {static_cast<int64_t>(elements.size())},
                           std::move(bytes));
}

// One, the least and the largest number, zeros, infinity and 1025.
const std::vector<uint64_t> kHalves = {0x3c00, 0x8001, 0x7bff, 0x0000, 0x8000,
                                       0xfc00, 0x6401, 0x0400, 0x03ff};

TEST(PickleTest, WritesHalfPrecisionAndDatesAsPythonMakesThem) {
  EXPECT_EQ(Pickle(Collection(Form::kList, DType::kFloat16, Flavor::kNumpy,
                              {0x3800})),
            "(lcnumpy\nfloat16\n(F0.5\ntRa.");
  EXPECT_EQ(Pickle(Collection(Form::kArray, DType::kFloat16, Flavor::kNumpy,
                              {0x3800})),
            "cnumpy\narray\n((lF0.5\naVfloat16\ntR.");
  EXPECT_EQ(
      Pickle(Collection(Form::kTuple, DType::kDatetime64, Flavor::kNumpy, {1})),
      "(cnumpy\ndatetime64\n(L1L\nVns\ntRt.");
}

TEST(PickleTest, PicklesNothingComposite) {
  EXPECT_THAT(ObjectOf(Value(Dict{})),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dict")));
}

TEST(PickleTest, ReadsBackWhatItWrites) {
  const std::vector<Value> values = {
      Collection(Form::kList, DType::kFloat16, Flavor::kNumpy, kHalves),
      Collection(Form::kArray, DType::kFloat16, Flavor::kNumpy, kHalves),
      Collection(Form::kArray, DType::kFloat16, Flavor::kNumpy, {}),
      Collection(Form::kList, DType::kDatetime64, Flavor::kNumpy,
                 {0, uint64_t{1} << 60}),
      Collection(Form::kArray, DType::kDatetime64, Flavor::kNumpy, {7}),
      true,
      int32_t{-5},
      int64_t{1} << 40,
      0.1,
      -std::numeric_limits<double>::infinity(),
      std::numeric_limits<double>::quiet_NaN(),
      std::complex<double>(1, -2),
      "text \u2603 with \\ and\nlines",
      Bytes{std::string("a\0\xff.", 4)},
      uint8_t{7},
      0.1f,
      Value::List<std::string>({"", "\u00e4"}),
      Value::Tuple<double>({1, 2.5}),
      Value::List<float>({0.1f}),
      Value::List<int64_t>({1, -1}),
      Value::List<double>({}),
      std::vector<std::string>{"a", "\u00fc"},
      NdArray<std::string>{{2, 2}, {"a", "b", "c", "d"}},
      NdArray<std::string>{{0, 3}, {}},
      std::vector<Bytes>{Bytes{"a"}, Bytes{"\xff"}},
  };
  for (const Value& value : values) {
    const auto read = Unpickle(Pickle(value));
    ASSERT_THAT(read, IsOk()) << PythonRepr(value);
    EXPECT_TRUE(*read == value)
        << PythonRepr(value) << ", " << value.TypeDescription() << " became "
        << read->TypeDescription();
  }
}

TEST(UnpickleTest, ReadsListsWithMemo) {
  const auto list = Unpickle("(lp0\nVa\np1\nag1\na.");
  ASSERT_THAT(list, IsOk());
  EXPECT_TRUE(*list == Value::List<std::string>({"a", "a"}));
}

TEST(UnpickleTest, JoinsIntsOfDifferentSize) {
  const auto list = Unpickle("(lp0\nI1\naL1099511627776L\na.");
  ASSERT_THAT(list, IsOk());
  EXPECT_TRUE(*list == Value::List<int64_t>({1, int64_t{1} << 40}));
}

TEST(UnpickleTest, LeavesOtherObjectsAlone) {
  for (const char* pickle :
       {"N.", "(dp0\n.", "(lI1\naVa\na.", "cos\nsystem\n(Vls\ntR.",
        "(l(lI1\naa.", "L99999999999999999999999L\n.",
        // A list in itself, and one that is shared.
        "(lp0\ng0\na.", "(l(lp1\nag1\na."}) {
    EXPECT_THAT(Unpickle(pickle), StatusIs(absl::StatusCode::kUnimplemented))
        << pickle;
  }
}

TEST(UnpickleTest, TellsWhatIsNoPickle) {
  for (const char* pickle : {"", ".", "I1\n", "a.", "l.", "(.", "p0\n.",
                             "g7\n.", "I1\nI2\n.", "V\\ud800\n.", "Fx\n.",
                             "cnumpy\narray\n((lI1\na(lI1\naI2\naaVint64\n"
                             "tR."}) {
    EXPECT_FALSE(Unpickle(pickle).ok()) << pickle;
  }
}

TEST(UnpickleTest, RefusesDeepNesting) {
  std::string pickle(100000, '(');
  for (int i = 0; i < 100000; ++i) pickle += 't';
  EXPECT_FALSE(Unpickle(pickle + ".").ok());
}

}  // namespace
}  // namespace cppet::hdf5
