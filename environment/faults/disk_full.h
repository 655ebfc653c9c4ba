#ifndef CPPET_ENVIRONMENT_FAULTS_DISK_FULL_H_
#define CPPET_ENVIRONMENT_FAULTS_DISK_FULL_H_

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/environment/faults/disk_full_subject.h"

namespace cppet {

struct DiskFullOptions {
  std::vector<std::unique_ptr<DiskFullSubject>> subjects;
  // How many sizes to try with each subject. They are spread from a few kB to
  // more than what the sweep needs.
  int64_t sizes = 50;
  // A small disk; false: a limit of the size of files.
  bool tmpfs = false;
  // Where violations are told when they come. May be null.
  std::ostream* log = nullptr;
  // The errors of all sweeps are told as well.
  bool verbose = false;
};

// What came of sweeps whose disk was full.
struct DiskFullCounts {
  int64_t sweeps = 0;
  // Those that did not come to their end.
  int64_t stopped = 0;

  // All that follow must be zero.

  // Programs that a signal ended, or that hung.
  int64_t crashed = 0;
  // Errors that do not say that the disk is full, or do not name the file.
  int64_t unclear = 0;
  // Files that are damaged, also after there was room again.
  int64_t damaged = 0;
  // Runs that were acknowledged but are not there.
  int64_t acknowledged_lost = 0;
  // Sweeps that did not come to their end when there was room again.
  int64_t not_continued = 0;
  // Those that did but with other results than one that nothing stopped.
  int64_t digest_differs = 0;

  bool ok() const;
};

// Counts by the names of the subjects, in their order.
using DiskFullReport = std::vector<std::pair<std::string, DiskFullCounts>>;

// Lets sweeps run out of room at different times, makes room, and continues
// them.
//
// Errors:
//   kInternal: a sweep fails that has room.
//   Others as the system's.
absl::StatusOr<DiskFullReport> FillDisks(const DiskFullOptions& options);

// The report as a table, separated by tabs.
std::string DiskFullTable(const DiskFullReport& report);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_DISK_FULL_H_
