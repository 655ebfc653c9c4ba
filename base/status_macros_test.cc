#include "cppet/base/status_macros.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;

const absl::Status kLost = absl::DataLossError("it is lost");

absl::StatusOr<int> ReturnsOneUnlessError(absl::Status status) {
  CPPET_RETURN_IF_ERROR(status);
  return 1;
}

TEST(ReturnIfErrorTest, ReturnsTheErrorAndGoesOnWithoutOne) {
  EXPECT_THAT(ReturnsOneUnlessError(absl::OkStatus()), IsOkAndHolds(1));
  EXPECT_THAT(ReturnsOneUnlessError(kLost),
              StatusIs(absl::StatusCode::kDataLoss, "it is lost"));
}

absl::StatusOr<int> Sum(absl::StatusOr<int> a, absl::StatusOr<int> b) {
  CPPET_ASSIGN_OR_RETURN(const int x, a);
  CPPET_ASSIGN_OR_RETURN(int y, b);
  CPPET_ASSIGN_OR_RETURN(y, absl::StatusOr<int>(x + y));
  return y;
}

TEST(AssignOrReturnTest, AssignsTheValueOrReturnsTheError) {
  EXPECT_THAT(Sum(1, 2), IsOkAndHolds(3));
  EXPECT_THAT(Sum(1, kLost), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Sum(kLost, 2), StatusIs(absl::StatusCode::kDataLoss));
}

absl::StatusOr<int> First(absl::StatusOr<std::pair<int, int>> pair) {
  CPPET_ASSIGN_OR_RETURN((const auto [a, b]), pair);
  return a + 0 * b;
}

TEST(AssignOrReturnTest, TakesAnLhsWithACommaInParentheses) {
  EXPECT_THAT(First(std::make_pair(1, 2)), IsOkAndHolds(1));
}

absl::StatusOr<std::unique_ptr<int>> Forward(
    absl::StatusOr<std::unique_ptr<int>> pointer) {
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<int> p, std::move(pointer));
  return p;
}

TEST(AssignOrReturnTest, MovesTheValue) {
  EXPECT_THAT(Forward(std::make_unique<int>(5)), IsOkAndHolds(Pointee(5)));
}

TEST(StatusMatchersTest, TellValuesFromErrors) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(kLost, Not(IsOk()));
  EXPECT_THAT(absl::StatusOr<int>(kLost), Not(IsOk()));
  EXPECT_THAT(absl::StatusOr<int>(kLost), Not(IsOkAndHolds(1)));
  EXPECT_THAT(absl::StatusOr<int>(2), Not(IsOkAndHolds(1)));
  EXPECT_THAT(kLost, Not(StatusIs(absl::StatusCode::kInternal)));
  EXPECT_THAT(kLost, Not(StatusIs(absl::StatusCode::kDataLoss, "other")));
  EXPECT_THAT(kLost,
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("is lost")));
}

TEST(StatusMatchersTest, TakeAMatcherForTheValue) {
  EXPECT_THAT((absl::StatusOr<std::vector<int>>({1, 2})),
              IsOkAndHolds(ElementsAre(1, 2)));
}

TEST(StatusMatchersTest, SayTheStatusWhenTheyDoNotMatch) {
  ::testing::StringMatchResultListener listener;
  EXPECT_FALSE(::testing::ExplainMatchResult(
      IsOkAndHolds(1), absl::StatusOr<int>(kLost), &listener));
  EXPECT_THAT(listener.str(), HasSubstr("it is lost"));
}

}  // namespace
}  // namespace cppet
