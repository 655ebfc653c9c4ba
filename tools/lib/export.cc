#include "cppet/tools/lib/export.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/file_util.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/status_macros.h"
#include "cppet/tools/lib/csv.h"
#include "cppet/tools/lib/open_trajectory.h"
#include "cppet/tools/lib/run_table.h"
#include "cppet/tools/lib/value_text.h"
#include "cppet/trajectory/value.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

absl::StatusOr<size_t> FindResult(const RunTable& table,
                                  const std::string& wanted) {
  const std::vector<std::string>& columns = table.columns();
  const auto first = columns.begin() + table.first_result();
  const auto found = std::find(first, columns.end(), wanted);
  if (found != columns.end()) return found - columns.begin();
  const std::vector<std::string> names(first, columns.end());
  const std::string near = NearestName(wanted, names);
  return absl::NotFoundError(absl::StrCat(
      "no run has a scalar result ", wanted,
      near.empty() ? "" : absl::StrCat("; do you mean ", near, "?")));
}

absl::StatusOr<std::vector<size_t>> ChooseColumns(
    const RunTable& table, const std::vector<std::string>& results) {
  std::vector<size_t> columns(results.empty() ? table.columns().size()
                                              : table.first_result());
  std::iota(columns.begin(), columns.end(), size_t{0});
  for (const std::string& wanted : results) {
    CPPET_ASSIGN_OR_RETURN(const size_t column, FindResult(table, wanted));
    columns.push_back(column);
  }
  return columns;
}

std::string FieldOf(const std::optional<Value>& value, char separator) {
  if (!value.has_value()) return "";
  const std::string text = ArgumentText(*value);
  // Only texts have to be told from numbers.
  const bool plain = value->is_scalar() && !value->is_text();
  return plain ? text : CsvField(text, separator);
}

std::string AsFields(const RunTable& table, const std::vector<size_t>& columns,
                     char separator) {
  const std::string between(1, separator);
  std::vector<std::string> fields;
  for (const size_t column : columns) {
    fields.push_back(CsvField(table.columns()[column], separator));
  }
  std::string text = absl::StrCat(absl::StrJoin(fields, between), "\n");
  for (int64_t run = 0; run < table.rows(); ++run) {
    fields.clear();
    for (const size_t column : columns) {
      fields.push_back(FieldOf(table.Cell(run, column), separator));
    }
    absl::StrAppend(&text, absl::StrJoin(fields, between), "\n");
  }
  return text;
}

std::string AsJson(const RunTable& table, const std::vector<size_t>& columns) {
  std::string text = "[";
  for (int64_t run = 0; run < table.rows(); ++run) {
    Json row = Json::object();
    for (const size_t column : columns) {
      const std::optional<Value> value = table.Cell(run, column);
      row[table.columns()[column]] =
          value.has_value() ? PlainJson(*value) : Json();
    }
    absl::StrAppend(&text, run == 0 ? "\n" : ",\n",
                    row.dump(-1, ' ', /*ensure_ascii=*/false,
                             nlohmann::json::error_handler_t::replace));
  }
  return absl::StrCat(text, "\n]\n");
}

absl::StatusOr<ExportFormat> FormatOf(const ExportOptions& options) {
  if (!options.format.empty()) return ParseExportFormat(options.format);
  if (absl::EndsWith(options.output, ".json")) return ExportFormat::kJson;
  if (absl::EndsWith(options.output, ".tsv")) return ExportFormat::kTsv;
  return ExportFormat::kCsv;
}

absl::Status ExportFile(const ExportOptions& options, std::ostream& out,
                        std::ostream& err) {
  CPPET_ASSIGN_OR_RETURN(const ExportFormat format, FormatOf(options));
  std::vector<std::string> warnings;
  CPPET_ASSIGN_OR_RETURN(const TrajectoryWithColumns loaded,
                         LoadWithColumns(options.file, options.trajectory,
                                         options.reading, &warnings));
  if (!warnings.empty()) {
    err << "export: " << warnings.size() << " things cannot be read, such as "
        << warnings[0] << "\n";
  }
  CPPET_ASSIGN_OR_RETURN(
      const std::string text,
      RunsAs(format, *loaded.trajectory, options.results, &loaded.columns));
  if (!options.output.empty()) {
    return WriteFileAtomically(options.output, text, /*durable=*/false);
  }
  out << text;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExportFormat> ParseExportFormat(absl::string_view name) {
  if (name == "csv") return ExportFormat::kCsv;
  if (name == "tsv") return ExportFormat::kTsv;
  if (name == "json") return ExportFormat::kJson;
  return absl::InvalidArgumentError(
      absl::StrCat("there is no format ", name, ", only csv, tsv and json"));
}

absl::StatusOr<std::string> RunsAs(ExportFormat format,
                                   const Trajectory& trajectory,
                                   const std::vector<std::string>& results,
                                   const ColumnSource* source) {
  const RunTable table(trajectory,
                       {.with_output = !results.empty(), .columns = source});
  CPPET_ASSIGN_OR_RETURN(const std::vector<size_t> columns,
                         ChooseColumns(table, results));
  std::string text =
      format == ExportFormat::kJson
          ? AsJson(table, columns)
          : AsFields(table, columns, format == ExportFormat::kCsv ? ',' : '\t');
  CPPET_RETURN_IF_ERROR(table.status());
  return text;
}

ExitCode Export(const ExportOptions& options, std::ostream& out,
                std::ostream& err) {
  const absl::Status status = ExportFile(options, out, err);
  if (status.ok()) return kExitSuccess;
  // Some errors name the file by themselves.
  const bool named = absl::StrContains(status.message(), options.file) ||
                     (!options.output.empty() &&
                      absl::StrContains(status.message(), options.output));
  err << "export: " << (named ? "" : options.file + ": ") << status.message()
      << "\n";
  return kExitError;
}

}  // namespace cppet
