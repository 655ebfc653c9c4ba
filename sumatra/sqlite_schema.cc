#include "cppet/sumatra/sqlite_schema.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/sumatra/calendar_time.h"
#include "cppet/sumatra/sqlite_database.h"

namespace cppet {
namespace {

// To tell of; a database of something else lacks all.
constexpr size_t kMaxFaults = 4;

struct Table {
  std::string name;
  std::set<std::string> columns;
};

const std::vector<Table>& CommonTables() {
  static const auto* const kTables = new std::vector<Table>{
      {"django_content_type", {"id", "app_label", "model"}},
      {"django_store_project", {"id", "name", "description"}},
      {"django_store_executable", {"id", "path", "name", "version", "options"}},
      {"django_store_repository", {"id", "type", "url", "upstream"}},
      {"django_store_parameterset", {"id", "type", "content"}},
      {"django_store_launchmode", {"id", "type", "parameters"}},
      {"django_store_datastore", {"id", "type", "parameters"}},
      {"django_store_platforminformation",
       {"id", "architecture_bits", "architecture_linkage", "machine",
        "network_name", "ip_addr", "processor", "release", "system_name",
        "version"}},
      {"django_store_dependency",
       {"id", "name", "path", "version", "diff", "source", "module"}},
      {"django_store_datakey",
       {"id", "path", "digest", "creation", "metadata",
        "output_from_record_id"}},
      {"django_store_record",
       {"db_id",
        "label",
        "reason",
        "duration",
        "main_file",
        "version",
        "outcome",
        "timestamp",
        "tags",
        "diff",
        "user",
        "script_arguments",
        "stdout_stderr",
        "repeats",
        "datastore_id",
        "executable_id",
        "input_datastore_id",
        "launch_mode_id",
        "parameters_id",
        "project_id",
        "repository_id"}},
      {"django_store_record_platforms",
       {"id", "record_id", "platforminformation_id"}},
      {"django_store_record_dependencies",
       {"id", "record_id", "dependency_id"}},
      {"django_store_record_input_data", {"id", "record_id", "datakey_id"}},
  };
  return *kTables;
}

absl::StatusOr<std::set<std::string>> Columns(SqliteDatabase* database,
                                              const std::string& table) {
  CPPET_ASSIGN_OR_RETURN(
      const std::vector<SqliteRow> rows,
      database->Query("SELECT name FROM pragma_table_info(?1)", {table}));
  std::set<std::string> columns;
  for (const SqliteRow& row : rows) {
    const std::string* const name = std::get_if<std::string>(&row[0]);
    if (name != nullptr) columns.insert(ReplaceInvalidUtf8(*name));
  }
  return columns;
}

// Appends to `faults` how the table that is there differs from `table`.
absl::Status Compare(SqliteDatabase* database, const Table& table,
                     std::vector<std::string>* faults) {
  CPPET_ASSIGN_OR_RETURN(const std::set<std::string> columns,
                         Columns(database, table.name));
  if (columns.empty()) {
    faults->push_back(absl::StrCat("no table ", table.name));
    return absl::OkStatus();
  }
  std::vector<std::string> missing, unknown;
  std::set_difference(table.columns.begin(), table.columns.end(),
                      columns.begin(), columns.end(),
                      std::back_inserter(missing));
  std::set_difference(columns.begin(), columns.end(), table.columns.begin(),
                      table.columns.end(), std::back_inserter(unknown));
  if (!missing.empty()) {
    faults->push_back(
        absl::StrCat("no ", absl::StrJoin(missing, ", "), " in ", table.name));
  }
  if (!unknown.empty()) {
    faults->push_back(absl::StrCat("unknown ", absl::StrJoin(unknown, ", "),
                                   " in ", table.name));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SqliteSchema> ReadSqliteSchema(SqliteDatabase* database) {
  CPPET_ASSIGN_OR_RETURN(const std::set<std::string> old_tag_columns,
                         Columns(database, "tagging_tag"));
  CPPET_ASSIGN_OR_RETURN(const std::set<std::string> tag_columns,
                         Columns(database, "django_store_tag"));
  const bool is_old = !old_tag_columns.empty() && tag_columns.empty();
  SqliteSchema schema;
  schema.zone = is_old ? Zone::kLocal : Zone::kUtc;
  const std::string prefix = is_old ? "tagging_" : "django_store_";
  schema.tag_table = absl::StrCat(prefix, "tag");
  schema.tagged_item_table = absl::StrCat(prefix, "taggeditem");

  std::vector<Table> tables = CommonTables();
  tables.push_back({schema.tag_table, {"id", "name"}});
  tables.push_back({schema.tagged_item_table,
                    {"id", "object_id", "content_type_id", "tag_id"}});
  std::vector<std::string> faults;
  for (const Table& table : tables) {
    CPPET_RETURN_IF_ERROR(Compare(database, table, &faults));
  }
  if (faults.empty()) {
    CPPET_ASSIGN_OR_RETURN(
        const std::vector<SqliteRow> rows,
        database->Query("SELECT id FROM django_content_type WHERE "
                        "app_label = 'django_store' AND model = 'record'"));
    const int64_t* const id =
        rows.empty() ? nullptr : std::get_if<int64_t>(&rows[0][0]);
    if (id == nullptr) {
      faults.push_back("no record among the content types");
    } else {
      schema.record_content_type = *id;
    }
  }
  if (faults.empty()) return schema;
  const size_t count = faults.size();
  if (count > kMaxFaults) {
    faults.resize(kMaxFaults);
    faults.push_back(absl::StrCat(count - kMaxFaults, " more differences"));
  }
  return absl::UnimplementedError(absl::StrCat(
      "not a store of Sumatra 0.7 or 0.8: ", absl::StrJoin(faults, "; ")));
}

}  // namespace cppet
