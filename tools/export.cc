// Writes the runs of a file as a table for other programs: see --help.

#include "cppet/tools/lib/export.h"

#include <iostream>

#include "absl/strings/str_split.h"
#include "cppet/tools/command_line.h"
#include "gflags/gflags.h"

DEFINE_string(trajectory, "", "name or index of the trajectory");
DEFINE_string(results, "", "which results are columns");
DEFINE_string(format, "", "csv, tsv or json");
DEFINE_string(o, "", "where to write it");
DEFINE_bool(trust, false, "read the file in this process");
DEFINE_int64(memory, 0, "MiB of memory to read the file with");

namespace {

constexpr char kHelp[] =
    R"(export: writes the runs of an HDF5 file of cppet or pypet as a table.

  export FILE [flags]

prints a row for each run: its index, status and run time in seconds, the
explored parameters and the results that are single numbers or texts. Numbers
have all their digits.

  export fi_curve.hdf5 > runs.csv
  export fi_curve.hdf5 --results=rate,process.stdout -o runs.json

Flags:
  --results=A,B,...  only these results, in this order. Default: all but
                     process.stdout and process.stderr
  --format=FORMAT    csv   commas between the fields, texts in quotes if needed
                     tsv   the same with tabs
                     json  a list of objects; nan, inf and -inf are texts
                     Default: as FILE of -o ends, else csv
  -o FILE            write it to FILE
  --trajectory=NAME  which one; or its number in alphabetical order, from 0 or,
                     negative, from the end. Default: the last one
  --trust            read the file in this process. Without it, a process of
                     its own reads it, and may crash if it is damaged
  --memory=MIB       the most memory for that process. Default: 960 MiB, or four
                     times the size of the file if that is more
  --help, --version

What a run does not have is an empty field, or null; an empty text is "".

Exit codes: 0 success; 1 wrong usage, no such file or result, or a damaged file
)";

}  // namespace

int main(int argc, char** argv) {
  const cppet::CommandLine line = cppet::InitTool(argc, argv, {.help = kHelp});
  cppet::ExportOptions options;
  options.file = line.arguments[0];
  options.trajectory = FLAGS_trajectory;
  options.results = absl::StrSplit(FLAGS_results, ',', absl::SkipEmpty());
  options.format = FLAGS_format;
  options.output = FLAGS_o;
  options.reading.isolated = !FLAGS_trust;
  options.reading.max_memory = FLAGS_memory << 20;
  return cppet::Export(options, std::cout, std::cerr);
}
