#ifndef CPPET_TOOLS_LIB_COMPOSITE_JSON_H_
#define CPPET_TOOLS_LIB_COMPOSITE_JSON_H_

#include "cppet/trajectory/composite.h"
#include "nlohmann/json.hpp"

namespace cppet {

// Returns all there is to know of a composite value in Python, for comparison
// with what pypet reads; for a dict, say,
//
//   {"type": "dict", "items": {"a": {"type": "int", "value": 1}}}
//
// What a pickle holds is written as far as it is made of Python's own types.
nlohmann::ordered_json CompositeJson(const Composite& composite);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_COMPOSITE_JSON_H_
