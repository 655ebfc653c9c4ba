#ifndef CPPET_SUMATRA_PYTHON_RECORD_STORE_H_
#define CPPET_SUMATRA_PYTHON_RECORD_STORE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/sumatra/project_file.h"
#include "cppet/sumatra/record_store.h"

namespace cppet {

// Returns the store of any kind of a project, by a Python that has Sumatra and
// can open it: that of CPPET_SUMATRA_PYTHON, else that of the command smt on
// PATH, else python3.
//
// Errors:
//   kFailedPrecondition: there is none; the message says what was tried, and
//     why that cannot.
absl::StatusOr<std::unique_ptr<RecordStore>> OpenPythonRecordStore(
    const ProjectSettings& project);

// Returns the command of the Python that runs the script of which `start` are
// the first two lines, empty if it is not of Python. pip writes long paths into
// the second line, of a shell script that is Python as well.
std::vector<std::string> PythonOfScript(absl::string_view start);

}  // namespace cppet

#endif  // CPPET_SUMATRA_PYTHON_RECORD_STORE_H_
