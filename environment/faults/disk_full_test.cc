// The short version of sweep_disk_full: a few sizes, with a limit of the size
// of files.

#include "cppet/environment/faults/disk_full.h"

#include <stdlib.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "cppet/base/status_matchers.h"
#include "cppet/environment/faults/disk_full_subject.h"
#include "cppet/environment/faults/sweep_mode.h"
#include "cppet/storage/durability.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

std::string Program(const std::string& name) {
  return std::filesystem::absolute(name);
}

void ExpectAllIsWell(DiskFullOptions options) {
  options.sizes = 5;
  options.log = &std::cerr;
  const auto report = FillDisks(options);
  ASSERT_THAT(report, IsOk());
  for (const auto& [program, counts] : *report) {
    EXPECT_TRUE(counts.ok()) << DiskFullTable(*report);
    EXPECT_GT(counts.stopped, 0) << program;
  }
}

TEST(DiskFullTest, ASweepThatRanOutOfRoomSaysSoLosesNothingAndGoesOn) {
  DiskFullOptions options;
  const auto modes = ParseSweepModes("in_process,fork_lock,pool_queue");
  for (const SweepMode& mode : modes.value()) {
    options.subjects.push_back(std::make_unique<FaultySweepSubject>(
        Program("environment/faults/faulty_sweep"), mode, Durability::kPower,
        /*runs=*/30));
  }
  ExpectAllIsWell(std::move(options));
}

TEST(DiskFullTest, SoDoesExplore) {
  unsetenv("BUILD_WORKING_DIRECTORY");
  DiskFullOptions options;
  const auto modes = ParseSweepModes("in_process,pool_lock");
  for (const SweepMode& mode : modes.value()) {
    options.subjects.push_back(std::make_unique<ExploreSubject>(
        Program("tools/explore"), Program("tools/inspect"), mode,
        Durability::kPower, /*runs=*/30));
  }
  ExpectAllIsWell(std::move(options));
}

}  // namespace
}  // namespace cppet
