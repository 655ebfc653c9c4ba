#include "cppet/environment/options.h"

#include <limits>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(OptionsTest, EveryWrapModeHasAName) {
  for (const WrapMode mode :
       {WrapMode::kLock, WrapMode::kQueue, WrapMode::kNone, WrapMode::kLocal,
        WrapMode::kPipe}) {
    EXPECT_THAT(ParseWrapMode(WrapModeName(mode)), IsOkAndHolds(mode));
  }
  EXPECT_THAT(ParseWrapMode("queue"), IsOkAndHolds(WrapMode::kQueue));
  EXPECT_THAT(ParseWrapMode("FOO"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("FOO")));
}

TEST(OptionsTest, EveryProgressModeHasAName) {
  for (const ProgressMode mode :
       {ProgressMode::kAuto, ProgressMode::kAlways, ProgressMode::kNever}) {
    EXPECT_THAT(ParseProgressMode(ProgressModeName(mode)), IsOkAndHolds(mode));
  }
  EXPECT_THAT(ParseProgressMode("often"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("often")));
}

TEST(OptionsTest, TheDefaultIsValid) {
  EXPECT_THAT(ValidateOptions({}), IsOk());
}

TEST(OptionsTest, NamesTheFieldAndItsValue) {
  const auto is_bad = [](const char* field, const char* value) {
    return StatusIs(absl::StatusCode::kInvalidArgument,
                    AllOf(HasSubstr(field), HasSubstr(value)));
  };
  EXPECT_THAT(ValidateOptions({.log_level = 4}), is_bad("log_level", "4"));
  EXPECT_THAT(ValidateOptions({.log_level = -1}), is_bad("log_level", "-1"));
  EXPECT_THAT(ValidateOptions({.log_folder = ""}),
              is_bad("log_folder", "\"\""));
  EXPECT_THAT(ValidateOptions({.ncores = -2}), is_bad("ncores", "-2"));
  EXPECT_THAT(ValidateOptions({.ncores = 1000000}),
              is_bad("ncores", "1000000"));
  EXPECT_THAT(ValidateOptions({.multiproc = true, .timeout = -0.5}),
              is_bad("timeout", "-0.5"));
  EXPECT_THAT(
      ValidateOptions({.multiproc = true,
                       .timeout = std::numeric_limits<double>::quiet_NaN()}),
      is_bad("timeout", "nan"));
  EXPECT_THAT(ValidateOptions({.niceness = 20}), is_bad("niceness", "20"));
  EXPECT_THAT(ValidateOptions({.niceness = -1}), is_bad("niceness", "-1"));
  EXPECT_THAT(ValidateOptions({.cpu_affinity = {0, -1}}),
              is_bad("cpu_affinity", "-1"));
  EXPECT_THAT(ValidateOptions({.resource_slots = {{"A=B", {"0"}}}}),
              is_bad("resource_slots[A=B]", "environment variable"));
  EXPECT_THAT(ValidateOptions({.resource_slots = {{"GPU", {}}}}),
              is_bad("resource_slots[GPU]", "no value"));
  EXPECT_THAT(ValidateOptions({.retries = -1}), is_bad("retries", "-1"));
  EXPECT_THAT(ValidateOptions({.max_failures = -3}),
              is_bad("max_failures", "-3"));
  EXPECT_THAT(ValidateOptions({.encoding = "latin1"}),
              is_bad("encoding", "latin1"));
  EXPECT_THAT(ValidateOptions({.pandas_append = true}),
              is_bad("pandas_append", "table"));
  EXPECT_THAT(
      ValidateOptions({.pandas_format = "table", .pandas_append = true}),
      IsOk());
}

TEST(OptionsTest, CapsAreFractionsOfTheMachine) {
  EnvironmentOptions options;
  for (double EnvironmentOptions::*cap :
       {&EnvironmentOptions::cpu_cap, &EnvironmentOptions::memory_cap,
        &EnvironmentOptions::swap_cap}) {
    for (const double bad :
         {0.0, -0.5, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
      options.*cap = bad;
      EXPECT_THAT(
          ValidateOptions(options),
          StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("_cap = ")));
    }
    options.*cap = 0.5;
    EXPECT_THAT(ValidateOptions(options), IsOk());
  }
  EXPECT_THAT(ValidateOptions({.cpu_cap = 1.5}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("EnvironmentOptions.cpu_cap = 1.5")));
}

TEST(OptionsTest, ImmediatePostprocessingNeedsProcessesThatStoreByThemselves) {
  EXPECT_THAT(ValidateOptions({.multiproc = true, .immediate_postproc = true}),
              IsOk());
  const auto cannot = [](const char* why) {
    return StatusIs(
        absl::StatusCode::kInvalidArgument,
        AllOf(HasSubstr("EnvironmentOptions.immediate_postproc = true"),
              HasSubstr(why)));
  };
  EXPECT_THAT(ValidateOptions({.use_pool = true, .immediate_postproc = true}),
              cannot("use_pool"));
  EXPECT_THAT(ValidateOptions(
                  {.wrap_mode = WrapMode::kQueue, .immediate_postproc = true}),
              cannot("QUEUE"));
  EXPECT_THAT(ValidateOptions(
                  {.wrap_mode = WrapMode::kPipe, .immediate_postproc = true}),
              cannot("PIPE"));
}

TEST(OptionsTest, ThereMayBeMoreProcessesThanCores) {
  EXPECT_THAT(ValidateOptions({.multiproc = true, .ncores = 4096}), IsOk());
}

TEST(OptionsTest, ATimeoutNeedsProcesses) {
  EXPECT_THAT(
      ValidateOptions({.timeout = 5}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("timeout = 5"), HasSubstr("multiproc"))));
  EXPECT_THAT(ValidateOptions({.multiproc = true, .timeout = 5}), IsOk());
}

TEST(OptionsTest, ContinuableNeedsAllToBeInAnHdf5File) {
  EXPECT_THAT(ValidateOptions({.continuable = true}), IsOk());
  const auto needs = [](const char* what) {
    return StatusIs(absl::StatusCode::kInvalidArgument,
                    AllOf(HasSubstr("EnvironmentOptions.continuable = true"),
                          HasSubstr(what)));
  };
  EXPECT_THAT(ValidateOptions({.use_hdf5 = false, .continuable = true}),
              needs("use_hdf5"));
  EXPECT_THAT(
      ValidateOptions({.automatic_storing = false, .continuable = true}),
      needs("automatic_storing"));
  EnvironmentOptions options;
  options.continuable = true;
  options.storage = OpenHdf5Storage("other.hdf5").value();
  EXPECT_THAT(ValidateOptions(options), needs("`storage`"));
  EXPECT_THAT(ValidateOptions({.continuable = true, .continue_folder = ""}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("EnvironmentOptions.continue_folder = ")));
}

}  // namespace
}  // namespace cppet
