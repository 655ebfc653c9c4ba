#include "cppet/environment/environment_config.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "H5public.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cppet/base/sha1.h"
#include "cppet/base/time_format.h"
#include "cppet/base/version.h"
#include "cppet/environment/wrapping/storing_process.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

// Adds config entries of one environment.
class Adder {
 public:
  Adder(absl::string_view environment_name, Trajectory& trajectory)
      : prefix_(absl::StrCat("environment.", environment_name, ".")),
        trajectory_(trajectory) {}

  template <typename T>
  void Add(absl::string_view name, const T& value, absl::string_view comment) {
    const std::string full_name = absl::StrCat(prefix_, name);
    if (trajectory_.tree().FindExact(absl::StrCat("config.", full_name)) ==
        nullptr) {
      trajectory_.AddConfig(full_name, value, comment);
    }
  }

 private:
  const std::string prefix_;
  Trajectory& trajectory_;
};

// The path of the program that runs.
std::string ProgramPath() {
  char path[4096];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
  return size > 0 ? std::string(path, size) : program_invocation_name;
}

std::string Platform() {
  utsname name;
  if (uname(&name) != 0) return "N/A";
  return absl::StrJoin(
      {name.sysname, name.nodename, name.release, name.version, name.machine},
      ", ");
}

std::string Hdf5Version() {
  unsigned major, minor, release;
  if (H5get_libversion(&major, &minor, &release) < 0) return "N/A";
  return absl::StrCat(major, ".", minor, ".", release);
}

// What stands for the name of a run in other names.
void AddWildcardConfig(Adder& config) {
  struct Wildcard {
    absl::string_view name, doc, source, first, second;
  };
  constexpr absl::string_view kHeader = "cppet/trajectory/names.h";
  const Wildcard wildcards[] = {
      {"RunName", "The name of a run", kHeader, "$", "crun"},
      {"RunSetName", "The name of the thousand runs that a run is one of",
       kHeader, "$set", "crunset"},
  };
  int i = 0;
  for (const Wildcard& wildcard : wildcards) {
    const std::string group = absl::StrCat("wildcards.function_", i++, ".");
    config.Add(group + "name", wildcard.name, "What makes the name");
    config.Add(group + "doc", wildcard.doc, "What the name is");
    config.Add(group + "source", wildcard.source, "Where it is made");
    config.Add(group + "wildcard_0", wildcard.first, "What stands for it");
    config.Add(group + "wildcard_1", wildcard.second, "The same in words");
  }
}

// What is of interest with processes for the runs only.
void AddProcessConfig(const EnvironmentOptions& options, Adder& config) {
  config.Add("ncores", options.ncores, "The most processes at a time");
  config.Add("use_pool", options.use_pool,
             "Whether a process does many runs, and not just one");
  config.Add("wrap_mode", WrapModeName(options.wrap_mode),
             "Who stores: LOCK, each process in turn; QUEUE and PIPE, a "
             "process for it; LOCAL, the main process; NONE, each process at "
             "any time");
  config.Add("timeout", options.timeout > 0 ? options.timeout : -1.0,
             "Most seconds for a run, -1 without a limit");
  if (options.niceness != 0) {
    config.Add("niceness", options.niceness,
               "How much lower the priority of runs is");
  }
  config.Add("use_scoop", false,
             "Whether runs are on other machines; there is no way to that yet");
  if (options.wrap_mode == WrapMode::kQueue ||
      options.wrap_mode == WrapMode::kPipe) {
    config.Add("queue_maxsize", static_cast<int>(kMaxWaiting),
               "The most runs that wait to be stored");
  }
  if (options.use_pool) {
    config.Add("freeze_input", true,
               "Whether each process gets the trajectory once, when it starts");
    return;
  }
  config.Add("cpu_cap", options.cpu_cap,
             "Use of the cores above which no further process starts");
  // pypet has the expected megabytes of a process with it; 0 if not known.
  config.Add("memory_cap", Value::Tuple<double>({options.memory_cap, 0.0}),
             "Use of memory above which no further process starts");
  config.Add("swap_cap", options.swap_cap,
             "Use of swap above which no further process starts");
  config.Add("immediate_postprocessing", options.immediate_postproc,
             "Whether post-processing starts while the last runs are at work");
}

}  // namespace

std::string EnvironmentHexsha(const Trajectory& trajectory,
                              double environment_timestamp,
                              absl::string_view version) {
  return Sha1Hex(
      absl::StrCat(trajectory.name(), PythonRepr(Value(trajectory.timestamp())),
                   PythonRepr(Value(environment_timestamp)), version));
}

