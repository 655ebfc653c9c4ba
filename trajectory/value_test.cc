#include "cppet/trajectory/value.h"

#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ValueTest, BecomesThePythonTypeThatUsersExpect) {
  EXPECT_EQ(Value(true).type_name(), "bool");
  EXPECT_EQ(Value(1).type_name(), "int");
  EXPECT_EQ(Value(int64_t{1}).type_name(), "int");
  EXPECT_EQ(Value(uint64_t{1}).type_name(), "uint64");
  EXPECT_EQ(Value(int8_t{1}).type_name(), "int8");
  EXPECT_EQ(Value(1.5).type_name(), "float");
  EXPECT_EQ(Value(1.5f).type_name(), "float32");
  EXPECT_EQ(Value(std::complex<double>(1, 2)).type_name(), "complex");
  EXPECT_EQ(Value("text").type_name(), "str");
  EXPECT_EQ(Value(Bytes{"data"}).type_name(), "bytes");
  EXPECT_EQ(Value(std::vector<double>{1}).type_name(), "ndarray");
  EXPECT_EQ(Value::List(std::vector<int64_t>{1}).type_name(), "list");
  EXPECT_EQ(Value::Tuple(std::vector<double>{1}).type_name(), "tuple");
  EXPECT_EQ(Value::Tuple(std::vector<double>{1}).scalar_type_name(), "float");
}

TEST(ValueTest, GivesBackWhatItWasMadeOf) {
  EXPECT_THAT(Value(std::numeric_limits<int64_t>::min()).As<int64_t>(),
              IsOkAndHolds(std::numeric_limits<int64_t>::min()));
  EXPECT_THAT(Value(std::numeric_limits<uint64_t>::max()).As<uint64_t>(),
              IsOkAndHolds(std::numeric_limits<uint64_t>::max()));
  EXPECT_THAT(Value(std::string("a\0b", 3)).As<std::string>(),
              IsOkAndHolds(std::string("a\0b", 3)));
  EXPECT_THAT(Value(std::vector<bool>{true, false}).As<std::vector<bool>>(),
              IsOkAndHolds(ElementsAre(true, false)));
  EXPECT_THAT(
      Value(std::vector<std::string>{"a", ""}).As<std::vector<std::string>>(),
      IsOkAndHolds(ElementsAre("a", "")));
  const NdArray<float> array{{2, 1, 3}, {1, 2, 3, 4, 5, 6}};
  EXPECT_THAT(Value(array).As<NdArray<float>>(), IsOkAndHolds(array));
}

TEST(ValueTest, KeepsAVectorThatIsMovedIntoIt) {
  std::vector<double> numbers(1000, 0.5);
  const void* data = numbers.data();
  const Value value(std::move(numbers));
  EXPECT_EQ(value.bytes().data(), data);
  EXPECT_EQ(Value(value).bytes().data(), data);
  EXPECT_THAT(value.As<std::vector<double>>(),
              IsOkAndHolds(std::vector<double>(1000, 0.5)));
}

TEST(ValueTest, CopiesAVectorThatIsNotMoved) {
  std::vector<float> numbers = {1, 2};
  const Value value(numbers);
  numbers[0] = 3;
  EXPECT_THAT(value.As<std::vector<float>>(), IsOkAndHolds(ElementsAre(1, 2)));
  EXPECT_THAT(value.As<std::vector<double>>(), IsOkAndHolds(ElementsAre(1, 2)));
}

