#ifndef CPPET_TOOLS_LIB_VALUE_SUMMARY_H_
#define CPPET_TOOLS_LIB_VALUE_SUMMARY_H_

#include <string>

#include "cppet/trajectory/node.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// Returns `value` for a human in about 60 characters on one line, as Python
// writes it: 0.5, 'text', [1, 2, 3], a long array as its type and its first
// elements, float64 (1000, 3): 0.1, 0.2, 0.3, ...
std::string ValueSummary(const Value& value);

// The same for the data of a leaf: the default value of a parameter and what it
// is explored over, "0.5 (explored: 0.0, 0.1, ..., 1.0; 11 values)", or the
// items of a result, "rate=12.5, count=3". Empty if there is none, or if it is
// not loaded.
std::string LeafSummary(const Leaf& leaf);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_VALUE_SUMMARY_H_
