#include "cppet/tools/lib/lenient_json.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Writes down what it is called with, and stops after `max_calls`.
class Recorder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Recorder(size_t max_calls = 100) : max_calls_(max_calls) {}

  bool null() override { return Add("null"); }
  bool boolean(bool value) override { return Add(value ? "true" : "false"); }
  bool number_integer(int64_t value) override { return Add(value); }
  bool number_unsigned(uint64_t value) override { return Add(value); }
  bool number_float(double value, const std::string&) override {
    return Add(value);
  }
  bool string(std::string& value) override {
    return Add(absl::StrCat("'", value, "'"));
  }
  bool binary(nlohmann::json::binary_t&) override { return Add("binary"); }
  bool start_object(size_t) override { return Add("{"); }
  bool key(std::string& key) override { return Add(absl::StrCat(key, ":")); }
  bool end_object() override { return Add("}"); }
  bool start_array(size_t) override { return Add("["); }
  bool end_array() override { return Add("]"); }
  bool parse_error(size_t, const std::string&,
                   const nlohmann::json::exception&) override {
    return Add("error");
  }

  const std::vector<std::string>& calls() const { return calls_; }

 private:
  template <typename T>
  bool Add(const T& call) {
    calls_.push_back(absl::StrCat(call));
    return calls_.size() < max_calls_;
  }

  const size_t max_calls_;
  std::vector<std::string> calls_;
};

TEST(LenientJsonTest, PassesOnAllThatThereIs) {
  Recorder recorder;
  EXPECT_THAT(
      ParseLenientJson(R"({"a": [1, -2, 0.5], "b": {"c": null, "d": true},
                           "e": "NaN \" Infinity"})",
                       &recorder),
      IsOk());
  EXPECT_THAT(recorder.calls(),
              ElementsAre("{", "a:", "[", "1", "-2", "0.5", "]", "b:", "{",
                          "c:", "null", "d:", "true", "}",
                          "e:", "'NaN \" Infinity'", "}"));
}

TEST(LenientJsonTest, TakesFloatsThatAreNotFinite) {
  Recorder recorder;
  EXPECT_THAT(ParseLenientJson("[NaN, Infinity, -Infinity]", &recorder),
              IsOk());
  EXPECT_THAT(recorder.calls(), ElementsAre("[", "nan", "inf", "-inf", "]"));
}

TEST(LenientJsonTest, StopsWhenTheHandlerDoes) {
  Recorder recorder(/*max_calls=*/2);
  EXPECT_THAT(ParseLenientJson("[1, 2, ?", &recorder), IsOk());
  EXPECT_THAT(recorder.calls(), ElementsAre("[", "1"));
}

TEST(LenientJsonTest, SaysWhereTextIsNoJson) {
  Recorder recorder;
  EXPECT_THAT(ParseLenientJson("[NaN,\n Infinity, ?]", &recorder),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       StartsWith("no JSON at 2:12: ")));
  EXPECT_THAT(recorder.calls(), ElementsAre("[", "nan", "inf"));
  EXPECT_THAT(ParseLenientJson("", &recorder),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       StartsWith("no JSON at 1:1: ")));
  EXPECT_THAT(ParseLenientJson("1e999", &recorder),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1e999")));
}

}  // namespace
}  // namespace cppet
