#include "cppet/sumatra/sqlite_record_store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/sumatra/sqlite_database.h"
#include "cppet/sumatra/sqlite_record_rows.h"
#include "cppet/sumatra/sqlite_schema.h"

namespace cppet {
namespace {

// A database as Sumatra names it: by a URL or by a path.
struct DatabaseUrl {
  std::string scheme;  // in lower case, empty for a path
  std::string path;
};

// Divides `url` as Python's urlparse does.
DatabaseUrl ParseUrl(absl::string_view url) {
  DatabaseUrl parsed;
  url = absl::StripLeadingAsciiWhitespace(url);
  size_t end = 0;
  while (end < url.size() &&
         (absl::ascii_isalnum(url[end]) || url[end] == '+' || url[end] == '-' ||
          url[end] == '.')) {
    ++end;
  }
  if (end > 0 && end < url.size() && url[end] == ':' &&
      absl::ascii_isalpha(url[0])) {
    parsed.scheme = absl::AsciiStrToLower(url.substr(0, end));
    url.remove_prefix(end + 1);
  }
  if (absl::StartsWith(url, "//")) {  // a host is no part of the path
    const size_t host_end = url.find_first_of("/?#", 2);
    url.remove_prefix(std::min(host_end, url.size()));
  }
  url = url.substr(0, url.find_first_of("?#"));
  parsed.path = std::string(url);
  return parsed;
}

bool IsServer(const DatabaseUrl& url) {
  return absl::StrContains(url.scheme, "postgres") ||
         absl::StrContains(url.scheme, "mysql") ||
         absl::StrContains(url.scheme, "mariadb");
}

DatabaseUrl UrlOf(const ProjectSettings& project) {
  const auto file = project.record_store.parameters.find("db_file");
  return ParseUrl(ExpandHome(file != project.record_store.parameters.end() &&
                                     file->is_string()
                                 ? file->get<std::string>()
                                 : ".smt/records"));
}

class SqliteRecordStore : public RecordStore {
 public:
  SqliteRecordStore(ProjectSettings project, std::string path)
      : project_(std::move(project)), path_(std::move(path)) {}

  // Whether all is there that Add will need.
  absl::Status Check() {
    for (const std::string& path :
         {path_, std::filesystem::path(path_).parent_path().string()}) {
      if (access(path.c_str(), R_OK | W_OK) != 0) {
        return absl::ErrnoToStatus(errno, absl::StrCat("record store ", path));
      }
    }
    std::error_code error;
    if (!std::filesystem::is_regular_file(path_, error)) {
      return absl::FailedPreconditionError(
          absl::StrCat("record store ", path_, " is no file"));
    }
    return Read([](SqliteDatabase*) { return absl::OkStatus(); });
  }

  absl::Status CheckIsFree(const std::string& label) override {
    return Read([&](SqliteDatabase* database) {
      return CheckLabelIsFree(database, project_.name, label);
    });
  }

  absl::StatusOr<std::string> Add(const SumatraRecord& record,
                                  const PrepareRecord& prepare) override {
    CPPET_ASSIGN_OR_RETURN(
        SqliteDatabase database,
        SqliteDatabase::Open(path_, SqliteDatabase::Mode::kWrite));
    std::string label;
    CPPET_RETURN_IF_ERROR(database.InTransaction([&]() -> absl::Status {
      // Sumatra may have been upgraded while the experiment ran.
      CPPET_ASSIGN_OR_RETURN(const SqliteSchema schema, Schema(&database));
      CPPET_ASSIGN_OR_RETURN(
          label, AddRecordRows(&database, schema, project_, record, prepare));
      return absl::OkStatus();
    }));
    return label;
  }

 private:
  absl::StatusOr<SqliteSchema> Schema(SqliteDatabase* database) const {
    absl::StatusOr<SqliteSchema> schema = ReadSqliteSchema(database);
    if (absl::IsUnimplemented(schema.status())) {
      return WithPrefix(path_, schema.status());
    }
    return schema;
  }

  absl::Status Read(
      const std::function<absl::Status(SqliteDatabase*)>& look) const {
    absl::Status status = ReadIn(SqliteDatabase::Mode::kRead, look);
    // A writer that was killed leaves changes that must be taken back before
    // anything can be read.
    if (!absl::IsPermissionDenied(status)) return status;
    return ReadIn(SqliteDatabase::Mode::kWrite, look);
  }

  absl::Status ReadIn(
      SqliteDatabase::Mode mode,
      const std::function<absl::Status(SqliteDatabase*)>& look) const {
    CPPET_ASSIGN_OR_RETURN(SqliteDatabase database,
                           SqliteDatabase::Open(path_, mode));
    CPPET_RETURN_IF_ERROR(Schema(&database).status());
    return look(&database);
  }

  const ProjectSettings project_;
  const std::string path_;
};

}  // namespace

bool HasSqliteStore(const ProjectSettings& project) {
  return project.record_store.type == "DjangoRecordStore" &&
         !IsServer(UrlOf(project));
}

absl::StatusOr<std::unique_ptr<RecordStore>> OpenSqliteRecordStore(
    const ProjectSettings& project) {
  // Sumatra's commands run in the project's folder.
  const std::filesystem::path path =
      std::filesystem::path(project.folder) / UrlOf(project).path;
  auto store =
      std::make_unique<SqliteRecordStore>(project, path.lexically_normal());
  CPPET_RETURN_IF_ERROR(store->Check());
  return store;
}

}  // namespace cppet
