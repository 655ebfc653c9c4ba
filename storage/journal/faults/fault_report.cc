#include "cppet/storage/journal/faults/fault_report.h"

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace cppet {
namespace {

constexpr size_t kMaxProblems = 12;

std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(text),
                             {{"\n", " "}, {"\t", " "}});
}

// With # for each number.
std::string Kind(absl::string_view problem) {
  std::string kind;
  for (const char c : problem) {
    if (!absl::ascii_isdigit(c)) {
      kind += c;
    } else if (kind.empty() || kind.back() != '#') {
      kind += '#';
    }
  }
  return kind;
}

}  // namespace

FaultReport::FaultReport(std::vector<std::string> columns)
    : columns_(std::move(columns)) {}

void FaultReport::Count(absl::string_view column, int64_t number) {
  counts_[std::string(column)] += number;
}

int64_t FaultReport::count(absl::string_view column) const {
  const auto found = counts_.find(column);
  return found == counts_.end() ? 0 : found->second;
}

void FaultReport::AddProblem(absl::string_view problem,
                             absl::string_view where) {
  const std::string line = OneLine(problem);
  Problem& entry = problems_[Kind(line)];
  if (entry.count++ > 0) return;
  entry.first = line;
  entry.where = OneLine(where);
}

void FaultReport::AddCheck(absl::string_view when, const RunsCheck& check,
                           absl::string_view where) {
  Count(absl::StrCat(when, " damaged"), !check.ok());
  Count(absl::StrCat(when, " lost"), check.lost);
  Count(absl::StrCat(when, " half"), check.half);
  for (const std::string& problem : check.problems) {
    AddProblem(absl::StrCat(when, ": ", problem), where);
  }
}

std::string FaultReport::Encode() const {
  std::string text;
  for (const auto& [column, count] : counts_) {
    absl::StrAppend(&text, count, "\t", column, "\n");
  }
  for (const auto& [kind, problem] : problems_) {
    absl::StrAppend(&text, problem.count, "\t", kind, "\t", problem.first, "\t",
                    problem.where, "\n");
  }
  return text;
}

void FaultReport::MergeEncoded(absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<std::string> parts = absl::StrSplit(line, '\t');
    int64_t count = 0;
    if (!absl::SimpleAtoi(parts[0], &count)) continue;
    if (parts.size() == 2) Count(parts[1], count);
    if (parts.size() != 4) continue;
    Problem& problem = problems_[parts[1]];
    if (problem.count == 0) {
      problem.first = parts[2];
      problem.where = parts[3];
    }
    problem.count += count;
  }
}

void FaultReport::Print(absl::string_view title, std::ostream& out) const {
  out << title << "\n";
  size_t width = 0;
  for (const std::string& column : columns_) {
    width = std::max(width, column.size());
  }
  for (const std::string& column : columns_) {
    out << "  " << column << std::string(width + 2 - column.size(), ' ')
        << count(column) << "\n";
  }
  std::vector<const Problem*> sorted;
  for (const auto& [kind, problem] : problems_) sorted.push_back(&problem);
  // What is to be expected comes last.
  const auto rank = [](const Problem* problem) {
    return std::make_pair(absl::StartsWith(problem->first, "as left"),
                          -problem->count);
  };
  std::sort(sorted.begin(), sorted.end(),
            [&rank](const Problem* a, const Problem* b) {
              return rank(a) < rank(b);
            });
  for (size_t i = 0; i < std::min(sorted.size(), kMaxProblems); ++i) {
    out << "    " << sorted[i]->count << "x " << sorted[i]->first
        << "\n        first at " << sorted[i]->where << "\n";
  }
  if (sorted.size() > kMaxProblems) {
    out << "    and " << sorted.size() - kMaxProblems << " other problems\n";
  }
  out.flush();
}

}  // namespace cppet
