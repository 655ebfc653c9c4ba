#ifndef CPPET_STORAGE_HDF5_PYTHON_PICKLED_VALUE_H_
#define CPPET_STORAGE_HDF5_PYTHON_PICKLED_VALUE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// The protocol of pickles in items.
inline constexpr int kPickleProtocol = 4;

// The item beside pickles that tells their protocol.
inline constexpr char kPickleProtocolItem[] = "__pckl_prtcl__";

// The pickle of `value`, in a protocol as for pickle::Write. A type of the
// user's own becomes a dict with its name and its bytes.
//
// Errors:
//   kInvalidArgument: there is no pickle of such a value.
absl::StatusOr<std::string> PickleOf(const Value& value,
                                     int protocol = kPickleProtocol);

// The value in a pickle, of PickleOf or by Python; what is none that we have
// stays a PickledObject.
//
// Errors:
//   kDataLoss: it is no whole pickle.
absl::StatusOr<Value> FromPickle(absl::string_view pickle);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PYTHON_PICKLED_VALUE_H_
