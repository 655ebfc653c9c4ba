// Sweeps the parameters of a program: see --help.

#include "cppet/tools/lib/explore.h"

#include <iostream>
#include <string>
#include <vector>

#include "cppet/tools/command_line.h"
#include "gflags/gflags.h"

DEFINE_string(out, "", "HDF5 file or folder to store in");
DEFINE_string(jobs, "", "processes at a time; 0 for all cores");
DEFINE_bool(pool, true, "keep the processes from run to run");
DEFINE_string(wrap_mode, "", "who stores: LOCK, QUEUE, NONE, LOCAL or PIPE");
DEFINE_string(git_repository, "", "folder of the repository of the code");
DEFINE_string(git_message, "", "beginning of the message of the commit");
DEFINE_string(git_mode, "", "commit, record or refuse");
DEFINE_string(sumatra_project, "", "folder of a Sumatra project");
DEFINE_string(sumatra_reason, "", "why this is done");
DEFINE_string(sumatra_label, "", "label of the record");
DEFINE_bool(dry_run, false, "print the runs and their commands only");
DEFINE_bool(continue, false, "run what is missing in the file");
DEFINE_string(progress, "", "auto, always or never");
DEFINE_bool(quiet, false, "only errors and failed runs");
DEFINE_string(pypet, "", "PYPET/PYTHON versions to name in the file, or auto");

namespace {

constexpr char kHelp[] =
    R"(explore: runs a program at all points of a parameter space, and stores
parameters, results, output and errors in one HDF5 file, which inspect, h5py,
pandas and pypet read.

  explore SPEC.yaml [flags]

A spec:

  trajectory: fi_curve             # name of the sweep
  comment: Firing rate over input current
  command: [./lif_neuron, "--I={neuron.I}", "--tau_ref={neuron.tau_ref}"]
  parameters:                      # with their default values
    neuron.I: {value: 0.5, comment: Input current in nA}
    neuron.tau_ref: 5.0
  explore:                         # all combinations; the last varies fastest
    neuron.I: {linspace: [0, 1.01, 102]}
    neuron.tau_ref: [5.0, 7.5, 10.0]
  environment: {jobs: 2}
  timeout: 60                      # seconds for one run

command      a list of a program (a path, a name on PATH or a Bazel label such
             as //examples:lif_neuron, which is built first) and its arguments,
             or one text for the shell. {name} is the value of a parameter,
             {{ and }} are braces.
explore      a list of values, {linspace: [first, last, count]}, {logspace:
             [first, last, count]} of exponents of 10, {range: [start, stop,
             step]} without stop, or {file: points.csv}. With `mode: list` the
             values stand side by side, in place of all combinations.
environment  settings such as jobs, use_pool, wrap_mode, filename, log_folder,
             log_level, complevel, complib, pandas_format, durability,
             result_layout (tree, or columns for very many runs),
             git_repository, sumatra_project, continuable, retries,
             max_failures, niceness, cpu_cap, memory_cap, seed; longest_first,
             the parameter by which to order the runs; resource_slots:
             {CUDA_VISIBLE_DEVICES: [0, 1]}, values of which each process has
             one for itself.

The program finds in its environment CPPET_RESULTS, the file to write its
results to: a JSON object such as {"rate": 12.5, "spikes": {"times": [1.5, 3]}};
CPPET_PARAMETERS, a JSON file of all parameters; CPPET_RUN, the number of the
run; and CPPET_SEED, a seed for its random numbers. Its exit code, time and
output are stored in any case, under `process`.
A run fails if the exit code is not 0, if a signal or the timeout ended it, or
if its results are no such JSON. Failed runs cost only themselves.

Flags:
  --out=FILE           store there; default hdf5/TRAJECTORY.hdf5
  --jobs=N             N processes at a time; 0 for all cores
  --nopool             a new process of explore for each run, too, in place of
                       one for each job; so it is if there are caps
  --wrap_mode=QUEUE    who stores: QUEUE a process that does nothing else (PIPE:
                       without a queue before it), LOCK each process, LOCAL the
                       main process, NONE without a lock
  --set=NAME=VALUE     another default value; may come several times
  --explore=NAME=1,2,3 other values to explore; may come several times
  --explore=NAME=START:STOP:COUNT
                       the same as a linspace
  --git_repository=.   keep the version of the code in this git repository:
                       changes of tracked files are committed before the runs
  --git_message=TEXT   how the message of that commit begins
  --git_mode=record    store the changes in place of committing them; or refuse
                       to run with changes
  --sumatra_project=.  add a record to this Sumatra project after the runs
  --sumatra_reason=TEXT, --sumatra_label=LABEL
                       why it is done, and how the record is called
  --dry_run            print the runs and their commands, do nothing
  --continue           run what is missing or failed in the file
  --progress=auto      show how far it is: auto a bar on a terminal, else a line
                       now and then; always a bar; never
  --quiet              only errors and failed runs
  --pypet=0.7.0/3.11.2 versions of pypet and Python to name in the file, so that
                       they load it strictly; auto asks python3
  --help, --version

Exit codes:
  0    all runs completed
  1    wrong usage, spec or file; nothing was run, nothing written
  2    some runs failed; all others are stored
  3    all runs completed and are stored, but the Sumatra record is missing
  130  interrupted by Ctrl-C: active runs finished and are stored (a second
       Ctrl-C ends them at once); go on with --continue
)";

}  // namespace

int main(int argc, char** argv) {
  const cppet::CommandLine line = cppet::InitTool(
      argc, argv, {.help = kHelp, .repeated = {"set", "explore"}});
  const auto repeated = [&line](const std::string& name) {
    const auto values = line.repeated.find(name);
    return values == line.repeated.end() ? std::vector<std::string>()
                                         : values->second;
  };
  cppet::ExploreOptions options;
  options.spec = line.arguments[0];
  options.out = FLAGS_out;
  options.jobs = FLAGS_jobs;
  if (!gflags::GetCommandLineFlagInfoOrDie("pool").is_default) {
    options.pool = FLAGS_pool;
  }
  options.wrap_mode = FLAGS_wrap_mode;
  options.progress = FLAGS_progress;
  options.git_repository = FLAGS_git_repository;
  options.git_message = FLAGS_git_message;
  options.git_mode = FLAGS_git_mode;
  options.sumatra_project = FLAGS_sumatra_project;
  options.sumatra_reason = FLAGS_sumatra_reason;
  options.sumatra_label = FLAGS_sumatra_label;
  options.sets = repeated("set");
  options.explores = repeated("explore");
  options.pypet = FLAGS_pypet;
  options.dry_run = FLAGS_dry_run;
  options.continue_runs = FLAGS_continue;
  options.quiet = FLAGS_quiet;
  options.command_line.assign(argv, argv + argc);
  return cppet::Explore(options, std::cout, std::cerr);
}
