#ifndef CPPET_ENVIRONMENT_PROVENANCE_SUMATRA_RECORDING_H_
#define CPPET_ENVIRONMENT_PROVENANCE_SUMATRA_RECORDING_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/environment/options.h"
#include "cppet/environment/run_results.h"
#include "cppet/storage/storage_service.h"
#include "cppet/sumatra/project.h"
#include "cppet/sumatra/record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// The records that the runs of an environment leave in a Sumatra project, as
// the options sumatra_* say.
class SumatraRecording {
 public:
  // Checks that `options.sumatra_project` can have a record. `code_root` is the
  // topmost folder of the work tree whose changes will be committed before the
  // runs; empty if that is not so.
  //
  // Errors, which name the option:
  //   Those of SumatraProject::Open, SumatraProject::CheckLabel and
  //   GitRepository::Open.
  //   kFailedPrecondition: there are changes in the project's code that are not
  //     committed, and the project does not want to keep them; or the code has
  //     no commit, or is not in git.
  static absl::StatusOr<std::unique_ptr<SumatraRecording>> Open(
      const EnvironmentOptions& options, const std::string& code_root);

  // Takes down what is known when runs start. Errors as Open.
  absl::Status Begin(double start);

  // Adds the record when runs are finished. Before it is certain, its label and
  // reason are added to config.sumatra, and `store` is called to store the
  // trajectory in `storage`, which is the file `file`; null and empty if there
  // is none. If there is no record then after all, they are removed again.
  //
  // Errors: those of SumatraProject::AddRecord and `store`.
  absl::Status Finish(double finish, const RunOutcome& outcome,
                      const std::string& file, StorageService* storage,
                      const std::function<absl::Status()>& store,
                      Trajectory& trajectory);

 private:
  SumatraRecording(std::unique_ptr<SumatraProject> project,
                   const EnvironmentOptions& options)
      : project_(std::move(project)),
        reason_(options.sumatra_reason),
        label_(options.sumatra_label) {}

  absl::Status CheckLabel() const;
  // Looks at the code; with changes only if the project keeps them.
  absl::Status TakeCode();

  const std::unique_ptr<SumatraProject> project_;
  const std::string reason_;
  const std::string label_;
  SumatraRecord record_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_PROVENANCE_SUMATRA_RECORDING_H_
