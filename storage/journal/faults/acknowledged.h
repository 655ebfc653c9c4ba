#ifndef CPPET_STORAGE_JOURNAL_FAULTS_ACKNOWLEDGED_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_ACKNOWLEDGED_H_

#include <cstdint>
#include <set>

#include "absl/strings/string_view.h"

namespace cppet {

// What store_runs said is stored.
struct Acknowledged {
  bool trajectory = false;
  std::set<int64_t> tries;  // that failed
  std::set<int64_t> runs;

  // Adds what the lines of its output say.
  void Add(absl::string_view output);
};

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_ACKNOWLEDGED_H_
