#include "cppet/environment/run_registry.h"

#include <map>
#include <memory>
#include <string>
#include <typeinfo>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cereal/types/map.hpp"
#include "cppet/base/status_matchers.h"
#include "cppet/environment/calls/return_codec.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

double Scale(Run& run, double factor) { return factor * (run.index() + 1); }
CPPET_REGISTER_RUN_FUNCTION(Scale);

absl::StatusOr<std::string> Describe(Run&, const std::string& text,
                                     const std::map<std::string, int>& counts) {
  return text + std::to_string(counts.at("x"));
}
CPPET_REGISTER_RUN_FUNCTION(Describe);

void Nothing(Run&) noexcept {}
CPPET_REGISTER_RUN_FUNCTION(Nothing);

template <typename A, typename B>
int Sum(Run&, A a, B b) {
  return a + b;
}
CPPET_REGISTER_RUN_FUNCTION(Sum<int, long>);

int NotRegistered(Run&, int) { return 0; }

namespace first {
int Twice(Run&) { return 1; }
CPPET_REGISTER_RUN_FUNCTION(Twice);
}  // namespace first
namespace second {
int Twice(Run&, int) { return 2; }
CPPET_REGISTER_RUN_FUNCTION(Twice);
}  // namespace second

// Another try for the same function, as a header has that is included twice.
CPPET_REGISTER_RUN_FUNCTION(Scale);

struct Opaque {
  std::unique_ptr<int> pointer;
};
int TakeOpaque(Run&, const Opaque&) { return 0; }

// What the call returns in run 2, after it went through bytes.
template <typename T, typename... Args>
absl::StatusOr<T> CallByName(const std::string& name, const Args&... args) {
  CPPET_ASSIGN_OR_RETURN(const RegisteredCall call,
                         MakeRegisteredCall(args...));
  EXPECT_EQ(call.function->name, name);
  CPPET_ASSIGN_OR_RETURN(const RegisteredRunFunction* function,
                         FindRunFunction(name));
  CPPET_ASSIGN_OR_RETURN(const RunFunction bound,
                         function->bind(function->function, call.arguments));
  const Trajectory trajectory("t");
  Run run(trajectory, 2);
  CPPET_ASSIGN_OR_RETURN(const std::string bytes, bound(run));
  return ReturnCodec<T>::Decode(bytes);
}

TEST(RunRegistryTest, FunctionsAreCalledByNameWithTheirArguments) {
  // An int becomes the double, and the literal the string, that it takes.
  EXPECT_THAT(CallByName<double>("Scale", &Scale, 2), IsOkAndHolds(6.0));
  EXPECT_THAT(CallByName<std::string>("Describe", &Describe, "n = ",
                                      std::map<std::string, int>{{"x", 7}}),
              IsOkAndHolds("n = 7"));
  EXPECT_THAT(CallByName<std::monostate>("Nothing", &Nothing), IsOk());
  EXPECT_THAT(CallByName<int>("Sum<int, long>", &Sum<int, long>, 1, 2),
              IsOkAndHolds(3));
}

TEST(RunRegistryTest, KnowsTheirTypes) {
  const auto scale = FindRunFunction("Scale");
  ASSERT_THAT(scale, IsOk());
  EXPECT_EQ((*scale)->signature, "double (cppet::Run&, double)");
  EXPECT_EQ((*scale)->returned, typeid(double));
  const auto describe = FindRunFunction("Describe");
  ASSERT_THAT(describe, IsOk());
  EXPECT_EQ((*describe)->returned, typeid(std::string));
  const auto nothing = FindRunFunction("Nothing");
  ASSERT_THAT(nothing, IsOk());
  EXPECT_EQ((*nothing)->returned, typeid(std::monostate));
}

TEST(RunRegistryTest, SaysHowToRegister) {
  const auto how = StatusIs(absl::StatusCode::kFailedPrecondition,
                            HasSubstr("CPPET_REGISTER_RUN_FUNCTION"));
  EXPECT_THAT(MakeRegisteredCall(&NotRegistered, 1), how);
  EXPECT_THAT(MakeRegisteredCall([](cppet::Run&) { return 1; }), how);
  EXPECT_THAT(MakeRegisteredCall([](cppet::Run&, const Opaque&) {}, Opaque()),
              how);
  EXPECT_THAT(MakeRegisteredCall(&TakeOpaque, Opaque()), how);
  EXPECT_THAT(
      FindRunFunction("Unknown"),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("Unknown")));
}

TEST(RunRegistryTest, ANameOfTwoFunctionsIsAnErrorWhenItIsUsed) {
  const auto twice = StatusIs(
      absl::StatusCode::kFailedPrecondition,
      AllOf(HasSubstr("(Twice)"), HasSubstr("int (cppet::Run&, int)")));
  EXPECT_THAT(FindRunFunction("Twice"), twice);
  EXPECT_THAT(MakeRegisteredCall(&first::Twice), twice);
  EXPECT_THAT(MakeRegisteredCall(&second::Twice, 1), twice);
}

TEST(RunRegistryTest, ArgumentsOfAnotherTypeAreAnError) {
  const auto describe = FindRunFunction("Describe");
  ASSERT_THAT(describe, IsOk());
  EXPECT_THAT((*describe)->bind((*describe)->function, "no such arguments"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("arguments")));
}

}  // namespace
}  // namespace cppet
