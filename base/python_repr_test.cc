#include "cppet/base/python_repr.h"

#include <limits>
#include <string>

#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(PythonFloatReprTest, HasTheFewestDigits) {
  EXPECT_EQ(PythonFloatRepr(0.1), "0.1");
  EXPECT_EQ(PythonFloatRepr(0.1f), "0.1");
  EXPECT_EQ(PythonFloatRepr(static_cast<double>(0.1f)), "0.10000000149011612");
  EXPECT_EQ(PythonFloatRepr(-0.0), "-0.0");
}

TEST(PythonFloatReprTest, HasAnExponentWherePythonHas) {
  EXPECT_EQ(PythonFloatRepr(1e-7), "1e-07");
  EXPECT_EQ(PythonFloatRepr(0.0001), "0.0001");
  EXPECT_EQ(PythonFloatRepr(0.00001), "1e-05");
  EXPECT_EQ(PythonFloatRepr(1e15), "1000000000000000.0");
  EXPECT_EQ(PythonFloatRepr(9007199254740994.0), "9007199254740994.0");
  EXPECT_EQ(PythonFloatRepr(1e16), "1e+16");
  EXPECT_EQ(PythonFloatRepr(5e-324), "5e-324");
  EXPECT_EQ(PythonFloatRepr(std::numeric_limits<double>::max()),
            "1.7976931348623157e+308");
}

TEST(PythonFloatReprTest, NamesWhatIsNoNumber) {
  EXPECT_EQ(PythonFloatRepr(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(PythonFloatRepr(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(PythonTextReprTest, ChoosesTheQuotesAsPython) {
  EXPECT_EQ(PythonTextRepr("a", PythonText::kStr), "'a'");
  EXPECT_EQ(PythonTextRepr("it's", PythonText::kStr), "\"it's\"");
  EXPECT_EQ(PythonTextRepr("'\"", PythonText::kStr), R"('\'"')");
}

TEST(PythonTextReprTest, EscapesWhatCannotBePrinted) {
  EXPECT_EQ(PythonTextRepr(std::string("\\ \n\r\t\0\x7f", 7), PythonText::kStr),
            R"('\\ \n\r\t\x00\x7f')");
  EXPECT_EQ(PythonTextRepr("ä☃", PythonText::kStr), "'ä☃'");
  EXPECT_EQ(PythonTextRepr("a\xff", PythonText::kBytes), R"(b'a\xff')");
}

}  // namespace
}  // namespace cppet
