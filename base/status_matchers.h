#ifndef CPPET_BASE_STATUS_MATCHERS_H_
#define CPPET_BASE_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"

// Matchers for absl::Status and absl::StatusOr:
//
//   EXPECT_THAT(file.Flush(), IsOk());
//   EXPECT_THAT(Parse("3"), IsOkAndHolds(3));
//   EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument,
//                                    HasSubstr("x")));

namespace cppet {
namespace status_matchers_internal {

inline const absl::Status& GetStatus(const absl::Status& status) {
  return status;
}

template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

template <typename StatusOrT>
class IsOkAndHoldsMatcher : public ::testing::MatcherInterface<StatusOrT> {
 public:
  using Value =
      std::remove_reference_t<decltype(*std::declval<const StatusOrT&>())>;

  template <typename Inner>
  explicit IsOkAndHoldsMatcher(const Inner& inner)
      : inner_(::testing::SafeMatcherCast<const Value&>(inner)) {}

  void DescribeTo(std::ostream* os) const override {
    *os << "is OK and has a value that ";
    inner_.DescribeTo(os);
  }

  void DescribeNegationTo(std::ostream* os) const override {
    *os << "is an error or has a value that ";
    inner_.DescribeNegationTo(os);
  }

  bool MatchAndExplain(
      StatusOrT actual,
      ::testing::MatchResultListener* listener) const override {
    if (!actual.ok()) {
      *listener << "whose status is " << actual.status();
      return false;
    }
    return inner_.MatchAndExplain(*actual, listener);
  }

 private:
  const ::testing::Matcher<const Value&> inner_;
};

template <typename Inner>
class IsOkAndHolds {
 public:
  explicit IsOkAndHolds(Inner inner) : inner_(std::move(inner)) {}

  template <typename StatusOrT>
  operator ::testing::Matcher<StatusOrT>() const {  // NOLINT
    return ::testing::Matcher<StatusOrT>(
        new IsOkAndHoldsMatcher<const std::remove_reference_t<StatusOrT>&>(
            inner_));
  }

 private:
  const Inner inner_;
};

}  // namespace status_matchers_internal

// Matches a status or status-or that is OK.
MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << "whose status is "
                   << status_matchers_internal::GetStatus(arg);
  return arg.ok();
}

// Matches a status-or that is OK and has a value that `inner` matches.
template <typename Inner>
auto IsOkAndHolds(Inner&& inner) {
  return status_matchers_internal::IsOkAndHolds<std::decay_t<Inner>>(
      std::forward<Inner>(inner));
}

MATCHER_P2(StatusIs, code, message, "") {
  const absl::Status& status = status_matchers_internal::GetStatus(arg);
  *result_listener << "whose status is " << status;
  return status.code() == code &&
         ::testing::ExplainMatchResult(message, std::string(status.message()),
                                       result_listener);
}

MATCHER_P(StatusIs, code, "") {
  const absl::Status& status = status_matchers_internal::GetStatus(arg);
  *result_listener << "whose status is " << status;
  return status.code() == code;
}

}  // namespace cppet

#endif  // CPPET_BASE_STATUS_MATCHERS_H_
