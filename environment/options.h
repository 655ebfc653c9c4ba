#ifndef CPPET_ENVIRONMENT_OPTIONS_H_
#define CPPET_ENVIRONMENT_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/run_columns.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_view.h"

namespace cppet {

// Who stores what a run leaves, if runs have processes of their own.
enum class WrapMode {
  // The processes of runs, one at a time: it stores what the others have, too.
  kLock,
  // A process that does nothing else and stores many runs at once.
  kQueue,
  // The run's process. That two may store at once is left to the storage.
  kNone,
  // The main process.
  kLocal,
  // As QUEUE, but nothing waits in between: a run hands what it leaves to the
  // process that stores, and ends when that has taken it.
  kPipe,
};

// "LOCK", "QUEUE", "NONE", "LOCAL" or "PIPE".
absl::string_view WrapModeName(WrapMode mode);

// The mode of that name, in capitals or not.
//
// Errors:
//   kInvalidArgument: there is none.
absl::StatusOr<WrapMode> ParseWrapMode(absl::string_view name);

// When to show on standard error how far the runs are.
enum class ProgressMode {
  kAuto,    // a bar if it is a terminal, else a line now and then
  kAlways,  // a bar, also if it is none
  kNever,
};

// "auto", "always" or "never".
absl::string_view ProgressModeName(ProgressMode mode);

// The mode of that name.
//
// Errors:
//   kInvalidArgument: there is none.
absl::StatusOr<ProgressMode> ParseProgressMode(absl::string_view name);

// What becomes of changes in a git repository that are not committed.
enum class GitMode {
  kCommit,  // they are committed
  kRecord,  // they are stored with the experiment, and the repository stays
  kRefuse,  // there must be none
};

// "commit", "record" or "refuse".
absl::string_view GitModeName(GitMode mode);

// The mode of that name.
//
// Errors:
//   kInvalidArgument: there is none.
absl::StatusOr<GitMode> ParseGitMode(absl::string_view name);

// How to run a trajectory.
struct EnvironmentOptions {
  // Name of the new trajectory.
  std::string trajectory = "trajectory";
  // The time is appended to the name: "trajectory_2026_11_24_22h10m22s".
  bool add_time = true;
  // Comment of the new trajectory.
  std::string comment;

  // The trajectory is stored before and after the runs, and each run when it
  // finished. False: nothing is stored unless Environment::Store is called,
  // and what runs add is kept in the trajectory, in memory.
  bool automatic_storing = true;
  // False: no runs are intended, only what Environment::Pipeline or the program
  // itself does with the trajectory. Run is an error, and nothing is noted of
  // how runs would be run.
  bool do_single_runs = true;
  // What a run added is not kept in memory once it is stored, and what of
  // earlier runs was loaded since is removed from memory when the trajectory is
  // expanded. False: it stays in the trajectory, where it passes through the
  // main process (without `multiproc`, and with LOCAL).
  bool clean_up_runs = true;
  // When the environment is made under a debugger, nothing is stored, in the
  // file or by `storage`, and there are no snapshots, so that stepping through
  // a program leaves no half experiments. A warning on standard error and in
  // the logs says so. All else goes on as usual; only what would be loaded is
  // not there.
  bool lazy_debug = false;

  // Logs are written in <log_folder>/<trajectory>/<environment>/, see
  // logging.h.
  std::string log_folder = "./logs";
  // The lowest severity (of glog) to log: 0 for INFO, 1 for WARNING, 2 for
  // ERROR. Without one there are no logs.
  std::optional<int> log_level = 0;
  // What is written to standard output and standard error while the runs are
  // at work is in the logs: of this process and programs that it starts also
  // there, of runs in processes of their own only there. With logs only.
  bool log_stdout = true;

  // Runs have processes of their own; false: they run in this one, one after
  // the other, and the options from `ncores` to `resource_slots` mean nothing.
  bool multiproc = false;
  // The most processes to run at a time; 0 for one on each core.
  int ncores = 1;
  // These processes live as long as there are runs. False: a new one for each
  // run.
  bool use_pool = false;
  WrapMode wrap_mode = WrapMode::kLock;
  // Fractions of the machine, or of what its control group may use, above 0 and
  // up to 1: while more of the time of the cores, of memory or of swap is in
  // use, no further process starts, unless none is at work. They mean nothing
  // with a pool, whose processes start once.
  double cpu_cap = 1.0;
  double memory_cap = 1.0;
  double swap_cap = 1.0;
  // Post-processing is called as soon as no run is left to start, while the
  // last ones are at work, and again when it did not expand the trajectory and
  // all are finished. Not with a pool or QUEUE or PIPE.
  bool immediate_postproc = false;

  // How much lower than the program's the priority of runs is, from 0 to 19
  // (nice(2)).
  int niceness = 0;
  // Numbers of cores: each process of runs is kept on one of them, which is on
  // no other's while there are enough. Empty: wherever the system puts them.
  std::vector<int> cpu_affinity;
  // Things that only one process may use at a time, such as
  // {"CUDA_VISIBLE_DEVICES", {"0", "1"}}: each process has one of the values in
  // its environment variable of that name, and no two processes have the same
  // one. There are no more processes at a time than values; one that stands
  // there twice may be held twice.
  std::map<std::string, std::vector<std::string>> resource_slots;
  // How long a run will take, in any unit. With it, the longest start first,
  // which keeps all cores busy until the end. Else they start in order. Another
  // process that goes on (Continue) does not have it.
  std::function<double(const RunView& run)> expected_duration;
  // A run that failed is tried again as many times.
  int retries = 0;
  // When more runs than this have failed, no more are started. Without a value,
  // all are run.
  std::optional<int> max_failures;
  // What the seeds of the runs (Run::Seed) are made of. Without one: that of an
  // earlier environment of the trajectory, else one of the system's.
  std::optional<uint64_t> seed;

