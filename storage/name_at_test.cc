#include "cppet/storage/name_at.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

TEST(NameAtTest, CountsFromBothEnds) {
  const std::vector<std::string> names = {"a", "b", "c"};
  EXPECT_THAT(NameAt(names, 0), IsOkAndHolds("a"));
  EXPECT_THAT(NameAt(names, 2), IsOkAndHolds("c"));
  EXPECT_THAT(NameAt(names, -1), IsOkAndHolds("c"));
  EXPECT_THAT(NameAt(names, -3), IsOkAndHolds("a"));
}

TEST(NameAtTest, SaysHowManyThereAre) {
  for (const int index : {2, -3}) {
    EXPECT_THAT(NameAt({"a", "b"}, index),
                StatusIs(absl::StatusCode::kNotFound,
                         HasSubstr(absl::StrCat("number ", index,
                                                " in it; there are 2"))));
  }
}

}  // namespace
}  // namespace cppet
