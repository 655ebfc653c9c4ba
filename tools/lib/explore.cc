#include "cppet/tools/lib/explore.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/run_registry.h"
#include "cppet/storage/storage_service.h"
#include "cppet/tools/lib/bazel_label.h"
#include "cppet/tools/lib/command_run.h"
#include "cppet/tools/lib/command_template.h"
#include "cppet/tools/lib/environment_fields.h"
#include "cppet/tools/lib/explore_summary.h"
#include "cppet/tools/lib/literal.h"
#include "cppet/tools/lib/plan.h"
#include "cppet/tools/lib/printable_text.h"
#include "cppet/tools/lib/program.h"
#include "cppet/tools/lib/pypet_versions.h"
#include "cppet/tools/lib/scratch_folder.h"
#include "cppet/tools/lib/spec.h"
#include "cppet/tools/lib/value_text.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

// Longer values of explored parameters are cut in the table of a dry run.
constexpr size_t kMaxCell = 60;

absl::Status SetFromFlag(absl::string_view flag, absl::string_view field,
                         const std::string& text,
                         EnvironmentOptions& environment) {
  if (text.empty()) return absl::OkStatus();
  absl::StatusOr<Literal> literal = PlainLiteral(text);
  absl::Status status = literal.status();
  if (status.ok()) status = SetEnvironmentField(field, *literal, environment);
  return WithPrefix(absl::StrCat("--", flag, "=", text), status);
}

// The spec with all that the command line changes in it.
absl::StatusOr<Spec> ReadWholeSpec(const ExploreOptions& options) {
  CPPET_ASSIGN_OR_RETURN(Spec spec, ReadSpec(options.spec));
  CPPET_RETURN_IF_ERROR(ApplyFlags(options.sets, options.explores, spec));
  EnvironmentOptions& environment = spec.environment;
  if (!options.out.empty()) environment.filename = options.out;
  CPPET_RETURN_IF_ERROR(SetFromFlag("jobs", "jobs", options.jobs, environment));
  CPPET_RETURN_IF_ERROR(
      SetFromFlag("wrap_mode", "wrap_mode", options.wrap_mode, environment));
  CPPET_RETURN_IF_ERROR(
      SetFromFlag("progress", "progress", options.progress, environment));
  CPPET_RETURN_IF_ERROR(
      SetFromFlag("git_mode", "git_mode", options.git_mode, environment));
  // Any text is one here, also "[1]".
  for (const auto& [text, field] :
       {std::pair(&options.git_repository, &environment.git_repository),
        std::pair(&options.git_message, &environment.git_message),
        std::pair(&options.sumatra_project, &environment.sumatra_project),
        std::pair(&options.sumatra_reason, &environment.sumatra_reason),
        std::pair(&options.sumatra_label, &environment.sumatra_label)}) {
    if (!text->empty()) *field = *text;
  }
  if (options.pool.has_value()) environment.use_pool = *options.pool;
  if (options.quiet) environment.progress = ProgressMode::kNever;
  if (!options.pypet.empty()) {
    absl::StatusOr<PypetVersions> versions = GetPypetVersions(options.pypet);
    CPPET_RETURN_IF_ERROR(
        WithPrefix(absl::StrCat("--pypet=", options.pypet), versions.status()));
    environment.pypet_version = std::move(versions->pypet);
    environment.python_version = std::move(versions->python);
  }
  return spec;
}

// Checks that `file`, or its folder if it is new, may be written. (That the
// folder is there is for others to check.)
absl::Status CheckWritable(const std::string& file, bool is_new) {
  std::string path = file;
  if (is_new) {
    path = std::filesystem::path(file).parent_path().string();
    if (path.empty()) path = ".";
  }
  if (access(path.c_str(), F_OK) == 0 && access(path.c_str(), W_OK) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, " may not be written"));
  }
  return absl::OkStatus();
}

// Checks that the trajectory of `environment` is a new one in its file.
absl::Status CheckNew(const Environment& environment) {
  StorageService& storage = *environment.storage();
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names, storage.List());
  CPPET_RETURN_IF_ERROR(storage.Close());
  const std::string& name = environment.trajectory().name();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    return absl::OkStatus();
  }
  return absl::AlreadyExistsError(absl::StrCat(
      environment.filename(), " has a trajectory ", name,
      " already; go on with it by --continue, or choose another name or "
      "--out=FILE"));
}

