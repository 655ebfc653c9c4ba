#include "cppet/sumatra/sqlite_database.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

absl::StatusCode ToStatusCode(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return absl::StatusCode::kUnavailable;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return absl::StatusCode::kDataLoss;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:  // as it is there
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return absl::StatusCode::kFailedPrecondition;
    default:
      return absl::StatusCode::kUnknown;
  }
}

int Bind(sqlite3_stmt* statement, int index, const SqliteValue& value) {
  return std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, int64_t>) {
          return sqlite3_bind_int64(statement, index, v);
        } else if constexpr (std::is_same_v<T, double>) {
          return sqlite3_bind_double(statement, index, v);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return sqlite3_bind_text64(statement, index, v.data(), v.size(),
                                     SQLITE_STATIC, SQLITE_UTF8);
        } else {
          return sqlite3_bind_null(statement, index);
        }
      },
      value);
}

SqliteValue Column(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT:
    case SQLITE_BLOB: {
      const void* const data = sqlite3_column_blob(statement, column);
      const int size = sqlite3_column_bytes(statement, column);
      return data == nullptr
                 ? std::string()
                 : std::string(static_cast<const char*>(data), size);
    }
    default:
      return std::monostate();
  }
}

}  // namespace

void SqliteDatabase::Closer::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

SqliteDatabase::SqliteDatabase(std::string path, sqlite3* handle)
    : path_(std::move(path)), handle_(handle) {}

absl::Status SqliteDatabase::Error(int code) const {
  return absl::Status(
      ToStatusCode(code),
      absl::StrCat(path_, ": ",
                   handle_ == nullptr ? sqlite3_errstr(code)
                                      : sqlite3_errmsg(handle_.get())));
}

absl::StatusOr<SqliteDatabase> SqliteDatabase::Open(
    const std::string& path, Mode mode, absl::Duration lock_timeout) {
  // SQLite does not tell these apart.
  if (access(path.c_str(), mode == Mode::kRead ? R_OK : R_OK | W_OK) != 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &handle,
      mode == Mode::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE,
      nullptr);
  SqliteDatabase database(path, handle);
  if (code != SQLITE_OK) return database.Error(code);
  sqlite3_busy_timeout(handle, absl::ToInt64Milliseconds(lock_timeout));
  CPPET_RETURN_IF_ERROR(database.Query("PRAGMA foreign_keys = ON").status());
  return database;
}

absl::StatusOr<std::vector<SqliteRow>> SqliteDatabase::Query(
    const std::string& sql, const std::vector<SqliteValue>& arguments) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(handle_.get(), sql.data(), sql.size(),
                                &statement, nullptr);
  const absl::Cleanup finalize = [&] { sqlite3_finalize(statement); };
  for (int i = 0; i < arguments.size() && code == SQLITE_OK; ++i) {
    code = Bind(statement, i + 1, arguments[i]);
  }
  if (code != SQLITE_OK) return Error(code);
  std::vector<SqliteRow> rows;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    SqliteRow& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      row.push_back(Column(statement, i));
    }
  }
  if (code != SQLITE_DONE) return Error(code);
  return rows;
}

absl::Status SqliteDatabase::InTransaction(
    const std::function<absl::Status()>& change) {
  CPPET_RETURN_IF_ERROR(Query("BEGIN IMMEDIATE").status());
  absl::Status status = change();
  if (status.ok()) status = Query("COMMIT").status();
  // Some errors have ended it already.
  if (!status.ok() && sqlite3_get_autocommit(handle_.get()) == 0) {
    Query("ROLLBACK").IgnoreError();
  }
  return status;
}

int64_t SqliteDatabase::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

}  // namespace cppet
