#include "cppet/environment/scheduling/load_cap.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LoadCapTest : public ::testing::Test {
 protected:
  LoadCapTest() { std::filesystem::create_directories(folder_.Path("proc")); }

  // Of 1000 kB each.
  void Use(int64_t memory, int64_t swap = 0) {
    EXPECT_THAT(
        WriteFile(folder_.Path("proc/meminfo"),
                  absl::StrCat("MemTotal: 1000 kB\nMemAvailable: ",
                               1000 - memory, " kB\nSwapTotal: 1000 kB\n",
                               "SwapFree: ", 1000 - swap, " kB\n")),
        IsOk());
  }
  void UseCpu(int64_t busy, int64_t idle) {
    busy_ += busy;
    idle_ += idle;
    EXPECT_THAT(WriteFile(folder_.Path("proc/stat"),
                          absl::StrCat("cpu0 ", busy_, " 0 0 ", idle_, "\n")),
                IsOk());
  }
  SystemLoadOptions Options() {
    SystemLoadOptions options;
    options.root = folder_.path();
    options.now = [this] {
      ++looks_;
      return now_;
    };
    return options;
  }
  void Wait(int milliseconds = 100) {
    now_ += std::chrono::milliseconds(milliseconds);
  }
  std::string Warnings() const {
    return ReadFile(folder_.Path("errors_and_warnings.txt")).value();
  }

  const TempDirectory folder_;
  const std::unique_ptr<RunLog> log_ =
      RunLog::Open({.folder = folder_.path()}).value();
  std::chrono::steady_clock::time_point now_;
  int64_t looks_ = 0;
  int64_t busy_ = 0;
  int64_t idle_ = 0;
};

TEST_F(LoadCapTest, LooksAtNothingIfAllCapsAreOne) {
  Use(1000, 1000);
  LoadCap cap({1, 1, 1}, *log_, Options());
  Wait();
  EXPECT_FALSE(cap.Holds(1));
  EXPECT_EQ(looks_, 0);
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(LoadCapTest, HoldsWhileMoreIsInUse) {
  Use(500);
  LoadCap cap({1, 0.6, 1}, *log_, Options());
  EXPECT_TRUE(cap.Holds(1)) << "nothing is known yet";
  Wait();
  EXPECT_FALSE(cap.Holds(1));
  Use(601);
  EXPECT_FALSE(cap.Holds(1)) << "it is too soon to look";
  Wait(99);
  EXPECT_FALSE(cap.Holds(1));
  Wait(1);
  EXPECT_TRUE(cap.Holds(1));
  Use(600);
  EXPECT_TRUE(cap.Holds(1)) << "likewise";
  Wait();
  EXPECT_FALSE(cap.Holds(1));
}

TEST_F(LoadCapTest, LetsOneMoreStartAtATime) {
  Use(0);
  LoadCap cap({1, 0.6, 1}, *log_, Options());
  Wait();
  EXPECT_FALSE(cap.Holds(3));
  EXPECT_TRUE(cap.Holds(4));
  EXPECT_FALSE(cap.Holds(2)) << "two have ended";
  Wait();
  EXPECT_FALSE(cap.Holds(4));
  EXPECT_TRUE(cap.Holds(5));
}

TEST_F(LoadCapTest, WarnsOnceForEachTimeThatACapIsCrossed) {
  Use(970, 300);
  LoadCap cap({1, 0.9, 0.25}, *log_, Options());
  for (int i = 0; i < 3; ++i) {
    Wait();
    EXPECT_TRUE(cap.Holds(1));
  }
  Use(970, 0);
  Wait();
  EXPECT_TRUE(cap.Holds(1));
  Use(0, 0);
  Wait();
  EXPECT_FALSE(cap.Holds(1));
  Use(0, 1000);
  Wait();
  EXPECT_TRUE(cap.Holds(2));
  EXPECT_THAT(
      absl::StrSplit(Warnings(), '\n'),
      ElementsAre(HasSubstr("no further run starts now, 1 is at work: memory "
                            "use 97 % is above memory_cap = 90 %"),
                  HasSubstr("no further run starts now, 1 is at work: swap "
                            "use 30 % is above swap_cap = 25 %"),
                  HasSubstr("no further run starts now, 2 are at work: swap "
                            "use 100 % is above swap_cap = 25 %"),
                  ""));
}

TEST_F(LoadCapTest, TheUseOfCoresCounts) {
  UseCpu(0, 0);
  LoadCap cap({0.5, 1, 1}, *log_, Options());
  UseCpu(6, 4);
  Wait();
  EXPECT_TRUE(cap.Holds(1));
  UseCpu(5, 5);
  Wait();
  EXPECT_FALSE(cap.Holds(1));
}

TEST_F(LoadCapTest, WhatIsNotKnownHoldsNothing) {
  LoadCap cap({0.001, 0.001, 0.001}, *log_, Options());
  Wait();
  EXPECT_FALSE(cap.Holds(1));
  EXPECT_THAT(Warnings(), IsEmpty());
}

}  // namespace
}  // namespace cppet
