#include "cppet/tools/lib/open_trajectory.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OpenTrajectoryTest : public ::testing::Test {
 protected:
  OpenTrajectoryTest() : file_(directory_.Path("file.hdf5")) {
    const auto storage = OpenHdf5Storage(file_).value();
    for (const char* name : {"b_second", "a_first"}) {
      Trajectory trajectory(name);
      EXPECT_THAT(storage->Store(trajectory), IsOk());
    }
    EXPECT_THAT(storage->Close(), IsOk());
  }

  const TempDirectory directory_;
  const std::string file_;
};

TEST_F(OpenTrajectoryTest, ChoosesByNameOrNumber) {
  for (const char* wanted : {"a_first", "0", "-2"}) {
    EXPECT_THAT(ChooseTrajectory(file_, wanted), IsOkAndHolds("a_first"));
  }
  for (const char* wanted : {"b_second", "1", "-1", ""}) {
    EXPECT_THAT(ChooseTrajectory(file_, wanted), IsOkAndHolds("b_second"));
  }
  std::vector<std::string> warnings;
  const auto loaded = LoadTrajectory(file_, "0", {}, &warnings);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ((*loaded)->name(), "a_first");
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(OpenTrajectoryTest, SaysHowToGiveMoreMemory) {
  {
    const auto storage = OpenHdf5Storage(file_).value();
    Trajectory large("large");
    ASSERT_THAT(large.AddResult("zeros", std::vector<double>(5 << 20)), IsOk());
    ASSERT_THAT(storage->Store(large), IsOk());
    ASSERT_THAT(storage->Close(), IsOk());
  }
  std::vector<std::string> warnings;
  EXPECT_THAT(
      LoadTrajectory(file_, "large",
                     {.isolated = true, .max_memory = int64_t{100} << 20},
                     &warnings),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("--memory")));
}

TEST_F(OpenTrajectoryTest, SaysWhatIsNotThere) {
  const auto error = [&](const char* wanted) {
    return std::string(ChooseTrajectory(file_, wanted).status().message());
  };
  EXPECT_THAT(error("a_frst"), HasSubstr("do you mean a_first?"));
  EXPECT_THAT(error("zzzzzz"), HasSubstr("there are a_first, b_second"));
  EXPECT_THAT(error("2"), HasSubstr("there are 2"));
  EXPECT_THAT(ChooseTrajectory(directory_.Path("none"), ""),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no such file")));
}

}  // namespace
}  // namespace cppet
