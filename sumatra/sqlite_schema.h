#ifndef CPPET_SUMATRA_SQLITE_SCHEMA_H_
#define CPPET_SUMATRA_SQLITE_SCHEMA_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "cppet/sumatra/calendar_time.h"
#include "cppet/sumatra/sqlite_database.h"

namespace cppet {

// In what the stores of Sumatra's versions differ.
struct SqliteSchema {
  std::string tag_table;
  std::string tagged_item_table;
  Zone zone = Zone::kUtc;
  int64_t record_content_type = 0;  // the id of records among tagged things
};

// Finds out which of Sumatra's two schemas, of versions 0.7 and 0.8, `database`
// has.
//
// Errors:
//   kUnimplemented: another one; the message says which columns differ.
//   Others of SqliteDatabase.
absl::StatusOr<SqliteSchema> ReadSqliteSchema(SqliteDatabase* database);

}  // namespace cppet

#endif  // CPPET_SUMATRA_SQLITE_SCHEMA_H_
