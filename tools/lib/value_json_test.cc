#include "cppet/tools/lib/value_json.h"

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include "cppet/trajectory/value.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using Json = nlohmann::json;

// Without regard to the order of keys.
void ExpectJson(const Value& value, const std::string& expected) {
  EXPECT_EQ(Json::parse(ValueJson(value).dump()), Json::parse(expected))
      << ValueJson(value).dump();
}

TEST(ValueJsonTest, WritesScalarsWithTheirPythonTypes) {
  ExpectJson(1.5, R"({"type": "float", "value": 1.5})");
  ExpectJson(int64_t{7}, R"({"type": "int", "value": 7})");
  ExpectJson(true, R"({"type": "bool", "value": true})");
  ExpectJson("ä", R"({"type": "str", "value": "ä"})");
  ExpectJson(int16_t{7}, R"({"type": "int16", "value": 7})");
  ExpectJson(std::complex<double>(1, 2),
             R"({"type": "complex", "value": [1.0, 2.0]})");
  ExpectJson(Bytes{std::string("\0\xff", 2)},
             R"({"type": "bytes", "hex": "00ff", "len": 2})");
  ExpectJson(Value::Text(DType::kString, Flavor::kNumpy, "a"),
             R"({"type": "str_", "value": "a"})");
  ExpectJson(Value::Text(DType::kBytes, Flavor::kNumpy, "a"),
             R"({"type": "bytes_", "value": {"hex": "61"}})");
}

TEST(ValueJsonTest, WritesListsAndTuplesItemByItem) {
  ExpectJson(Value::List<int64_t>({1, 2}),
             R"({"type": "list", "len": 2, "items": [
                 {"type": "int", "value": 1}, {"type": "int", "value": 2}]})");
  ExpectJson(Value::Tuple<std::string>({"a"}),
             R"({"type": "tuple", "len": 1,
                 "items": [{"type": "str", "value": "a"}]})");
  const auto json = ValueJson(Value::List(std::vector<double>(500)));
  EXPECT_EQ(json["len"], 500);
  EXPECT_EQ(json["items"].size(), 200);
}

// The digests are those of numpy's bytes.
TEST(ValueJsonTest, WritesArraysWithNumpysTypes) {
  ExpectJson(NdArray<double>{{2, 1}, {1, 2}},
             R"({"type": "ndarray", "dtype": "<f8", "dtype_name": "float64",
                 "shape": [2, 1], "size": 2, "first": [1.0, 2.0],
                 "sha1": "84838cc3f82e61d03b42fea0046c60291fe94b0f",
                 "all": [1.0, 2.0]})");
  ExpectJson(std::vector<std::string>{"ä", "abcde"},
             R"({"type": "ndarray", "dtype": "<U5", "dtype_name": "str160",
                 "shape": [2], "size": 2, "first": ["ä", "abcde"],
                 "sha1": "79efacf2a80e6ae1d196bbd583e1549bd9d07088",
                 "all": ["ä", "abcde"]})");
  ExpectJson(std::vector<Bytes>{Bytes{"abc"}},
             R"({"type": "ndarray", "dtype": "|S3", "dtype_name": "bytes24",
                 "shape": [1], "size": 1, "first": [{"hex": "616263"}],
                 "sha1": "a9993e364706816aba3e25717850c26c9cd0d89d",
                 "all": [{"hex": "616263"}]})");
}

TEST(ValueJsonTest, NamesEveryNumberType) {
  const auto code = [](const Value& value) {
    return ValueJson(value)["dtype"].get<std::string>();
  };
  EXPECT_EQ(code(std::vector<bool>{true}), "|b1");
  EXPECT_EQ(code(std::vector<int8_t>{1}), "|i1");
  EXPECT_EQ(code(std::vector<int16_t>{1}), "<i2");
  EXPECT_EQ(code(std::vector<int64_t>{1}), "<i8");
  EXPECT_EQ(code(std::vector<uint8_t>{1}), "|u1");
  EXPECT_EQ(code(std::vector<uint32_t>{1}), "<u4");
  EXPECT_EQ(code(std::vector<float>{1}), "<f4");
  EXPECT_EQ(code(std::vector<std::complex<float>>{1}), "<c8");
  EXPECT_EQ(code(std::vector<std::complex<double>>{1}), "<c16");
}

TEST(ValueJsonTest, WritesLongArraysInPart) {
  const auto json = ValueJson(std::vector<int64_t>(201, 1));
  EXPECT_EQ(json["first"].size(), 8);
  EXPECT_FALSE(json.contains("all"));
  EXPECT_EQ(ValueJson(std::vector<int64_t>(200, 1))["all"].size(), 200);
}

}  // namespace
}  // namespace cppet
