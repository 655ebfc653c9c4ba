#ifndef CPPET_TRAJECTORY_SPARSE_MATRIX_H_
#define CPPET_TRAJECTORY_SPARSE_MATRIX_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// A matrix of scipy that has only some of its elements. Which of the arrays
// count depends on the format; what they mean is as in scipy.
struct SparseMatrix {
  enum class Format : uint8_t { kCsr = 0, kCsc = 1, kBsr = 2, kDia = 3 };

  Format format = Format::kCsr;
  std::array<int64_t, 2> shape = {0, 0};
  // csr, csc: 1-d, one for each index. bsr: blocks, 3-d. dia: diagonals, 2-d.
  Value data = Value(std::vector<double>{});
  // csr, csc, bsr; 1-d arrays of int32_t or int64_t.
  Value indices = Value(std::vector<int32_t>{});
  Value indptr = Value(std::vector<int32_t>{0});
  // dia; an array likewise.
  Value offsets = Value(std::vector<int32_t>{});

  // Checks that the arrays fit together and all indices are in the matrix.
  //
  // Errors:
  //   kInvalidArgument: says what does not fit.
  absl::Status Check() const;

  // Where an element is in the matrix, and its position in `data`.
  struct Entry {
    int64_t row;
    int64_t column;
    int64_t at;
  };
  // The elements in the order of rows and columns. Several may be at one place,
  // and are then to be added. Those of a dia matrix that are 0 are left out.
  // Errors as Check.
  absl::StatusOr<std::vector<Entry>> Entries() const;
  // Number of elements with memory of their own: scipy's nnz. Errors as Check.
  absl::StatusOr<int64_t> StoredCount() const;
};

// "csr", "csc", "bsr" or "dia".
absl::string_view FormatName(SparseMatrix::Format format);

bool operator==(const SparseMatrix& a, const SparseMatrix& b);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_SPARSE_MATRIX_H_
