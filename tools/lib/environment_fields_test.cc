#include "cppet/tools/lib/environment_fields.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/environment/options.h"
#include "cppet/tools/lib/literal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
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

TEST(SetEnvironmentFieldTest, SetsHowRunsAreScheduled) {
  EnvironmentOptions options;
  EXPECT_THAT(Set("cpu_cap", "0.75", options), IsOk());
  EXPECT_EQ(options.cpu_cap, 0.75);
  EXPECT_THAT(Set("memory_cap", "1", options), IsOk());
  EXPECT_EQ(options.memory_cap, 1.0);
  EXPECT_THAT(Set("max_failures", "0", options), IsOk());
  EXPECT_EQ(options.max_failures, 0);
  EXPECT_THAT(Set("retries", "2", options), IsOk());
  EXPECT_EQ(options.retries, 2);
  EXPECT_THAT(Set("seed", "42", options), IsOk());
  EXPECT_EQ(options.seed, 42);
  EXPECT_THAT(
      Set("seed", "-1", options),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("whole number")));
  Literal list;
  list.value = Value(std::vector<int64_t>{0, 2});
  EXPECT_THAT(SetEnvironmentField("cpu_affinity", list, options), IsOk());
  EXPECT_THAT(options.cpu_affinity, ElementsAre(0, 2));
  EXPECT_THAT(SetResourceSlots("GPU", list, options), IsOk());
  EXPECT_THAT(options.resource_slots["GPU"], ElementsAre("0", "2"));
  EXPECT_THAT(SetResourceSlots("GPU", *PlainLiteral("1"), options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("list")));
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
         {"1", "true", "LOCK", "never", "process", "record", "columns"}) {
      taken += Set(name, text, options).ok();
    }
    taken += Set(name, "INFO", options).ok();
    Literal list;
    list.value = Value(std::vector<int64_t>{0});
    taken += SetEnvironmentField(name, list, options).ok();
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
  EXPECT_THAT(Set("wrap_mode", "TUBE", options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("LOCK")));
  EXPECT_THAT(Set("log_level", "LOUD", options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("INFO")));
}

}  // namespace
}  // namespace cppet
