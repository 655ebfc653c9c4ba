#ifndef CPPET_STORAGE_STORAGE_CONFORMANCE_VALUES_H_
#define CPPET_STORAGE_STORAGE_CONFORMANCE_VALUES_H_

#include <string>
#include <utility>
#include <vector>

#include "cppet/trajectory/value.h"

namespace cppet {

// Values of each type and form that a service keeps, by a name.
using NamedValue = std::pair<std::string, Value>;
// Those that are never empty, and can be parameters.
std::vector<NamedValue> ParameterValues();
// Those, empty ones, and composite ones, which can be in one result.
std::vector<NamedValue> ItemValues();
// Those whose Python type shows without further notes.
std::vector<NamedValue> AnnotationValues();
// Sparse matrices of all formats; dicts, tables and data frames beside them;
// and what only a pickle can hold.
std::vector<NamedValue> SparseValues();
std::vector<NamedValue> CompositeValues();
std::vector<NamedValue> PickledValues();

}  // namespace cppet

#endif  // CPPET_STORAGE_STORAGE_CONFORMANCE_VALUES_H_
