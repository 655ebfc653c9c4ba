#ifndef CPPET_TOOLS_LIB_PICKLE_JSON_H_
#define CPPET_TOOLS_LIB_PICKLE_JSON_H_

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace cppet {

// Returns what is in `pickle` as Python's types and values:
//
//   {"type": "list", "len": 2, "items": [{"type": "int", "value": 1},
//                                        {"type": "NoneType", "value": null}]}
//
// Of objects of other classes only {"type": "Point", "module": "geo"}; of what
// is no pickle {"type": "pickle", "size": 17}.
nlohmann::ordered_json PickleJson(absl::string_view pickle);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_PICKLE_JSON_H_
