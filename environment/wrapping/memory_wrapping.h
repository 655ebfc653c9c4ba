#ifndef CPPET_ENVIRONMENT_WRAPPING_MEMORY_WRAPPING_H_
#define CPPET_ENVIRONMENT_WRAPPING_MEMORY_WRAPPING_H_

#include <memory>

#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Nobody stores: at the end `trajectory`, which outlives it, takes in what the
// completed runs added. One that adds what is there already has failed.
std::unique_ptr<Wrapping> MakeMemoryWrapping(Trajectory& trajectory,
                                             Wrapping::Finished finished);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_MEMORY_WRAPPING_H_
