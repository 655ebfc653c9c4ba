#ifndef CPPET_BASE_PYTHON_REPR_H_
#define CPPET_BASE_PYTHON_REPR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace cppet {

// Returns Python's repr of a float: the fewest digits that give the same number
// back ("1.0", "1e-07", "inf", "nan"). For a float, the fewest that give that.
std::string PythonFloatRepr(double value);
std::string PythonFloatRepr(float value);

enum class PythonText { kStr, kBytes };

// Returns Python's repr of a str, of which `text` is the UTF-8, or of bytes:
// "'a\\n'", "b'a\\xff'". Characters of a str above 0x7F are as they are.
std::string PythonTextRepr(absl::string_view text, PythonText type);

}  // namespace cppet

#endif  // CPPET_BASE_PYTHON_REPR_H_
