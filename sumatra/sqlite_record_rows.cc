#include "cppet/sumatra/sqlite_record_rows.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/status_macros.h"
#include "cppet/sumatra/calendar_time.h"
#include "cppet/sumatra/data_key.h"
#include "cppet/sumatra/label.h"
#include "cppet/sumatra/platform.h"
#include "cppet/sumatra/python_json.h"
#include "cppet/sumatra/record_values.h"

namespace cppet {
namespace {

using Columns = std::vector<std::pair<std::string, SqliteValue>>;

class RowWriter {
 public:
  explicit RowWriter(SqliteDatabase* database) : database_(*database) {}

  // Returns the id of the new row.
  absl::StatusOr<int64_t> Insert(const std::string& table,
                                 const Columns& columns) {
    const std::string sql = absl::StrCat(
        "INSERT INTO \"", table, "\" (",
        absl::StrJoin(columns, ", ",
                      [](std::string* out, const auto& column) {
                        absl::StrAppend(out, "\"", column.first, "\"");
                      }),
        ") VALUES (", Placeholders(columns, "", ", "), ")");
    CPPET_RETURN_IF_ERROR(database_.Query(sql, Values(columns)).status());
    return database_.last_insert_id();
  }

  // Returns the id of the row that is equal in all of `columns`, which is
  // inserted if there is none.
  absl::StatusOr<SqliteValue> FindOrInsert(const std::string& table,
                                           const Columns& columns) {
    const std::string sql = absl::StrCat(
        "SELECT id FROM \"", table, "\" WHERE ",
        Placeholders(columns, "\" IS ", " AND "), " ORDER BY id LIMIT 1");
    CPPET_ASSIGN_OR_RETURN(const std::vector<SqliteRow> rows,
                           database_.Query(sql, Values(columns)));
    if (!rows.empty()) return rows[0][0];
    CPPET_ASSIGN_OR_RETURN(const int64_t id, Insert(table, columns));
    return SqliteValue(id);
  }

 private:
  // ?1, ?2, ..., each behind its column if there is a `relation`.
  static std::string Placeholders(const Columns& columns,
                                  const std::string& relation,
                                  const std::string& separator) {
    std::string out;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out += separator;
      if (!relation.empty()) {
        absl::StrAppend(&out, "\"", columns[i].first, relation);
      }
      absl::StrAppend(&out, "?", i + 1);
    }
    return out;
  }

  static std::vector<SqliteValue> Values(const Columns& columns) {
    std::vector<SqliteValue> values;
    for (const auto& column : columns) values.push_back(column.second);
    return values;
  }

