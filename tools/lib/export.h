#ifndef CPPET_TOOLS_LIB_EXPORT_H_
#define CPPET_TOOLS_LIB_EXPORT_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/read_options.h"
#include "cppet/tools/lib/column_source.h"
#include "cppet/tools/lib/exit_code.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

enum class ExportFormat {
  kCsv,
  kTsv,   // the same with tabs
  kJson,  // a list of objects
};

// Errors:
//   kInvalidArgument: there is no format `name`.
absl::StatusOr<ExportFormat> ParseExportFormat(absl::string_view name);

// The runs of a loaded trajectory, one row for each: idx, status, runtime, the
// explored parameters, and the scalar results called `results` in the order
// that they are given, or all but process.stdout and process.stderr if that is
// empty. What a run does not have is an empty field, or null.
//
// `columns` has those results of runs that are not in the tree.
//
// Errors: of reading columns, and
//   kNotFound: no scalar result has a name of `results`; a near one is
//     suggested.
absl::StatusOr<std::string> RunsAs(ExportFormat format,
                                   const Trajectory& trajectory,
                                   const std::vector<std::string>& results,
                                   const ColumnSource* columns = nullptr);

// What is typed on the command line of `export`; empty where it is not.
struct ExportOptions {
  std::string file;
  // A name, or an index among the names in alphabetical order; -1 is the last.
  std::string trajectory;
  std::vector<std::string> results;
  // By default that of the output's ending, or csv.
  std::string format;
  std::string output;
  Hdf5ReadOptions reading;
};

// Prints the runs of a file to `out`, or writes them to the output file.
ExitCode Export(const ExportOptions& options, std::ostream& out,
                std::ostream& err);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_EXPORT_H_
