#ifndef CPPET_SUMATRA_SQLITE_DATABASE_H_
#define CPPET_SUMATRA_SQLITE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct sqlite3;

namespace cppet {

// std::monostate is NULL.
using SqliteValue = std::variant<std::monostate, int64_t, double, std::string>;
using SqliteRow = std::vector<SqliteValue>;

// A connection to an SQLite database that is there already.
//
// Errors of all functions have the path in the message:
//   kNotFound: there is no such file.
//   kPermissionDenied: it may not be read or written.
//   kUnavailable: others have it locked for too long.
//   kDataLoss: it is no SQLite database, or damaged.
//   kResourceExhausted: the disk or memory is full.
//   kFailedPrecondition: the SQL does not fit the database.
//   kUnknown: another error of SQLite.
class SqliteDatabase {
 public:
  enum class Mode { kRead, kWrite };

  // Each of the other functions waits for locks of others up to `lock_timeout`.
  static absl::StatusOr<SqliteDatabase> Open(
      const std::string& path, Mode mode,
      absl::Duration lock_timeout = absl::Minutes(1));

  // Does one statement, in which ?1, ?2, ... are `arguments`, and returns the
  // rows that it gives.
  absl::StatusOr<std::vector<SqliteRow>> Query(
      const std::string& sql, const std::vector<SqliteValue>& arguments = {});

  // Calls `change` in a transaction that no other one can come between, and
  // commits it; after an error of either, nothing is changed.
  absl::Status InTransaction(const std::function<absl::Status()>& change);

  // Returns the id of the row that was inserted last.
  int64_t last_insert_id() const;

 private:
  struct Closer {
    void operator()(sqlite3* handle) const;
  };

  SqliteDatabase(std::string path, sqlite3* handle);

  // Returns what SQLite's error `code` is.
  absl::Status Error(int code) const;

  std::string path_;
  std::unique_ptr<sqlite3, Closer> handle_;
};

}  // namespace cppet

#endif  // CPPET_SUMATRA_SQLITE_DATABASE_H_
