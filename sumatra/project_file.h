#ifndef CPPET_SUMATRA_PROJECT_FILE_H_
#define CPPET_SUMATRA_PROJECT_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/base/unique_fd.h"
#include "cppet/sumatra/label.h"
#include "nlohmann/json.hpp"

namespace cppet {

// One of the things that a project is made of.
struct ProjectPart {
  std::string type;                   // the class without its module
  nlohmann::ordered_json parameters;  // an object
};

// What the file of a project says, as far as a record needs it.
struct ProjectSettings {
  std::string folder;  // that has .smt; absolute
  std::string file;    // .smt/project itself, no link to it
  std::string name;
  ProjectPart record_store;
  ProjectPart repository;
  ProjectPart launch_mode;
  ProjectPart data_store;
  ProjectPart input_data_store;
  bool stores_diff = false;
  LabelRule label_rule;
};

// Reads the project of the nearest folder at or above `path` that has one; "~"
// and "~/..." are of the user's home.
//
// Errors, with the path in the message:
//   kNotFound: there is no .smt/project.
//   kFailedPrecondition: it is no project: not JSON, or something of it is
//     missing or of another type; or its path is not UTF-8.
//   kPermissionDenied, kResourceExhausted: it cannot be read or is too large.
absl::StatusOr<ProjectSettings> ReadProject(const std::string& path);

// Checks that LockProject and SetMostRecent are possible.
//
// Errors, with the path in the message:
//   kPermissionDenied: the file or its folder may not be written.
//   kUnimplemented: the file system has no locks.
absl::Status CheckProjectCanChange(const ProjectSettings& project);

// Waits until no other program of cppet changes the project, and keeps them
// from doing so until what it returns is closed. Sumatra has no such lock.
//
// Errors:
//   kUnavailable: another one has it for as long as `timeout`.
//   Others as the system's.
absl::StatusOr<UniqueFd> LockProject(const ProjectSettings& project,
                                     absl::Duration timeout);

// Makes `label` the record that Sumatra's commands mean if none is named. All
// else in the file stays, also what we do not know. To be called with the lock.
//
// Errors: as ReadProject and WriteFileAtomically.
absl::Status SetMostRecent(const ProjectSettings& project,
                           absl::string_view label);

// Returns `path` with the home folder for a "~" at its beginning.
std::string ExpandHome(const std::string& path);

}  // namespace cppet

#endif  // CPPET_SUMATRA_PROJECT_FILE_H_
