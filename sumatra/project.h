#ifndef CPPET_SUMATRA_PROJECT_H_
#define CPPET_SUMATRA_PROJECT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/sumatra/project_file.h"
#include "cppet/sumatra/record.h"
#include "cppet/sumatra/record_store.h"

namespace cppet {

// A project of Sumatra, the electronic lab notebook, which gets records of
// experiments. Stores in SQLite, the usual ones, are written without Python;
// all others by a Python that has Sumatra: that of the environment variable
// CPPET_SUMATRA_PYTHON, else that of the command smt, else python3.
//
//   CPPET_ASSIGN_OR_RETURN(const auto project, SumatraProject::Open("."));
//   ...  // the experiment
//   CPPET_RETURN_IF_ERROR(project->AddRecord({.reason = "try it"}).status());
//
// No file is open and no lock is held between the calls, so that processes may
// be forked.
class SumatraProject {
 public:
  // Finds the project of the nearest folder at or above `path`, and checks all
  // that AddRecord will need, so that it does not fail after hours.
  //
  // Errors, with the path of what is at fault:
  //   kNotFound: there is no project, or it has no store yet.
  //   kPermissionDenied: the project or its store may not be written.
  //   kFailedPrecondition: the project's file or ~/.smtrc is damaged, or the
  //     store needs a Python, and none has Sumatra that can open it; the
  //     message says which store it is and what was tried.
  //   kUnimplemented: the store is not of Sumatra 0.7 or 0.8.
  //   kDataLoss: the store is no database, or damaged.
  //   kUnavailable: the store is locked for more than a minute.
  //   Others as the system's.
  static absl::StatusOr<std::unique_ptr<SumatraProject>> Open(
      const std::string& path);

  // The absolute path of the folder that has .smt.
  const std::string& folder() const { return settings_.folder; }
  const std::string& name() const { return settings_.name; }

  // The kind of its version control, "GitRepository", and where that is, a path
  // or URL; empty if it is not said.
  const std::string& repository_type() const {
    return settings_.repository.type;
  }
  std::string repository_url() const;

  // Whether experiments with changed code are to be recorded with the changes;
  // else they are not to be run.
  bool stores_diff() const { return settings_.stores_diff; }

  // Checks that a record could have this label now.
  //
  // Errors:
  //   kInvalidArgument: it is not 1 to 100 letters, digits, _ and -, the first
  //     not -.
  //   kAlreadyExists: there is a record with it.
  //   Others of the store, as of Open.
  absl::Status CheckLabel(absl::string_view label) const;

  // Adds `record`, all of it or nothing, as the project's most recent one, and
  // returns its label. Calls `prepare`, if there is one, when the label is
  // certain and before output files are looked at; its error is returned, and
  // nothing is added. Any number of processes may do this at once, one after
  // the other: each waits for those before it up to an hour, and for other
  // programs in an SQLite store up to a minute.
  //
  // Errors, after which there is no record:
  //   kInvalidArgument: a bad label, time or parameters, or an output file that
  //     is no plain file.
  //   kAlreadyExists: there is a record with the label.
  //   kUnavailable: others have the project or the store locked for too long.
  //   kNotFound: an output file is not there.
  //   Others of the store, as of Open.
  // After this one there is the record:
  //   kInternal: it could not be made the most recent one.
  absl::StatusOr<std::string> AddRecord(const SumatraRecord& record,
                                        const PrepareRecord& prepare = {});

 private:
  SumatraProject(ProjectSettings settings, std::string configured_user,
                 std::unique_ptr<RecordStore> store);

  const ProjectSettings settings_;
  const std::string configured_user_;
  const std::unique_ptr<RecordStore> store_;
};

}  // namespace cppet

#endif  // CPPET_SUMATRA_PROJECT_H_
