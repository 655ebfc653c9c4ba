#include "cppet/sumatra/python_json.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

std::string Indented(const Json& value) {
  return PythonJson(value, PythonJsonForm::kIndented).value();
}

std::string OneLine(const Json& value) {
  return PythonJson(value, PythonJsonForm::kOneLine).value();
}

// What python3 prints of what it reads of `text`, by `expression` of it, x.
std::string AskPython(const std::string& text, const std::string& expression) {
  const SubprocessResult result =
      RunSubprocess({"/usr/bin/python3", "-c",
                     "import ast, json, sys\n"
                     "x = sys.stdin.buffer.read().decode()\n"
                     "sys.stdout.buffer.write((" +
                         expression + ").encode())"},
                    {.standard_input = text})
          .value();
  EXPECT_TRUE(result.ok()) << result.standard_error;
  return result.standard_output;
}

TEST(PythonJsonTest, IndentsAsPython) {
  EXPECT_EQ(Indented(Json({{"b", {1, {{"c", nullptr}}}}, {"a", true}})),
            "{\n"
            "    \"a\": true,\n"
            "    \"b\": [\n"
            "        1,\n"
            "        {\n"
            "            \"c\": null\n"
            "        }\n"
            "    ]\n"
            "}");
  EXPECT_EQ(Indented(Json::object()), "{}");
  EXPECT_EQ(Indented(Json({{"x", Json::array()}, {"y", Json::object()}})),
            "{\n    \"x\": [],\n    \"y\": {}\n}");
}

TEST(PythonJsonTest, PutsAllOnOneLineAsPython) {
  EXPECT_EQ(OneLine(Json({{"b", {1, false}}, {"a", "x"}})),
            R"({"a": "x", "b": [1, false]})");
}

TEST(PythonJsonTest, WritesNumbersAsPython) {
  EXPECT_EQ(
      OneLine(Json({1e-7, 1e16, 1e15, 5e-324, -0.0, 0.1, NAN,
                    std::numeric_limits<double>::infinity(),
                    -std::numeric_limits<double>::infinity(),
                    std::numeric_limits<int64_t>::min(),
                    std::numeric_limits<uint64_t>::max()})),
      "[1e-07, 1e+16, 1000000000000000.0, 5e-324, -0.0, 0.1, NaN, Infinity, "
      "-Infinity, -9223372036854775808, 18446744073709551615]");
}

TEST(PythonJsonTest, WritesTextsInAscii) {
  EXPECT_EQ(OneLine(Json(std::string("\"\\/\b\f\n\r\t\0\x1f\x7f", 11))),
            R"("\"\\/\b\f\n\r\t\u0000\u001f\u007f")");
  EXPECT_EQ(OneLine(Json("é☃\u2028😀")), R"("\u00e9\u2603\u2028\ud83d\ude00")");
}

TEST(PythonJsonTest, AgreesWithPythonOnManyNumbers) {
  std::mt19937_64 random(20261128);
  Json numbers = Json::array();
  while (numbers.size() < 20'000) {
    const uint64_t bits = random();
    double number;
    std::memcpy(&number, &bits, sizeof(number));
    if (std::isfinite(number)) numbers.push_back(number);
  }
  for (int exponent = -320; exponent <= 308; ++exponent) {
    const double power = std::pow(10.0, exponent);
    for (const double number :
         {power, std::nextafter(power, 0), std::nextafter(power, INFINITY),
          std::round(power), power / 3}) {
      numbers.push_back(number);
    }
  }
  const std::string text = Indented(numbers);
  EXPECT_TRUE(text == AskPython(text,
                                "json.dumps(json.loads(x), sort_keys=True, "
                                "indent=4)"));
}

TEST(PythonJsonTest, AgreesWithPythonOnTheOrderOfKeys) {
  Json json = {{"b", 1}, {"a.b", 1}, {"a", 1},      {"a_b", 1}, {"B", 1},
               {"é", 1}, {"😀", 1},   {"\uffff", 1}, {"", 1},    {"\x7f", 1}};
  const std::string text = OneLine(json);
  EXPECT_EQ(text, AskPython(text, "json.dumps(json.loads(x), sort_keys=True)"));
}

TEST(PythonJsonTest, RefusesWhatJsonHasNot) {
  EXPECT_THAT(PythonJson(Json("a\xff"), PythonJsonForm::kOneLine),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
  EXPECT_THAT(PythonJson(Json({{"\xff", 1}}), PythonJsonForm::kOneLine),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(PythonJson(Json::binary({1}), PythonJsonForm::kOneLine),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PythonLiteralTest, IsWhatPythonPrintsOfWhatItReads) {
  const nlohmann::ordered_json json = {
      {"working_directory", "/it's \"here\"/\\ \n\x01é"},
      {"options", nullptr},
      {"n", 4},
      {"hosts", {"a", 'b', 1.5, true, false}},
      {"big", std::numeric_limits<uint64_t>::max()},
      {"inner", {{"root", "/"}}},
      {"none", nlohmann::ordered_json::object()}};
  const std::string literal = PythonLiteral(json);
  EXPECT_EQ(literal, AskPython(literal, "repr(ast.literal_eval(x))"));
  EXPECT_EQ(literal, AskPython(json.dump(), "repr(json.loads(x))"));
}

}  // namespace
}  // namespace cppet
