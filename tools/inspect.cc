// Shows what is in a file: see --help.

#include "cppet/tools/lib/inspect.h"

#include <iostream>

#include "cppet/tools/command_line.h"
#include "gflags/gflags.h"

DEFINE_string(trajectory, "", "name or index of the trajectory");
DEFINE_bool(runs, false, "print a table of the runs");
DEFINE_string(where, "", "which runs are in the table");
DEFINE_bool(json, false, "print everything as JSON");
DEFINE_bool(check, false, "check the whole file");
DEFINE_bool(repair, false, "finish what a killed program was writing");
DEFINE_bool(digest, false, "print a SHA-1 of all results");
DEFINE_bool(patch, false, "print what of the code was not committed");
DEFINE_bool(trust, false, "read the file in this process");
DEFINE_int64(memory, 0, "MiB of memory to read the file with");

namespace {

constexpr char kHelp[] =
    R"(inspect: shows what is in an HDF5 file of cppet or pypet.

  inspect FILE [PATH] [flags]

prints the tree of a trajectory with values and comments, or only what PATH
names: a group, a whole value, or a result of each run.

  inspect fi_curve.hdf5
  inspect fi_curve.hdf5 parameters.neuron
  inspect fi_curve.hdf5 process.stderr
  inspect fi_curve.hdf5 --runs --where='neuron.I > 0.5 && rate < 20'

Flags:
  --trajectory=NAME  which one; or its number in alphabetical order, from 0 or,
                     negative, from the end. Default: the last one
  --runs             a table with tabs: index, status, run time in seconds,
                     explored parameters and scalar results of each run
  --where=EXPR       only runs for which it holds: names of columns, numbers,
                     "texts", ==, !=, <, <=, >, >=, &&, ||, ! and parentheses;
                     status is completed, failed or not run
  --json             everything, as pypet sees it
  --check            check the whole file; exit code 0 if it is sound
  --repair           finish what a program was writing when it was killed, so
                     that h5py, pandas and pypet read it, and check the file;
                     cppet itself does so when it writes the next time
  --digest           a SHA-1 of all results, equal for equal ones; times that
                     commands took do not count
  --patch            changes of the code that were not committed, as git_mode
                     record stored them, for `git apply`
  --trust            read the file in this process. Without it, a process of
                     its own reads it, and may crash if it is damaged
  --memory=MIB       the most memory for that process. Default: 960 MiB, or four
                     times the size of the file if that is more
  --help, --version

Exit codes: 0 success; 1 wrong usage, no such file, or a damaged one
)";

}  // namespace

int main(int argc, char** argv) {
  const cppet::CommandLine line =
      cppet::InitTool(argc, argv, {.help = kHelp, .max_arguments = 2});
  cppet::InspectOptions options;
  options.file = line.arguments[0];
  if (line.arguments.size() > 1) options.path = line.arguments[1];
  options.trajectory = FLAGS_trajectory;
  options.where = FLAGS_where;
  options.runs = FLAGS_runs;
  options.json = FLAGS_json;
  options.check = FLAGS_check;
  options.repair = FLAGS_repair;
  options.digest = FLAGS_digest;
  options.patch = FLAGS_patch;
  options.reading.isolated = !FLAGS_trust;
  options.reading.max_memory = FLAGS_memory << 20;
  return cppet::Inspect(options, std::cout, std::cerr);
}
