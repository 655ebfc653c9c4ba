#include "cppet/environment/cereal_return.h"

#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "cereal/types/map.hpp"
#include "cereal/types/string.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

struct Summary {
  double mean = 0;
  std::vector<std::string> notes;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(mean, notes);
  }
};

struct Stubborn {
  template <typename Archive>
  void serialize(Archive&) {
    throw std::runtime_error("I will not");
  }
};

template <typename T>
absl::StatusOr<T> ThereAndBack(const T& value) {
  const absl::StatusOr<std::string> bytes = ReturnCodec<T>::Encode(value);
  if (!bytes.ok()) return bytes.status();
  return ReturnCodec<T>::Decode(*bytes);
}

TEST(CerealReturnTest, WhatCerealKnowsCanBeReturned) {
  const std::map<std::string, int> map = {{"a", 1}, {"b", 2}};
  EXPECT_THAT(ThereAndBack(map), IsOkAndHolds(map));
  const auto summary = ThereAndBack(Summary{0.5, {"x", "y"}});
  ASSERT_THAT(summary, IsOk());
  EXPECT_EQ(summary->mean, 0.5);
  EXPECT_EQ(summary->notes, (std::vector<std::string>{"x", "y"}));
}

TEST(CerealReturnTest, OtherTypesStayWhatTheyWere) {
  EXPECT_THAT(ThereAndBack(1.5), IsOkAndHolds(1.5));
  EXPECT_THAT(ThereAndBack(std::vector<int>{1, 2}),
              IsOkAndHolds(std::vector<int>{1, 2}));
  EXPECT_THAT(ThereAndBack(Value::List<int64_t>({1})),
              IsOkAndHolds(Value::List<int64_t>({1})));
  EXPECT_THAT(ThereAndBack(std::monostate()), IsOk());
}

TEST(CerealReturnTest, WhatThrowsIsAnError) {
  EXPECT_THAT(
      ThereAndBack(Stubborn()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("I will not")));
  using Map = std::map<std::string, int>;
  EXPECT_THAT((ReturnCodec<Map>::Decode("\x09")),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace cppet
