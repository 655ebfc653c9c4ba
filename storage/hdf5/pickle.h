#ifndef CPPET_STORAGE_HDF5_PICKLE_H_
#define CPPET_STORAGE_HDF5_PICKLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// Returns `value` as a pickle of protocol 0, which is text and what PyTables
// keeps in an attribute for all that HDF5 has no type for:
//
//   Pickle(Value::List<std::string>({"a", "b"}))  // "(lVa\naVb\na."
//
// Needs Python's own types and, for arrays and numpy's numbers, numpy.
std::string Pickle(const Value& value);

// Returns the value in a pickle of protocol 0: a scalar, or a list or tuple of
// equal scalars, by whomever; an array, if Pickle made it. Nothing of it is
// executed.
//
// Errors:
//   kUnimplemented: it holds something else.
//   kDataLoss: it is no pickle of protocol 0.
absl::StatusOr<Value> Unpickle(absl::string_view pickle);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PICKLE_H_
