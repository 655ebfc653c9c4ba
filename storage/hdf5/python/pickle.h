#ifndef CPPET_STORAGE_HDF5_PYTHON_PICKLE_H_
#define CPPET_STORAGE_HDF5_PYTHON_PICKLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/object.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// Returns `value` as a pickle of protocol 0, which is text and what PyTables
// keeps in an attribute for all that HDF5 has no type for. `value` is not
// composite:
//
//   Pickle(Value::List<std::string>({"a", "b"}))  // "(lVa\naVb\na."
//
// Needs Python's own types and, for arrays and numpy's numbers, numpy.
std::string Pickle(const Value& value);

// Returns the value in a pickle of any protocol. Nothing of it is executed.
// Errors as ValueOf and:
//   kDataLoss: it is no pickle.
absl::StatusOr<Value> Unpickle(absl::string_view pickle);

// Returns the value that `object` is: a scalar of Python or numpy, a list or
// tuple of equal scalars, or an array of numpy's, pickled by it or by Pickle.
// numpy's arrays of objects are values if the objects are all texts.
//
// Errors:
//   kUnimplemented: it is something else; says of which type.
//   kDataLoss: numpy would not have written it so.
absl::StatusOr<Value> ValueOf(const pickle::Object& object);

// Returns what Pickle writes for `value`.
//
// Errors:
//   kInvalidArgument: it is composite, or a text is not UTF-8.
absl::StatusOr<pickle::ObjectPtr> ObjectOf(const Value& value);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PYTHON_PICKLE_H_
