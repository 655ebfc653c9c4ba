#ifndef CPPET_TRAJECTORY_TRAJECTORY_BYTES_H_
#define CPPET_TRAJECTORY_TRAJECTORY_BYTES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// A trajectory that was loaded, with all its nodes and values, as bytes, to
// send it from process to process of one program, and back. All values of
// ranges are in them; presets and what was removed are not.
//
// Errors of Decode:
//   kDataLoss: the bytes are no whole trajectory.
std::string EncodeTrajectory(const Trajectory& trajectory);
absl::StatusOr<std::unique_ptr<Trajectory>> DecodeTrajectory(
    absl::string_view bytes);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_TRAJECTORY_BYTES_H_
