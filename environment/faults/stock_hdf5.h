#ifndef CPPET_ENVIRONMENT_FAULTS_STOCK_HDF5_H_
#define CPPET_ENVIRONMENT_FAULTS_STOCK_HDF5_H_

#include <string>

#include "absl/status/status.h"

namespace cppet {

// Opens the file `path` read-only as any program does that knows HDF5 but not
// cppet, and reads every dataset and every attribute of it. It may crash or
// hang at a damaged file.
//
// Errors:
//   kDataLoss: something cannot be read; named.
absl::Status ReadWithStockHdf5(const std::string& path);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_STOCK_HDF5_H_
