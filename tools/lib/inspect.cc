#include "cppet/tools/lib/inspect.h"

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
                       const Trajectory& trajectory, std::ostream& out) {
  const RunTable table(trajectory);
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
  out << absl::StrJoin(table.columns(), "\t") << "\n";
  for (const int64_t row : rows) out << table.RowText(row) << "\n";
  return absl::OkStatus();
}

// The result `path` of each run that has it; false if none has.
bool PrintRunResults(const std::string& path, const Trajectory& trajectory,
                     std::ostream& out) {
  bool found = false;
  for (int64_t i = 0; i < trajectory.length(); ++i) {
    const Result* result = FindRunResult(trajectory, i, path);
    if (result == nullptr) continue;
    if (!std::exchange(found, true)) out << "idx\titem\tvalue\n";
    for (const auto& [name, value] : result->items()) {
      out << i << "\t" << name << "\t"
          << OneLine(ArgumentText(value), std::string::npos) << "\n";
    }
  }
  return found;
}

// The node that `path` names; a near result of the runs is suggested.
absl::StatusOr<const Node*> FindNode(const std::string& path,
                                     const Trajectory& trajectory) {
  const absl::StatusOr<Node*> node = trajectory.tree().Find(path);
  if (node.ok()) return *node;
  const std::string near = NearestName(path, RunResultNames(trajectory));
  if (near.empty()) return node.status();
  return absl::NotFoundError(
      absl::StrCat("there is no '", path, "'; do you mean ", near, "?"));
}

absl::Status PrintNode(const InspectOptions& options,
                       const Trajectory& trajectory, std::ostream& out) {
  const Node* node = trajectory.tree().FindExact(options.path);
  if (node == nullptr) {
    if (PrintRunResults(options.path, trajectory, out)) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(node, FindNode(options.path, trajectory));
  }
  if (!node->is_group()) {
    out << LeafText(static_cast<const Leaf&>(*node));
    return absl::OkStatus();
  }
  out << node->full_name() << "\n"
      << (node->comment().empty() ? "" : node->comment() + "\n")
      << TreeText(static_cast<const Group&>(*node));
  return absl::OkStatus();
}

absl::Status Print(const InspectOptions& options, Trajectory& trajectory,
                   std::ostream& out) {
  if (options.digest) {
    out << ResultsDigest(trajectory) << "\n";
    return absl::OkStatus();
  }
  if (options.patch) {
    CPPET_ASSIGN_OR_RETURN(const std::string patch,
                           UncommittedPatch(trajectory));
    out << patch;
    return absl::OkStatus();
  }
  if (options.runs || !options.where.empty()) {
    return PrintRuns(options, trajectory, out);
  }
  if (!options.path.empty()) return PrintNode(options, trajectory, out);
  out << TrajectoryHeader(trajectory) << ProvenanceText(trajectory) << "\n"
      << TreeText(trajectory.root());
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

absl::Status InspectFile(const InspectOptions& options, std::ostream& out,
                         std::ostream& err) {
  std::error_code error;
  if (!std::filesystem::exists(options.file, error)) {
    return absl::NotFoundError("there is no such file");
  }
  if (options.repair) return Repair(options, out);
  PrintJournalHint(options, err);
  if (options.check) return Check(options, out);
  std::vector<std::string> warnings;
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Trajectory> trajectory,
                         LoadTrajectory(options.file, options.trajectory,
                                        options.reading, &warnings));
  if (options.json) {
    return PrintJson(options, *trajectory, std::move(warnings), out);
  }
  PrintWarnings(warnings, err);
  return Print(options, *trajectory, out);
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
