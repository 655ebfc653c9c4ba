#ifndef CPPET_ENVIRONMENT_FAULTS_KILL_COUNTS_H_
#define CPPET_ENVIRONMENT_FAULTS_KILL_COUNTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cppet {

// What came of sweeps that were killed and continued.
struct KillCounts {
  int64_t sweeps = 0;
  int64_t kills = 0;
  // Runs that were acknowledged before kills.
  int64_t acknowledged = 0;
  // Kills after which the file, without its journal, was damaged. May be.
  int64_t damaged_as_left = 0;

  // All that follow must be zero.

  // Files that were damaged after recovery.
  int64_t damaged = 0;
  // Runs that were acknowledged but not completed after recovery.
  int64_t acknowledged_lost = 0;
  // Runs that were completed after recovery without their right results.
  int64_t without_results = 0;
  // Sweeps that did not come to their end when they were continued, or ended
  // when only a process that computes was killed.
  int64_t not_continued = 0;
  // Sweeps that were continued to the end but have other results than one that
  // nobody killed, or other files beside theirs.
  int64_t digest_differs = 0;
  // Runs that were called again although they were completed, or not exactly
  // once when they had to be.
  int64_t wrong_calls = 0;
  // Processes that were left although their main process was gone.
  int64_t left_processes = 0;

  KillCounts& operator+=(const KillCounts& other);
  // Whether all are zero that must be.
  bool ok() const;
};

// A table of counts by name, with a line of the sums, separated by tabs.
std::string KillTable(
    const std::vector<std::pair<std::string, KillCounts>>& rows);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_KILL_COUNTS_H_
