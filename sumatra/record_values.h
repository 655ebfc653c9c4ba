#ifndef CPPET_SUMATRA_RECORD_VALUES_H_
#define CPPET_SUMATRA_RECORD_VALUES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/sumatra/data_key.h"
#include "cppet/sumatra/project_file.h"
#include "cppet/sumatra/record.h"

namespace cppet {

// What is the same in each record of cppet, in each store.
inline constexpr char kFinishedTag[] = "_finished_";
inline constexpr char kParameterSetType[] = "JSONParameterSet";
// As Sumatra has for what it did not start itself.
inline constexpr char kStdoutStderr[] = "Not launched.";
// If it were empty, Sumatra would run the program to ask for it.
inline constexpr char kExecutableVersion[] = "unknown";

// Returns the name of the username in ~/.smtrc, empty if there is none.
//
// Errors:
//   kFailedPrecondition: the file is not JSON, upon which Sumatra fails, too.
//   Others as the system's.
absl::StatusOr<std::string> ConfiguredUser();

// Returns `record` with `configured_user` if that is not empty, the path of the
// executable, and texts that are UTF-8.
//
// Errors:
//   kInvalidArgument: a time is no number, the parameters are not an object, or
//     not UTF-8.
absl::StatusOr<SumatraRecord> CompleteRecord(
    const SumatraRecord& record, const std::string& configured_user);

// Returns what to call an executable: its file's name, unless Sumatra took that
// as one of the programs that it knows.
std::string ExecutableName(const std::string& path);

// Returns the keys of the output files that the project's data store can have.
//
// Errors: as MakeDataKey.
absl::StatusOr<std::vector<DataKey>> OutputKeys(const ProjectSettings& project,
                                                const SumatraRecord& record);

absl::Status LabelIsTakenError(absl::string_view label);

}  // namespace cppet

#endif  // CPPET_SUMATRA_RECORD_VALUES_H_
