// Puts the runs of several files into one: see --help.

#include "cppet/tools/lib/merge.h"

#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "cppet/tools/command_line.h"
#include "gflags/gflags.h"

DEFINE_string(trial, "", "parameter that counts trials");
DEFINE_bool(remove_duplicates, false, "leave out points that are there");

namespace {

constexpr char kHelp[] =
    R"(merge: puts the runs of several HDF5 files of cppet or pypet into one.

  merge OUT IN... [flags]

adds to the trajectory in OUT the runs of those in the files IN, one after the
other, with all their results. If there is no OUT, it is made of the first IN.
The files IN stay as they are. Of a file with several trajectories it is the
last one in alphabetical order.

  merge all.hdf5 monday.hdf5 tuesday.hdf5
  merge all.hdf5 finer_grid.hdf5 --remove_duplicates
  merge all.hdf5 more_trials.hdf5 --trial=simulation.trial

All have to have the same parameters. One that is explored in one of them, or
has different values, is explored in the merged trajectory. Runs get new
numbers, and results their names; a result outside of runs that is there already
stays as it is, with a warning. After an error OUT is as it was.

Flags:
  --trial=NAME         a parameter with the values 0, 1, ... in each file, which
                       are counted on from file to file
  --remove_duplicates  leave out runs at points that OUT has already; it is an
                       error if no run is left. Not with --trial, where there
                       are none
  --ignore=NAME,...    parameters, results or groups of the files IN to leave
                       out, by their full names. May come several times
  --help, --version

Exit codes: 0 success; 1 wrong usage or files, and nothing was written
)";

}  // namespace

int main(int argc, char** argv) {
  cppet::CommandLine line =
      cppet::InitTool(argc, argv,
                      {.help = kHelp,
                       .repeated = {"ignore"},
                       .min_arguments = 2,
                       .max_arguments = std::numeric_limits<size_t>::max()});
  cppet::MergeCommand command;
  command.out = line.arguments[0];
  command.in.assign(line.arguments.begin() + 1, line.arguments.end());
  command.options.trial_parameter = FLAGS_trial;
  command.options.remove_duplicates = FLAGS_remove_duplicates;
  for (const std::string& names : line.repeated["ignore"]) {
    for (const absl::string_view name :
         absl::StrSplit(names, ',', absl::SkipEmpty())) {
      command.options.ignore.emplace_back(name);
    }
  }
  return cppet::Merge(command, std::cerr);
}
