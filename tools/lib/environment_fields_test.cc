#include "cppet/tools/lib/environment_fields.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/environment/options.h"
#include "cppet/tools/lib/literal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

absl::Status Set(absl::string_view name, absl::string_view text,
                 EnvironmentOptions& options) {
  return SetEnvironmentField(name, *PlainLiteral(text), options);
}

TEST(SetEnvironmentFieldTest, SetsFieldsOfEachType) {
  EnvironmentOptions options;
  EXPECT_THAT(Set("complevel", "3", options), IsOk());
  EXPECT_EQ(options.complevel, 3);
  EXPECT_THAT(Set("shuffle", "false", options), IsOk());
  EXPECT_FALSE(options.shuffle);
  EXPECT_THAT(Set("continuable", "true", options), IsOk());
  EXPECT_TRUE(options.continuable);
  EXPECT_THAT(Set("continue_folder", "snapshots", options), IsOk());
  EXPECT_EQ(options.continue_folder, "snapshots");
  EXPECT_THAT(Set("file_title", "007", options), IsOk());
  EXPECT_EQ(options.file_title, "007");
  EXPECT_THAT(Set("wrap_mode", "queue", options), IsOk());
  EXPECT_EQ(options.wrap_mode, WrapMode::kQueue);
  EXPECT_THAT(Set("progress", "never", options), IsOk());
  EXPECT_EQ(options.progress, ProgressMode::kNever);
  EXPECT_THAT(Set("log_level", "none", options), IsOk());
  EXPECT_EQ(options.log_level, std::nullopt);
}

TEST(SetEnvironmentFieldTest, TakesJobsForProcesses) {
  EnvironmentOptions options;
  EXPECT_THAT(Set("jobs", "4", options), IsOk());
  EXPECT_EQ(options.ncores, 4);
  EXPECT_TRUE(options.multiproc);
}

TEST(SetEnvironmentFieldTest, SetsEveryFieldThatItNames) {
  for (const std::string& name : EnvironmentFieldNames()) {
    EnvironmentOptions options;
    int taken = 0;
    for (const absl::string_view text :
         {"1", "true", "LOCK", "never", "process"}) {
      taken += Set(name, text, options).ok();
    }
    taken += Set(name, "INFO", options).ok();
    EXPECT_GT(taken, 0) << name;
  }
}

TEST(SetEnvironmentFieldTest, SuggestsNearNames) {
  EnvironmentOptions options;
  EXPECT_THAT(
      Set("complevle", "3", options),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("mean complevel?")));
  EXPECT_THAT(Set("zzz", "3", options),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("complevel"), HasSubstr("wrap_mode"))));
  EXPECT_THAT(Set("timeout", "3", options),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("top level")));
}

TEST(SetEnvironmentFieldTest, RefusesOtherTypes) {
  EnvironmentOptions options;
  EXPECT_THAT(Set("complevel", "high", options),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("needs a whole number, not 'high'")));
  EXPECT_THAT(Set("jobs", "-1", options),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Set("jobs", "true", options),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(
      Set("shuffle", "1", options),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("true or false")));
  EXPECT_THAT(Set("wrap_mode", "PIPE", options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("LOCK")));
  EXPECT_THAT(Set("log_level", "LOUD", options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("INFO")));
}

}  // namespace
}  // namespace cppet
