#ifndef CPPET_STORAGE_JOURNAL_FAULTS_FAULT_REPORT_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_FAULT_REPORT_H_

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/storage/journal/faults/runs_check.h"

namespace cppet {

// Counts what happened, and keeps how often and where first each problem was.
class FaultReport {
 public:
  // `columns` are counted from 0 and printed in this order.
  explicit FaultReport(std::vector<std::string> columns);

  void Count(absl::string_view column, int64_t number = 1);
  int64_t count(absl::string_view column) const;

  // Notes a problem of the case `where`, such as "kill at operation 7 (50%)".
  // Numbers do not tell problems apart.
  void AddProblem(absl::string_view problem, absl::string_view where);
  // Counts, under the prefix "`when` ", a file that is damaged and what it
  // lost, and notes its problems.
  void AddCheck(absl::string_view when, const RunsCheck& check,
                absl::string_view where);

  // As lines of text, to send it from process to process, where it is added.
  std::string Encode() const;
  void MergeEncoded(absl::string_view text);

  // Prints a table and the problems.
  void Print(absl::string_view title, std::ostream& out) const;

 private:
  struct Problem {
    int64_t count = 0;
    std::string first;  // as it was
    std::string where;
  };

  std::vector<std::string> columns_;
  std::map<std::string, int64_t, std::less<>> counts_;
  std::map<std::string, Problem> problems_;
};

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_FAULT_REPORT_H_
