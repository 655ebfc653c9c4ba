#include "cppet/tools/lib/inspect.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/isolated_call.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/version.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/read_options.h"
#include "cppet/storage/hdf5/settings_reader.h"
#include "cppet/storage/journal/transactional_file.h"
#include "cppet/storage/run_columns.h"
#include "cppet/tools/lib/column_source.h"
#include "cppet/tools/lib/open_trajectory.h"
#include "cppet/tools/lib/printable_text.h"
#include "cppet/tools/lib/provenance_text.h"
#include "cppet/tools/lib/pypet_config.h"
#include "cppet/tools/lib/results_digest.h"
#include "cppet/tools/lib/run_table.h"
#include "cppet/tools/lib/trajectory_json.h"
#include "cppet/tools/lib/tree_text.h"
#include "cppet/tools/lib/value_text.h"
#include "cppet/tools/lib/where.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "hdf5.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxWarnings = 5;

Json SettingsJson(const Hdf5Settings& settings) {
  return Json{
      {"complib", settings.complib},
      {"complevel", settings.complevel},
      {"shuffle", settings.shuffle},
      {"fletcher32", settings.fletcher32},
      {"pandas_format", settings.pandas_format},
      {"encoding", settings.encoding},
      {"purge_duplicate_comments", settings.purge_duplicate_comments},
      {"results_per_run", settings.results_per_run},
      {"derived_parameters_per_run", settings.derived_parameters_per_run},
      {"overview_parameters", settings.parameters_overview},
      {"overview_config", settings.config_overview},
      {"overview_explored_parameters", settings.explored_parameters_overview},
      {"overview_derived_parameters", settings.derived_parameters_overview},
      {"overview_derived_parameters_summary",
       settings.derived_parameters_summary},
      {"overview_results", settings.results_overview},
      {"overview_results_summary", settings.results_summary},
  };
}

absl::Status PrintJson(const InspectOptions& options, Trajectory& trajectory,
                       std::vector<std::string> warnings, std::ostream& out) {
  CPPET_ASSIGN_OR_RETURN(
      const Hdf5Settings settings,
      ReadHdf5Settings(options.file, trajectory.name(), options.reading));
  CPPET_RETURN_IF_ERROR(AddPypetConfig(trajectory));
  TrajectoryJsonOptions json;
  json.file = std::filesystem::path(options.file).filename().string();
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  json.reader = {{"cppet", absl::StripPrefix(kVersion, "cppet ")},
                 {"hdf5", absl::StrCat(major, ".", minor, ".", release)}};
  json.hdf5_settings = SettingsJson(settings);
  json.log = std::move(warnings);
  out << TrajectoryJson(trajectory, std::move(json))
             .dump(1, ' ', /*ensure_ascii=*/false,
                   nlohmann::json::error_handler_t::replace)
      << "\n";
  return absl::OkStatus();
}

absl::Status PrintRuns(const InspectOptions& options,
                       const TrajectoryWithColumns& loaded, std::ostream& out) {
  const RunTable table(*loaded.trajectory, {.columns = &loaded.columns});
  std::optional<Where> where;
  if (!options.where.empty()) {
    absl::StatusOr<Where> parsed = Where::Parse(options.where, table.columns());
    if (!parsed.ok()) return WithPrefix("where", parsed.status());
    where = *std::move(parsed);
  }
  // Whole before anything is printed: a row may be none to compare.
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < table.rows(); ++i) {
    bool matches = true;
    if (where.has_value()) {
      const absl::StatusOr<bool> holds =
          where->Matches([&](size_t column) { return table.Cell(i, column); });
      if (!holds.ok()) return WithPrefix("where", holds.status());
      matches = *holds;
    }
    if (matches) rows.push_back(i);
  }
  CPPET_RETURN_IF_ERROR(table.status());
  out << absl::StrJoin(table.columns(), "\t") << "\n";
  for (const int64_t row : rows) out << table.RowText(row) << "\n";
  return table.status();
}