// The trajectory in the file of `environment` that is the one of
// `environment`, begun earlier.
absl::StatusOr<std::unique_ptr<Trajectory>> LoadBegun(
    const Environment& environment) {
  LoadOptions load;
  load.derived_parameters = LoadLevel::kNothing;
  load.results = LoadLevel::kNothing;
  load.other = LoadLevel::kNothing;
  StorageService& storage = *environment.storage();
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<Trajectory> loaded,
                         storage.Load(environment.trajectory().name(), load));
  CPPET_RETURN_IF_ERROR(storage.Close());
  CPPET_RETURN_IF_ERROR(CheckSamePlan(environment.trajectory(), *loaded));
  return loaded;
}

bool HasProvenance(const EnvironmentOptions& environment) {
  return !environment.git_repository.empty() ||
         !environment.sumatra_project.empty();
}

// The same, but an environment of it looks at no repository and no project.
EnvironmentOptions WithoutProvenance(EnvironmentOptions environment) {
  environment.git_repository.clear();
  environment.git_message.clear();
  environment.git_mode = GitMode::kCommit;
  environment.sumatra_project.clear();
  environment.sumatra_reason.clear();
  environment.sumatra_label.clear();
  return environment;
}

// An environment for the trajectory of the spec, or for the one to continue.
// Nothing is written, but for a commit if `spec` wants one: then all else was
// checked.
absl::StatusOr<std::unique_ptr<Environment>> MakeEnvironment(
    const ExploreOptions& options, const Spec& spec) {
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<Trajectory> built,
                         BuildTrajectory(spec));
  CPPET_ASSIGN_OR_RETURN(
      std::unique_ptr<Environment> environment,
      Environment::Create(std::move(built),
                          WithoutProvenance(spec.environment)));
  const std::string& file = environment->filename();
  std::error_code error;
  const bool is_new = !std::filesystem::exists(file, error);
  CPPET_RETURN_IF_ERROR(CheckWritable(file, is_new));
  if (!options.continue_runs) {
    if (!is_new) CPPET_RETURN_IF_ERROR(CheckNew(*environment));
    if (!HasProvenance(spec.environment)) return environment;
    CPPET_ASSIGN_OR_RETURN(built, BuildTrajectory(spec));
    return Environment::Create(std::move(built), spec.environment);
  }
  if (is_new) {
    return absl::NotFoundError(
        absl::StrCat("there is nothing to continue: no file ", file));
  }
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<Trajectory> loaded,
                         LoadBegun(*environment));
  return Environment::Create(std::move(loaded), spec.environment);
}

// A line for each run that is to be run.
void PrintRuns(const Trajectory& trajectory, const CommandTemplate& command,
               std::ostream& out) {
  out << "idx";
  for (const Parameter* parameter : trajectory.explored()) {
    out << "\t" << parameter->full_name().substr(strlen("parameters."));
  }
  out << "\tcommand\n";
  for (int64_t i = 0; i < trajectory.length() && out; ++i) {
    if (trajectory.completed(i)) continue;
    out << i;
    for (const Parameter* parameter : trajectory.explored()) {
      out << "\t" << OneLine(ArgumentText(parameter->ValueAt(i)), kMaxCell);
    }
    out << "\t" << ShellLine(command.Expand(trajectory, i)) << "\n";
  }
}

// Makes sure that the program of `spec` can be run: a Bazel label becomes the
// path of what it builds.
absl::Status PrepareProgram(const ExploreOptions& options,
                            const CommandTemplate& command,
                            const Trajectory& trajectory, Spec& spec,
                            std::ostream& err) {
  if (spec.shell) return absl::OkStatus();
  std::string& program = spec.command[0];
  if (IsBazelLabel(program)) {
    if (options.dry_run) return absl::OkStatus();
    if (!options.quiet) err << "building " << program << "\n" << std::flush;
    CPPET_ASSIGN_OR_RETURN(program, BuildBazelLabel(program));
    return absl::OkStatus();
  }
  return WithPrefix(spec.command_where,
                    CheckProgram(command.Expand(trajectory, 0).front()));
}

struct Prepared {
  Spec spec;
  std::unique_ptr<Environment> environment;
  CommandTemplate command;
};

