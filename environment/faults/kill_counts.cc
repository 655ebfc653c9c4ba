#include "cppet/environment/faults/kill_counts.h"

#include "absl/strings/str_cat.h"

namespace cppet {
namespace {

struct Column {
  const char* name;
  int64_t KillCounts::*count;
  bool must_be_zero;
};

constexpr Column kColumns[] = {
    {"sweeps", &KillCounts::sweeps, false},
    {"kills", &KillCounts::kills, false},
    {"acknowledged", &KillCounts::acknowledged, false},
    {"damaged as left", &KillCounts::damaged_as_left, false},
    {"damaged after recovery", &KillCounts::damaged, true},
    {"acknowledged lost", &KillCounts::acknowledged_lost, true},
    {"completed without results", &KillCounts::without_results, true},
    {"not continued", &KillCounts::not_continued, true},
    {"digest differs", &KillCounts::digest_differs, true},
    {"wrong calls", &KillCounts::wrong_calls, true},
    {"left processes", &KillCounts::left_processes, true},
};

void AppendRow(const std::string& name, const KillCounts& counts,
               std::string* table) {
  absl::StrAppend(table, name);
  for (const Column& column : kColumns) {
    absl::StrAppend(table, "\t", counts.*column.count);
  }
  absl::StrAppend(table, "\n");
}

}  // namespace

KillCounts& KillCounts::operator+=(const KillCounts& other) {
  for (const Column& column : kColumns) {
    this->*column.count += other.*column.count;
  }
  return *this;
}

bool KillCounts::ok() const {
  for (const Column& column : kColumns) {
    if (column.must_be_zero && this->*column.count != 0) return false;
  }
  return true;
}

std::string KillTable(
    const std::vector<std::pair<std::string, KillCounts>>& rows) {
  std::string table = "mode";
  for (const Column& column : kColumns) {
    absl::StrAppend(&table, "\t", column.name);
  }
  absl::StrAppend(&table, "\n");
  KillCounts sum;
  for (const auto& [name, counts] : rows) {
    AppendRow(name, counts, &table);
    sum += counts;
  }
  AppendRow("all", sum, &table);
  return table;
}

}  // namespace cppet
