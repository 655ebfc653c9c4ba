#ifndef CPPET_SUMATRA_SQLITE_RECORD_STORE_H_
#define CPPET_SUMATRA_SQLITE_RECORD_STORE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "cppet/sumatra/project_file.h"
#include "cppet/sumatra/record_store.h"

namespace cppet {

// Whether the project keeps its records in an SQLite file.
bool HasSqliteStore(const ProjectSettings& project);

// Returns the store of such a project, after checking that it can take a
// record. It has no file open between calls.
//
// Errors, with the path of the store in the message:
//   kNotFound: there is no store.
//   kPermissionDenied: it, or its folder, may not be written.
//   kFailedPrecondition: it is no file.
//   kUnimplemented: it is not of Sumatra 0.7 or 0.8.
//   Others of SqliteDatabase.
absl::StatusOr<std::unique_ptr<RecordStore>> OpenSqliteRecordStore(
    const ProjectSettings& project);

}  // namespace cppet

#endif  // CPPET_SUMATRA_SQLITE_RECORD_STORE_H_