// The result `path` of each run that has it; false if none has.
absl::StatusOr<bool> PrintRunResults(const std::string& path,
                                     const TrajectoryWithColumns& loaded,
                                     std::ostream& out) {
  const Trajectory& trajectory = *loaded.trajectory;
  ColumnCells cells(loaded.columns, trajectory.length());
  bool found = false;
  const auto print = [&](int64_t run, const std::string& item,
                         const Value& value) {
    if (!std::exchange(found, true)) out << "idx\titem\tvalue\n";
    out << run << "\t" << item << "\t"
        << OneLine(ArgumentText(value), std::string::npos) << "\n";
  };
  for (int64_t i = 0; i < trajectory.length(); ++i) {
    for (size_t c = 0; c < loaded.columns.columns.size(); ++c) {
      const RunColumn& column = loaded.columns.columns[c];
      if (column.result != path) continue;
      const std::optional<Value> value = cells.At(i, c);
      if (value.has_value()) print(i, column.item, *value);
    }
    const Result* result = FindRunResult(trajectory, i, path);
    if (result == nullptr) continue;
    if (!std::exchange(found, true)) out << "idx\titem\tvalue\n";
    for (const auto& [name, value] : result->items()) print(i, name, value);
  }
  CPPET_RETURN_IF_ERROR(cells.status());
  return found;
}

// The node that `path` names; a near result of the runs is suggested.
absl::StatusOr<const Node*> FindNode(const std::string& path,
                                     const TrajectoryWithColumns& loaded) {
  const absl::StatusOr<Node*> node = loaded.trajectory->tree().Find(path);
  if (node.ok()) return *node;
  std::vector<std::string> names = RunResultNames(*loaded.trajectory);
  for (const RunColumn& column : loaded.columns.columns) {
    names.push_back(column.result);
  }
  const std::string near = NearestName(path, names);
  if (near.empty()) return node.status();
  return absl::NotFoundError(
      absl::StrCat("there is no '", path, "'; do you mean ", near, "?"));
}

// Adds the results of the first runs that have some in columns to the tree.
// Returns how many more runs there are.
absl::StatusOr<int64_t> AddFirstRuns(TrajectoryWithColumns& loaded) {
  Trajectory& trajectory = *loaded.trajectory;
  ColumnCells cells(loaded.columns, trajectory.length());
  const size_t columns = loaded.columns.columns.size();
  int64_t runs = 0;
  for (int64_t i = 0; i < trajectory.length() && columns > 0; ++i) {
    size_t c = 0;
    while (c < columns && !cells.At(i, c).has_value()) ++c;
    if (c == columns) continue;
    const bool is_there = trajectory.tree().FindExact(absl::StrCat(
                              "results.runs.", RunName(i))) != nullptr;
    if (++runs <= TreeTextOptions().max_runs || is_there) {
      CPPET_RETURN_IF_ERROR(AddRunResults(loaded.columns, i, &trajectory));
      if (is_there) --runs;
    }
  }
  CPPET_RETURN_IF_ERROR(cells.status());
  return std::max<int64_t>(0, runs - TreeTextOptions().max_runs);
}

// Adds the results of runs that `path` names to the tree.
absl::Status AddNamedRuns(const std::string& path,
                          TrajectoryWithColumns& loaded) {
  for (const absl::string_view part : absl::StrSplit(path, '.')) {
    const int64_t run = RunIndex(ResolveAlias(part));
    if (run < 0 || run >= loaded.trajectory->length()) continue;
    CPPET_RETURN_IF_ERROR(
        AddRunResults(loaded.columns, run, loaded.trajectory.get()));
  }
  return absl::OkStatus();
}

absl::Status PrintNode(const InspectOptions& options,
                       TrajectoryWithColumns& loaded, std::ostream& out) {
  TreeTextOptions text;
  if (options.path == "results" || options.path == "results.runs") {
    CPPET_ASSIGN_OR_RETURN(text.more_runs, AddFirstRuns(loaded));
  }
  CPPET_RETURN_IF_ERROR(AddNamedRuns(options.path, loaded));
  const Node* node = loaded.trajectory->tree().FindExact(options.path);
  if (node == nullptr) {
    CPPET_ASSIGN_OR_RETURN(const bool found,
                           PrintRunResults(options.path, loaded, out));
    if (found) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(node, FindNode(options.path, loaded));
  }
  if (!node->is_group()) {
    out << LeafText(static_cast<const Leaf&>(*node));
    return absl::OkStatus();
  }
  out << node->full_name() << "\n"
      << (node->comment().empty() ? "" : node->comment() + "\n")
      << TreeText(static_cast<const Group&>(*node), text);
  return absl::OkStatus();
}

