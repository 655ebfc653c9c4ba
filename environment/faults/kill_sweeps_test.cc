// The short version of sweep_kills: a few kills of each mode.

#include "cppet/environment/faults/kill_sweeps.h"

#include <iostream>
#include <string>

#include "cppet/base/status_matchers.h"
#include "cppet/environment/faults/kill_counts.h"
#include "cppet/environment/faults/sweep_mode.h"
#include "cppet/storage/durability.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

KillSweepsOptions Options(const std::string& modes, int64_t kills) {
  KillSweepsOptions options;
  options.modes = ParseSweepModes(modes).value();
  options.kills = kills;
  options.sweep.runs = 20;
  options.sweep.busy_us = 500;
  options.log = &std::cerr;
  return options;
}

void ExpectNothingIsLost(const KillSweepsOptions& options) {
  const auto report = KillSweeps(options);
  ASSERT_THAT(report, IsOk());
  for (const auto& [mode, counts] : *report) {
    EXPECT_TRUE(counts.ok()) << mode << "\n" << KillTable(*report);
  }
}

TEST(KillSweepsTest, ASweepInOneProcessLosesNothingThatItAcknowledged) {
  ExpectNothingIsLost(Options("in_process", 4));
}

TEST(KillSweepsTest, SweepsOfAProcessARunLoseNothingThatTheyAcknowledged) {
  ExpectNothingIsLost(Options("fork_lock,fork_queue,fork_local,fork_none", 8));
}

TEST(KillSweepsTest, SweepsOfAPoolLoseNothingThatTheyAcknowledged) {
  ExpectNothingIsLost(Options("pool_lock,pool_queue,pool_local,pool_none", 8));
}

TEST(KillSweepsTest, DurabilityForProcessesIsEnoughForKills) {
  KillSweepsOptions options = Options("in_process,fork_lock,pool_queue", 6);
  options.sweep.durability = Durability::kProcess;
  ExpectNothingIsLost(options);
}

}  // namespace
}  // namespace cppet
