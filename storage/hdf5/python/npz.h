#ifndef CPPET_STORAGE_HDF5_PYTHON_NPZ_H_
#define CPPET_STORAGE_HDF5_PYTHON_NPZ_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/sparse_matrix.h"

namespace cppet::hdf5 {

// The bytes of the .npz file that scipy.sparse.save_npz writes of `matrix`, a
// zip of one .npy file for each array, here without compression:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
std::string WriteNpz(const SparseMatrix& matrix);

// The matrix in the bytes of an .npz file by scipy or WriteNpz.
//
// Errors:
//   kUnimplemented: it is of a format, a type or a compression that is none of
//     ours.
//   kDataLoss: it is damaged.
absl::StatusOr<SparseMatrix> ReadNpz(absl::string_view npz);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PYTHON_NPZ_H_