absl::Status Print(const InspectOptions& options, TrajectoryWithColumns& loaded,
                   std::ostream& out) {
  if (options.patch) {
    CPPET_ASSIGN_OR_RETURN(const std::string patch,
                           UncommittedPatch(*loaded.trajectory));
    out << patch;
    return absl::OkStatus();
  }
  if (options.runs || !options.where.empty()) {
    return PrintRuns(options, loaded, out);
  }
  if (!options.path.empty()) return PrintNode(options, loaded, out);
  TreeTextOptions text;
  CPPET_ASSIGN_OR_RETURN(text.more_runs, AddFirstRuns(loaded));
  const Trajectory& trajectory = *loaded.trajectory;
  out << TrajectoryHeader(trajectory) << ProvenanceText(trajectory) << "\n"
      << TreeText(trajectory.root(), text);
  return absl::OkStatus();
}

void PrintWarnings(const std::vector<std::string>& warnings,
                   std::ostream& err) {
  for (size_t i = 0; i < warnings.size() && i < kMaxWarnings; ++i) {
    err << "inspect: warning: " << warnings[i] << "\n";
  }
  if (warnings.size() > kMaxWarnings) {
    err << "inspect: " << warnings.size() - kMaxWarnings << " more warnings\n";
  }
}

absl::Status Check(const InspectOptions& options, std::ostream& out) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> problems,
                         CheckHdf5File(options.file, options.reading));
  if (!problems.empty()) {
    return absl::DataLossError(absl::StrJoin(problems, "\n"));
  }
  out << options.file << " is sound\n";
  return absl::OkStatus();
}

absl::Status Repair(const InspectOptions& options, std::ostream& out) {
  CPPET_ASSIGN_OR_RETURN(const int64_t commits,
                         journal::RecoverFile(options.file));
  if (commits > 0) {
    out << options.file << " has all " << commits
        << " commits of its journal now\n";
  }
  return Check(options, out);
}

// Others may not see what we see.
void PrintJournalHint(const InspectOptions& options, std::ostream& err) {
  // A journal may be as hostile as the file.
  const auto needs_recovery =
      [&](const TakeNote&) -> absl::StatusOr<std::string> {
    CPPET_ASSIGN_OR_RETURN(const bool needed,
                           journal::NeedsRecovery(options.file));
    return needed ? "yes" : "no";
  };
  const absl::StatusOr<std::string> needed = CallIsolated(needs_recovery);
  if (!needed.ok() || *needed != "yes") return;
  err << "inspect: a program was killed while it wrote " << options.file
      << "; before other programs read it: inspect --repair " << options.file
      << "\n";
}

// What needs all nodes with their values.
absl::Status PrintAll(const InspectOptions& options, std::ostream& out,
                      std::ostream& err) {
  std::vector<std::string> warnings;
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Trajectory> trajectory,
                         LoadTrajectory(options.file, options.trajectory,
                                        options.reading, &warnings));
  if (options.json) {
    return PrintJson(options, *trajectory, std::move(warnings), out);
  }
  PrintWarnings(warnings, err);
  out << ResultsDigest(*trajectory) << "\n";
  return absl::OkStatus();
}

absl::Status InspectFile(const InspectOptions& options, std::ostream& out,
                         std::ostream& err) {
  std::error_code error;
  if (!std::filesystem::exists(options.file, error)) {
    return absl::NotFoundError("there is no such file");
  }
  if (options.repair) return Repair(options, out);
  PrintJournalHint(options, err);
  if (options.check) return Check(options, out);
  if (options.json || options.digest) return PrintAll(options, out, err);
  std::vector<std::string> warnings;
  CPPET_ASSIGN_OR_RETURN(TrajectoryWithColumns loaded,
                         LoadWithColumns(options.file, options.trajectory,
                                         options.reading, &warnings));
  PrintWarnings(warnings, err);
  return Print(options, loaded, out);
}

}  // namespace

ExitCode Inspect(const InspectOptions& options, std::ostream& out,
                 std::ostream& err) {
  const bool runs = options.runs || !options.where.empty();
  const int flags = runs + options.json + options.check + options.repair +
                    options.digest + options.patch;
  if (flags > 1) {
    err << "inspect: only one of --runs, --json, --check, --repair, --digest "
        << "and --patch\n";
    return kExitError;
  }
  if (!options.path.empty() && flags > 0) {
    err << "inspect: PATH " << options.path << " goes with no flag but "
        << "--trajectory\n";
    return kExitError;
  }
  const absl::Status status = InspectFile(options, out, err);
  if (status.ok()) return kExitSuccess;
  // Some errors name the file by themselves.
  const bool named = absl::StrContains(status.message(), options.file);
  err << "inspect: " << (named ? "" : options.file + ": ") << status.message()
      << "\n";
  return kExitError;
}

}  // namespace cppet