TEST(ValueTest, ConvertsNumbersOnlyIfNothingIsLost) {
  EXPECT_THAT(Value(7).As<int64_t>(), IsOkAndHolds(7));
  EXPECT_THAT(Value(int64_t{-7}).As<int8_t>(), IsOkAndHolds(-7));
  EXPECT_THAT(Value(7).As<double>(), IsOkAndHolds(7.0));
  EXPECT_THAT(Value(0.5).As<std::complex<float>>(),
              IsOkAndHolds(std::complex<float>(0.5f, 0)));
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Value(300).As<int8_t>(), refused);
  EXPECT_THAT(Value(-1).As<uint64_t>(), refused);
  EXPECT_THAT(Value((int64_t{1} << 53) + 1).As<double>(), refused);
  EXPECT_THAT(Value(std::numeric_limits<uint64_t>::max()).As<double>(),
              refused);
  EXPECT_THAT(Value(0.1).As<float>(), refused);
  EXPECT_THAT(Value(1.0).As<int64_t>(), refused);
  EXPECT_THAT(Value(true).As<int64_t>(), refused);
  EXPECT_THAT(Value(std::complex<double>(1, 1)).As<double>(), refused);
}

TEST(ValueTest, SaysWhatItIsWhenAskedForSomethingElse) {
  EXPECT_THAT(Value("text").As<double>(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("str ('text') cannot be read as float64")));
  EXPECT_THAT(Value(std::vector<double>{1, 2}).As<double>(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("ndarray of float64 with shape (2,)")));
}

TEST(ValueTest, ComparesTypeShapeAndBits) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Value(nan), Value(nan));
  EXPECT_NE(Value(0.0), Value(-0.0));
  EXPECT_NE(Value(1), Value(int64_t{1}));
  EXPECT_NE(Value(std::string("a")), Value(Bytes{"a"}));
  EXPECT_NE(Value(NdArray<int>{{2, 3}, {0, 0, 0, 0, 0, 0}}),
            Value(NdArray<int>{{3, 2}, {0, 0, 0, 0, 0, 0}}));
  EXPECT_NE(Value::List(std::vector<int64_t>{1}),
            Value(std::vector<int64_t>{1}));
}

TEST(ValueTest, HasThreeDimensionsWithoutElements) {
  const Value empty = NdArray<double>{{0, 3}, {}};
  EXPECT_EQ(empty.size(), 0);
  EXPECT_THAT(empty.shape(), ElementsAre(0, 3));
}

TEST(PythonReprTest, WritesFloatsAsPython) {
  EXPECT_EQ(PythonRepr(1.0), "1.0");
  EXPECT_EQ(PythonRepr(0.1), "0.1");
  EXPECT_EQ(PythonRepr(1e15), "1000000000000000.0");
  EXPECT_EQ(PythonRepr(1e16), "1e+16");
  EXPECT_EQ(PythonRepr(0.0001), "0.0001");
  EXPECT_EQ(PythonRepr(0.00001), "1e-05");
  EXPECT_EQ(PythonRepr(-0.0), "-0.0");
  EXPECT_EQ(PythonRepr(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(PythonRepr(0.1f), "0.1");
}

TEST(PythonReprTest, WritesOtherScalarsAsPython) {
  EXPECT_EQ(PythonRepr(true), "True");
  EXPECT_EQ(PythonRepr(-5), "-5");
  EXPECT_EQ(PythonRepr(std::complex<double>(1.5, -2)), "(1.5-2j)");
  EXPECT_EQ(PythonRepr(std::complex<double>(0, 1)), "1j");
  EXPECT_EQ(PythonRepr("it's"), "\"it's\"");
  EXPECT_EQ(PythonRepr("tab\tä"), "'tab\\tä'");
  EXPECT_EQ(PythonRepr(Bytes{"\xff"}), "b'\\xff'");
}

TEST(PythonReprTest, WritesCollections) {
  EXPECT_EQ(PythonRepr(Value::List(std::vector<int64_t>{1, 2})), "[1, 2]");
  EXPECT_EQ(PythonRepr(Value::Tuple(std::vector<double>{1})), "(1.0,)");
  EXPECT_EQ(PythonRepr(NdArray<int>{{2, 2}, {1, 2, 3, 4}}),
            "array([[1, 2], [3, 4]])");
}

TEST(PythonReprTest, CutsLongOnesAtACharacter) {
  EXPECT_EQ(PythonRepr("ääääääää", 10), "'äää...");
  EXPECT_LE(PythonRepr(std::vector<double>(100000, 0.25), 64).size(), 64);
}

}  // namespace
}  // namespace cppet
