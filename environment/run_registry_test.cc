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
#include "cppet/environment/calls/registered_function.h"
#include "cppet/environment/calls/return_codec.h"
#include "cppet/environment/run_results.h"
#include "cppet/trajectory/range.h"
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

template <typename Function, typename... Args>
absl::StatusOr<RegisteredCall<RunFunction>> MakeRunCall(
    const Function& function, const Args&... args) {
  return MakeRegisteredCall<RunFunctionTraits<Function>>(function, args...);
}

// What the call returns in run 2, after it went through bytes.
template <typename T, typename... Args>
absl::StatusOr<T> CallByName(const std::string& name, const Args&... args) {
  CPPET_ASSIGN_OR_RETURN(const RegisteredCall<RunFunction> call,
                         MakeRunCall(args...));
  EXPECT_EQ(call.function->name, name);
  CPPET_ASSIGN_OR_RETURN(const RegisteredRunFunction* function,
                         FindFunction<RunFunction>(name));
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

int gSum = 0;
absl::StatusOr<Space> AddUp(Trajectory& trajectory,
                            const RunResults<double>& results, int factor) {
  for (const auto& [index, value] : results) gSum += factor * value;
  return Space({trajectory.name(), Arange(0, 3)});
}
CPPET_REGISTER_POSTPROCESSING(AddUp);

void Inspect(Trajectory&, const RunResults<std::string>&) noexcept {}
CPPET_REGISTER_POSTPROCESSING(Inspect);

TEST(RunRegistryTest, PostprocessingsAreCalledByNameWithTheirArguments) {
  const auto call =
      MakeRegisteredCall<PostprocessingTraits<decltype(&AddUp)>>(&AddUp, 10);
  ASSERT_THAT(call, IsOk());
  EXPECT_EQ(call->function->name, "AddUp");
  EXPECT_EQ(call->function->results, typeid(double));
  const auto bound =
      call->function->bind(call->function->function, call->arguments);
  ASSERT_THAT(bound, IsOk());
  Trajectory trajectory("t");
  RunResults<double> results;
  results.Add(0, 1.0);
  results.Add(1, 2.0);
  const absl::StatusOr<Space> space = (*bound)(trajectory, results);
  ASSERT_THAT(space, IsOk());
  EXPECT_EQ(space->size(), 3);
  EXPECT_EQ(gSum, 30);
  EXPECT_THAT(FindFunction<PostprocessingFunction>("Inspect"), IsOk());
}

TEST(RunRegistryTest, SaysHowToRegisterAPostprocessing) {
  const auto lambda = [](Trajectory&, const RunResults<double>&) {};
  EXPECT_THAT(
      MakeRegisteredCall<PostprocessingTraits<decltype(lambda)>>(lambda),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("CPPET_REGISTER_POSTPROCESSING"),
                     HasSubstr("AddPostprocessing"))));
}

TEST(RunRegistryTest, KnowsTheirTypes) {
  const auto scale = FindFunction<RunFunction>("Scale");
  ASSERT_THAT(scale, IsOk());
  EXPECT_EQ((*scale)->signature, "double (cppet::Run&, double)");
  EXPECT_EQ((*scale)->results, typeid(double));
  const auto describe = FindFunction<RunFunction>("Describe");
  ASSERT_THAT(describe, IsOk());
  EXPECT_EQ((*describe)->results, typeid(std::string));
  const auto nothing = FindFunction<RunFunction>("Nothing");
  ASSERT_THAT(nothing, IsOk());
  EXPECT_EQ((*nothing)->results, typeid(std::monostate));
}

TEST(RunRegistryTest, SaysHowToRegister) {
  const auto how = StatusIs(absl::StatusCode::kFailedPrecondition,
                            HasSubstr("CPPET_REGISTER_RUN_FUNCTION"));
  EXPECT_THAT(MakeRunCall(&NotRegistered, 1), how);
  EXPECT_THAT(MakeRunCall([](cppet::Run&) { return 1; }), how);
  EXPECT_THAT(MakeRunCall([](cppet::Run&, const Opaque&) {}, Opaque()), how);
  EXPECT_THAT(MakeRunCall(&TakeOpaque, Opaque()), how);
  EXPECT_THAT(
      FindFunction<RunFunction>("Unknown"),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("Unknown")));
}

TEST(RunRegistryTest, ANameOfTwoFunctionsIsAnErrorWhenItIsUsed) {
  const auto twice = StatusIs(
      absl::StatusCode::kFailedPrecondition,
      AllOf(HasSubstr("(Twice)"), HasSubstr("int (cppet::Run&, int)")));
  EXPECT_THAT(FindFunction<RunFunction>("Twice"), twice);
  EXPECT_THAT(MakeRunCall(&first::Twice), twice);
  EXPECT_THAT(MakeRunCall(&second::Twice, 1), twice);
}

TEST(RunRegistryTest, ArgumentsOfAnotherTypeAreAnError) {
  const auto describe = FindFunction<RunFunction>("Describe");
  ASSERT_THAT(describe, IsOk());
  EXPECT_THAT((*describe)->bind((*describe)->function, "no such arguments"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("arguments")));
}

}  // namespace
}  // namespace cppet
