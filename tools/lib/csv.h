#ifndef CPPET_TOOLS_LIB_CSV_H_
#define CPPET_TOOLS_LIB_CSV_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/tools/lib/literal.h"

namespace cppet {

// Returns the values of one column of `text`, lines of values with commas
// between. The column is the one that the first line calls `name`, or by the
// last part of `name`; a file of one column needs no such line. Blank lines and
// those that begin with # do not count. A field in double quotes is a text.
//
//   CsvColumn("I,rate\n0.5,12\n", "neuron.I")  // 0.5
//
// Errors:
//   kInvalidArgument: there is no such column, no value, a line with another
//     number of fields, or a quote without its end; says at which line.
absl::StatusOr<std::vector<Literal>> CsvColumn(absl::string_view text,
                                               absl::string_view name);

// Returns `text` as a field between `separator`s, in double quotes if it needs
// them: if it has a separator, a quote or more than one line in it, spaces at
// an end, or if `CsvColumn` would not take it for just this text.
//
//   CsvField("a, b", ',')  // "a, b" in quotes
std::string CsvField(absl::string_view text, char separator);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_CSV_H_
