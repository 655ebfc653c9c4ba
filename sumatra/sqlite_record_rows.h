#ifndef CPPET_SUMATRA_SQLITE_RECORD_ROWS_H_
#define CPPET_SUMATRA_SQLITE_RECORD_ROWS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/sumatra/project_file.h"
#include "cppet/sumatra/record.h"
#include "cppet/sumatra/record_store.h"
#include "cppet/sumatra/sqlite_database.h"
#include "cppet/sumatra/sqlite_schema.h"

namespace cppet {

// Errors:
//   kAlreadyExists: the project has a record with this label.
//   Others of SqliteDatabase.
absl::Status CheckLabelIsFree(SqliteDatabase* database,
                              const std::string& project,
                              const std::string& label);

// Inserts all rows of `record` and returns its label. Rows that records share
// are not made twice, upon which Sumatra would fail. To be called in a
// transaction, as an error leaves some of them.
//
// Errors: as RecordStore::Add.
absl::StatusOr<std::string> AddRecordRows(SqliteDatabase* database,
                                          const SqliteSchema& schema,
                                          const ProjectSettings& project,
                                          const SumatraRecord& record,
                                          const PrepareRecord& prepare);

}  // namespace cppet

#endif  // CPPET_SUMATRA_SQLITE_RECORD_ROWS_H_