  SqliteDatabase& database_;
};

Columns PlatformColumns(const Platform& platform) {
  return {{"architecture_bits", platform.architecture_bits},
          {"architecture_linkage", platform.architecture_linkage},
          {"machine", platform.machine},
          {"network_name", platform.network_name},
          {"ip_addr", platform.ip_addr},
          {"processor", platform.processor},
          {"release", platform.release},
          {"system_name", platform.system_name},
          {"version", platform.version}};
}

// The columns of a launch mode or data store.
Columns PartColumns(const ProjectPart& part) {
  return {{"type", part.type}, {"parameters", PythonLiteral(part.parameters)}};
}

// A text or NULL.
SqliteValue OptionalText(const ProjectPart& part, const std::string& key) {
  const auto found = part.parameters.find(key);
  if (found == part.parameters.end() || !found->is_string()) {
    return std::monostate();
  }
  return found->get<std::string>();
}

absl::StatusOr<std::string> ChooseLabel(SqliteDatabase* database, Zone zone,
                                        const ProjectSettings& project,
                                        const SumatraRecord& record) {
  if (!record.label.empty()) {
    CPPET_RETURN_IF_ERROR(
        CheckLabelIsFree(database, project.name, record.label));
    return record.label;
  }
  CPPET_ASSIGN_OR_RETURN(const std::string label,
                         MakeLabel(project.label_rule, record.timestamp, zone));
  for (int number = 1;; ++number) {
    const std::string numbered = NumberedLabel(label, number);
    const absl::Status status =
        CheckLabelIsFree(database, project.name, numbered);
    if (status.ok()) return numbered;
    if (!absl::IsAlreadyExists(status)) return status;
  }
}

// Inserts what a record refers to and returns its columns for that.
absl::StatusOr<Columns> SharedRows(const ProjectSettings& project,
                                   const SumatraRecord& record,
                                   RowWriter* rows) {
  CPPET_ASSIGN_OR_RETURN(
      const std::string parameters,
      PythonJson(record.parameters, PythonJsonForm::kIndented));
  const std::vector<std::pair<std::string, std::pair<std::string, Columns>>>
      shared = {
          {"executable_id",
           {"django_store_executable",
            {{"path", record.executable},
             {"name", ExecutableName(record.executable)},
             {"version", kExecutableVersion},
             {"options", ""}}}},
          {"repository_id",
           {"django_store_repository",
            {{"type", project.repository.type},
             {"url", OptionalText(project.repository, "url")},
             {"upstream", OptionalText(project.repository, "upstream")}}}},
          {"launch_mode_id",
           {"django_store_launchmode", PartColumns(project.launch_mode)}},
          {"datastore_id",
           {"django_store_datastore", PartColumns(project.data_store)}},
          {"input_datastore_id",
           {"django_store_datastore", PartColumns(project.input_data_store)}},
          {"parameters_id",
           {"django_store_parameterset",
            {{"type", kParameterSetType}, {"content", parameters}}}}};
  Columns ids;
  for (const auto& [column, row] : shared) {
    CPPET_ASSIGN_OR_RETURN(SqliteValue id,
                           rows->FindOrInsert(row.first, row.second));
    ids.emplace_back(column, std::move(id));
  }
  ids.emplace_back("project_id", project.name);
  return ids;
}

absl::Status AddProject(SqliteDatabase* database, const std::string& name,
                        RowWriter* rows) {
  CPPET_ASSIGN_OR_RETURN(
      const std::vector<SqliteRow> found,
      database->Query("SELECT 1 FROM django_store_project WHERE id = ?1",
                      {name}));
  if (!found.empty()) return absl::OkStatus();
  return rows
      ->Insert("django_store_project",
               {{"id", name}, {"name", ""}, {"description", ""}})
      .status();
}

absl::Status AddOutputFiles(SqliteDatabase* database, Zone zone,
                            const ProjectSettings& project,
                            const SumatraRecord& record, int64_t record_id,
                            RowWriter* rows) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<DataKey> keys,
                         OutputKeys(project, record));
  for (const DataKey& key : keys) {
    CPPET_ASSIGN_OR_RETURN(const std::string creation,
                           StoreTime(key.creation, zone));
    CPPET_ASSIGN_OR_RETURN(
        const SqliteValue id,
        rows->FindOrInsert("django_store_datakey",
                           {{"path", key.path},
                            {"digest", key.digest},
                            {"creation", creation},
                            {"metadata", MetadataJson(key)}}));
    CPPET_RETURN_IF_ERROR(
        database
            ->Query("UPDATE django_store_datakey SET output_from_record_id = "
                    "?1 WHERE id = ?2",
                    {record_id, id})
            .status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLabelIsFree(SqliteDatabase* database,
                              const std::string& project,
                              const std::string& label) {
  CPPET_ASSIGN_OR_RETURN(
      const std::vector<SqliteRow> rows,
      database->Query("SELECT 1 FROM django_store_record WHERE label = ?1 AND "
                      "project_id = ?2 LIMIT 1",
                      {label, project}));
  return rows.empty() ? absl::OkStatus() : LabelIsTakenError(label);
}

absl::StatusOr<std::string> AddRecordRows(SqliteDatabase* database,
                                          const SqliteSchema& schema,
                                          const ProjectSettings& project,
                                          const SumatraRecord& record,
                                          const PrepareRecord& prepare) {
  RowWriter rows(database);
  CPPET_ASSIGN_OR_RETURN(const std::string label,
                         ChooseLabel(database, schema.zone, project, record));
  CPPET_ASSIGN_OR_RETURN(const std::string timestamp,
                         StoreTime(record.timestamp, schema.zone));
  if (prepare) CPPET_RETURN_IF_ERROR(prepare(label));

  CPPET_RETURN_IF_ERROR(AddProject(database, project.name, &rows));
  CPPET_ASSIGN_OR_RETURN(Columns columns, SharedRows(project, record, &rows));
  const Columns own = {{"label", label},
                       {"reason", record.reason},
                       {"duration", record.duration},
                       {"main_file", ""},
                       {"version", record.version},
                       {"outcome", record.outcome},
                       {"timestamp", timestamp},
                       {"tags", kFinishedTag},
                       {"diff", record.diff},
                       {"user", record.user},
                       {"script_arguments", record.script_arguments},
                       {"stdout_stderr", kStdoutStderr},
                       {"repeats", std::monostate()}};
  columns.insert(columns.end(), own.begin(), own.end());
  CPPET_ASSIGN_OR_RETURN(const int64_t record_id,
                         rows.Insert("django_store_record", columns));

  CPPET_ASSIGN_OR_RETURN(const SqliteValue platform,
                         rows.FindOrInsert("django_store_platforminformation",
                                           PlatformColumns(ThisPlatform())));
  CPPET_RETURN_IF_ERROR(rows.Insert("django_store_record_platforms",
                                    {{"record_id", record_id},
                                     {"platforminformation_id", platform}})
                            .status());
  // Commands of Sumatra read the tags in one of both places.
  CPPET_ASSIGN_OR_RETURN(
      const SqliteValue tag,
      rows.FindOrInsert(schema.tag_table, {{"name", kFinishedTag}}));
  CPPET_RETURN_IF_ERROR(
      rows.Insert(schema.tagged_item_table,
                  {{"object_id", record_id},
                   {"content_type_id", schema.record_content_type},
                   {"tag_id", tag}})
          .status());
  CPPET_RETURN_IF_ERROR(
      AddOutputFiles(database, schema.zone, project, record, record_id, &rows));
  return label;
}

}  // namespace cppet