  // The file to store in. Its folder must exist; if it is a folder itself
  // (ends with '/' or is there), the file is <trajectory>.hdf5 in it. Empty:
  // ./hdf5/<trajectory>.hdf5, and the folder is made.
  std::string filename;
  // Title of a new file; the trajectory's name if empty.
  std::string file_title;
  // Compression: 0 (none) to 9, and by what: "zlib", "lzo", "bzip2", "blosc" or
  // "blosc:CODEC" with blosclz, lz4, lz4hc, snappy, zlib or zstd.
  int complevel = 9;
  std::string complib = "zlib";
  // How text is kept as bytes: "utf8", there is nothing else.
  std::string encoding = "utf8";
  // How data frames are kept: "fixed" or "table".
  std::string pandas_format = "fixed";
  // Says, as config.hdf5.pandas_append, that rows are meant to be appended to
  // data frames later. pandas can do so with the format "table" only, which
  // this needs.
  bool pandas_append = false;
  // Classes of leaves of the program's own, whose values files keep as items:
  // "geo.Point" of this program, "lib/libgeo.so:geo.Point" of a shared object,
  // see leaf_classes.h.
  std::vector<std::string> dynamically_imported_classes;
  // Bytes of equal weight are put together, which compresses better.
  bool shuffle = true;
  // Each chunk of data has a checksum.
  bool fletcher32 = false;
  // A comment of results or derived parameters is stored once, with the
  // earliest run that has it. Needs summary_tables.
  bool purge_duplicate_comments = true;
  // Which overview tables there are: results and derived parameters by name
  // and comment (summary), config, parameters and explored parameters (small),
  // each single result and derived parameter (large).
  bool summary_tables = true;
  bool small_overview_tables = true;
  bool large_overview_tables = false;
  // Where results of runs are kept: with kColumns, scalars are columns of
  // tables with a row for each run, for hundreds of thousands of runs, and all
  // else is in the tree as usual. A trajectory that has such tables goes on
  // with them.
  ResultLayout result_layout = ResultLayout::kTree;
  // What the file survives once a run is stored: loss of power, or only the end
  // of a process, which saves waiting for the disk.
  Durability durability = Durability::kPower;
  // Expected numbers, kept in the file for pypet.
  int results_per_run = 0;
  int derived_parameters_per_run = 0;
  // False: there is no file; what runs add is kept in the trajectory, in
  // memory.
  bool use_hdf5 = true;
  // Stores in place of HDF5, and then all options of files mean nothing. With
  // `multiproc` it must allow for forks as storage_service.h says.
  std::shared_ptr<StorageService> storage;
  // What the file says of the program that wrote it, see hdf5_storage.h.
  std::string pypet_version;
  std::string python_version;

  // A run that takes more than these seconds is ended and has failed; 0: no
  // limit. Needs `multiproc`, as nothing can stop a run in this process.
  double timeout = 0;
  ProgressMode progress = ProgressMode::kAuto;
  // On SIGINT (Ctrl-C) or SIGTERM no more runs start, and those that run
  // finish and are stored; on a second one they are ended at once, and on a
  // third the program. False: the signals do what they did before.
  bool graceful_exit = true;

  // Each run leaves a snapshot of what it returned, and the environment one of
  // itself, in <continue_folder>/<trajectory>/, so that another process of the
  // same program can go on, see Environment::Continue. Needs use_hdf5 without a
  // `storage`, automatic_storing, and a run function that is registered, see
  // run_registry.h.
  bool continuable = false;
  std::string continue_folder = "./continue";
  // The snapshots are removed when all runs are completed.
  bool delete_continue = true;

  // A folder in the git repository of the code. When the environment is made,
  // all changes of tracked files are committed there, if there are any, and the
  // commit that is checked out then is in config.git. A new one names the
  // environment (hexsha). Nothing of the repository is changed if the
  // environment cannot be made. Empty: no repository.
  std::string git_repository;
  // The beginning of the message of that commit. Name, time and comment of the
  // trajectory follow.
  std::string git_message;
  // With kRecord, config.environment.<name> has the changes as git_patch, which
  // `git apply` takes, and the names of files that are not tracked as
  // git_untracked.
  GitMode git_mode = GitMode::kCommit;

  // A folder in a Sumatra project. When the runs are finished and stored, a
  // record of them is added to its store: all parameters, explored ones with
  // all their values, the version of the code, times and the file. Project,
  // store and label are checked before, and so is that the code is not changed
  // if the project wants that. Empty: no project.
  std::string sumatra_project;
  // Why the experiment is done. Name and comment of the trajectory and what it
  // explores follow in the record.
  std::string sumatra_reason;
  // The label of the record, of letters, digits, '_' and '-', one that the
  // project does not have. Empty: made as the project says, of the time for
  // example.
  std::string sumatra_label;
};

// Checks what can be known of options before anything is done.
//
// Errors:
//   kInvalidArgument: names the field and its value.
absl::Status ValidateOptions(const EnvironmentOptions& options);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_OPTIONS_H_
