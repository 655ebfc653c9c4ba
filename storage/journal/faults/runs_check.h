#ifndef CPPET_STORAGE_JOURNAL_FAULTS_RUNS_CHECK_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_RUNS_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

namespace cppet {

// What is in a file of store_runs, compared with what should be.
struct RunsCheck {
  int64_t completed = 0;
  // Acknowledged, but not there or not as it was stored.
  int64_t lost = 0;
  // Completed without all that belongs to it, or a failed try or a batch that
  // is there in part.
  int64_t half = 0;
  // All that is wrong, one line each.
  std::vector<std::string> problems;

  bool ok() const { return problems.empty(); }
};

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_RUNS_CHECK_H_
