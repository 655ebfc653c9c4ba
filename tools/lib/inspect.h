#ifndef CPPET_TOOLS_LIB_INSPECT_H_
#define CPPET_TOOLS_LIB_INSPECT_H_

#include <ostream>
#include <string>

#include "cppet/storage/hdf5/read_options.h"
#include "cppet/tools/lib/exit_code.h"

namespace cppet {

// What is typed on the command line of `inspect`; empty where it is not.
struct InspectOptions {
  std::string file;
  // A name, or an index among the names in alphabetical order; -1 is the last.
  std::string trajectory;
  std::string path;  // what to show, by natural naming
  std::string where;
  // What to print; at most one of them.
  bool runs = false;
  bool json = false;
  bool check = false;
  bool repair = false;
  bool digest = false;
  bool patch = false;
  Hdf5ReadOptions reading;
};

// Prints what is in a file: data to `out`, messages to `err`.
ExitCode Inspect(const InspectOptions& options, std::ostream& out,
                 std::ostream& err);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_INSPECT_H_