// What the runs need, wherever they are continued.
struct CommandOfRuns {
  std::vector<std::string> command;
  bool shell = false;
  double timeout = 0;  // seconds
  std::string scratch_folder;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(command, shell, timeout, scratch_folder);
  }
};

// Runs the command for `run`, and returns the names of results that are null.
absl::StatusOr<std::string> RunCommandOfRuns(Run& run,
                                             const CommandOfRuns& command) {
  CPPET_ASSIGN_OR_RETURN(
      const CommandTemplate command_template,
      command.shell
          ? CommandTemplate::CreateForShell(command.command[0],
                                            run.trajectory())
          : CommandTemplate::Create(command.command, run.trajectory()));
  CommandRunOptions options;
  options.timeout = absl::Seconds(command.timeout);
  options.scratch_folder = command.scratch_folder;
  CPPET_ASSIGN_OR_RETURN(
      const std::vector<std::string> nulls,
      RunCommand(command_template.Expand(run.trajectory(), run.index()), run,
                 options));
  return absl::StrJoin(nulls, ", ");
}
CPPET_REGISTER_RUN_FUNCTION(RunCommandOfRuns);

// All that can go wrong before anything is run or written.
absl::StatusOr<Prepared> Prepare(const ExploreOptions& options,
                                 std::ostream& err) {
  CPPET_ASSIGN_OR_RETURN(Spec spec, ReadWholeSpec(options));
  CPPET_RETURN_IF_ERROR(ValidateOptions(spec.environment));
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Trajectory> built,
                         BuildTrajectory(spec));
  CPPET_ASSIGN_OR_RETURN(CommandTemplate command, BuildCommand(spec, *built));
  CPPET_RETURN_IF_ERROR(OrderRuns(*built, spec));
  Spec without = spec;
  without.environment = WithoutProvenance(spec.environment);
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<Environment> environment,
                         MakeEnvironment(options, without));
  CPPET_RETURN_IF_ERROR(
      PrepareProgram(options, command, environment->trajectory(), spec, err));
  // Last, as it may commit.
  if (HasProvenance(spec.environment) && !options.dry_run) {
    CPPET_ASSIGN_OR_RETURN(environment, MakeEnvironment(options, spec));
  }
  // The program may be another now.
  CPPET_ASSIGN_OR_RETURN(command,
                         BuildCommand(spec, environment->trajectory()));
  return Prepared{std::move(spec), std::move(environment), std::move(command)};
}

}  // namespace

ExitCode Explore(const ExploreOptions& options, std::ostream& out,
                 std::ostream& err) {
  absl::StatusOr<Prepared> prepared = Prepare(options, err);
  if (!prepared.ok()) {
    err << "explore: " << prepared.status().message() << "\n";
    return kExitError;
  }
  auto& [spec, environment, command] = *prepared;
  if (options.dry_run) {
    PrintRuns(environment->trajectory(), command, out);
    return kExitSuccess;
  }
  const auto scratch = ScratchFolder::Create();
  if (!scratch.ok()) {
    err << "explore: " << scratch.status().message() << "\n";
    return kExitError;
  }
  CommandOfRuns command_of_runs;
  command_of_runs.command = spec.command;
  command_of_runs.shell = spec.shell;
  command_of_runs.timeout = absl::ToDoubleSeconds(spec.timeout);
  command_of_runs.scratch_folder = (*scratch)->path();
  ExploreSummary summary(*environment);
  const auto results = environment->Run(RunCommandOfRuns, command_of_runs);
  if (!results.ok()) {
    err << "explore: " << results.status().message() << "\n";
    return summary.HasRun() ? kExitFailedRuns : kExitError;
  }
  if (!options.quiet || !results->failures().empty()) {
    err << summary.Text(*results, options.command_line);
  }
  if (const absl::Status& status = results->record_status(); !status.ok()) {
    // An internal error is one of a record that is there.
    err << "explore: all is stored, but "
        << (absl::IsInternal(status) ? "" : "Sumatra has no record of it: ")
        << status.message() << "\n";
  }
  if (results->interrupted()) return kExitInterrupted;
  if (!results->failures().empty()) return kExitFailedRuns;
  return results->record_status().ok() ? kExitSuccess : kExitNotRecorded;
}

}  // namespace cppet
