#ifndef CPPET_ENVIRONMENT_PROVENANCE_PARAMETERS_JSON_H_
#define CPPET_ENVIRONMENT_PROVENANCE_PARAMETERS_JSON_H_

#include <cstdint>

#include "cppet/trajectory/trajectory.h"
#include "nlohmann/json.hpp"

namespace cppet {

// The most values of an explored parameter that are written out.
inline constexpr int64_t kMaxRecordedValues = 1'000'000;

// Returns the parameters of `trajectory` in an object, by their full names:
//
//   {"parameters.neuron.I": [0.0, 0.5, 1.0], "parameters.neuron.name": "lif"}
//
// An explored one has the list of its values, one for each run; of more than
// kMaxRecordedValues, a text says from where to where they go. Numbers, also
// nan and infinite ones, truth values, texts and arrays of them are what they
// are; all else is a text, as Python writes it. An empty one is null.
nlohmann::json ParametersJson(const Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_PROVENANCE_PARAMETERS_JSON_H_