void AddEnvironmentConfig(const EnvironmentIdentity& identity,
                          const EnvironmentOptions& options,
                          Trajectory& trajectory) {
  trajectory
      .AddGroup("config.environment", "The environments that ran the runs")
      .IgnoreError();  // it is in the status of the trajectory
  trajectory
      .AddGroup(absl::StrCat("config.environment.", identity.name),
                "Settings and times of one environment")
      .IgnoreError();
  Adder config(identity.name, trajectory);
  config.Add("trajectory.name", trajectory.name(), "Name of the trajectory");
  config.Add("trajectory.timestamp", trajectory.timestamp(),
             "When the trajectory was made, in Unix time");
  config.Add("timestamp", identity.timestamp,
             "When the environment was made, in Unix time");
  config.Add("hexsha", identity.hexsha, "SHA-1 that names the environment");
  config.Add("script", ProgramPath(), "Program that made the environment");
  constexpr absl::string_view kVersionComment =
      "Version of what the program was built with or ran on";
  config.Add("versions.cppet", absl::StripPrefix(kVersion, "cppet "),
             kVersionComment);
  // Set by who wants pypet to take the file for its own.
  config.Add("versions.pypet",
             options.pypet_version.empty() ? "N/A" : options.pypet_version,
             kVersionComment);
  config.Add("versions.python",
             options.python_version.empty() ? "N/A" : options.python_version,
             kVersionComment);
  config.Add("versions.HDF5", Hdf5Version(), kVersionComment);
  config.Add("versions.compiler", LanguageVersion(), kVersionComment);
  config.Add("versions.platform", Platform(), kVersionComment);
  config.Add("automatic_storing", options.automatic_storing,
             "Whether trajectory and runs are stored without being asked");
  if (options.pandas_append &&
      trajectory.tree().FindExact("config.hdf5.pandas_append") == nullptr) {
    trajectory.AddConfig(
        "hdf5.pandas_append", true,
        "Whether rows are meant to be appended to data frames");
  }
  if (!options.do_single_runs) return;
  config.Add("continuable", options.continuable,
             "Whether another process can go on after a crash, by snapshots of "
             "environment and runs");
  config.Add("clean_up_runs", options.clean_up_runs,
             "Whether what runs add leaves memory once it is stored");
  config.Add("graceful_exit", options.graceful_exit,
             "Whether an interrupt lets active runs finish");
  AddWildcardConfig(config);
  config.Add("seed", trajectory.seed(),
             "What the seeds of the runs are made of");
  config.Add("retries", options.retries,
             "How often a run that failed is tried again");
  if (options.max_failures.has_value()) {
    config.Add("max_failures", *options.max_failures,
               "When more runs than this have failed, no more are started");
  }
  config.Add("multiproc", options.multiproc,
             "Whether runs have processes of their own");
  if (options.multiproc) AddProcessConfig(options, config);
}

void AddContinuedConfig(absl::string_view environment_name,
                        Trajectory& trajectory) {
  Adder(environment_name, trajectory)
      .Add("continued", true,
           "There when the runs went on where an earlier process had stopped");
}

void AddExpandedConfig(absl::string_view environment_name,
                       Trajectory& trajectory) {
  Adder(environment_name, trajectory)
      .Add("postproc_expand", true,
           "There when post-processing added runs to those explored at first");
}

void AddStartConfig(absl::string_view environment_name, double start,
                    Trajectory& trajectory) {
  Adder(environment_name, trajectory)
      .Add("start_timestamp", start, "When the runs started, in Unix time");
}

std::vector<std::string> SetFinishConfig(absl::string_view environment_name,
                                         double start, double finish,
                                         Trajectory& trajectory) {
  const std::string group =
      absl::StrCat("config.environment.", environment_name);
  std::vector<std::string> changed;
  const auto set = [&](absl::string_view name, Value value) {
    const std::string full_name = absl::StrCat(group, ".", name);
    if (trajectory.tree().FindExact(full_name) == nullptr) return;
    if (trajectory.Unlock(full_name).ok() &&
        trajectory.Set(full_name, std::move(value)).ok()) {
      changed.push_back(full_name);
    }
  };
  // Runs that another call of Run began took their time as well.
  const absl::StatusOr<double> began =
      trajectory.Get<double>(absl::StrCat(group, ".start_timestamp"));
  const std::string runtime = FormatDuration(finish - began.value_or(start));
  set("finish_timestamp", finish);
  set("runtime", runtime);
  Adder config(environment_name, trajectory);
  config.Add("finish_timestamp", finish,
             "When the runs were finished, in Unix time");
  config.Add("runtime", runtime, "From the start of the runs to their end");
  return changed;
}

std::optional<uint64_t> SeedInConfig(const Trajectory& trajectory) {
  const Node* environments = trajectory.tree().FindExact("config.environment");
  if (environments == nullptr || environments->kind() != Node::Kind::kGroup) {
    return std::nullopt;
  }
  std::optional<uint64_t> seed;
  double latest = -1;
  for (const auto& child :
       static_cast<const Group*>(environments)->children()) {
    const auto read =
        trajectory.Get<uint64_t>(absl::StrCat(child->full_name(), ".seed"));
    const auto made =
        trajectory.Get<double>(absl::StrCat(child->full_name(), ".timestamp"));
    if (!read.ok() || made.value_or(0) < latest) continue;
    seed = *read;
    latest = made.value_or(0);
  }
  return seed;
}

}  // namespace cppet
