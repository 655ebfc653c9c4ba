#include "cppet/trajectory/sparse_matrix.h"

#include <algorithm>
#include <complex>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

// The numbers in an array of indices.
absl::StatusOr<std::vector<int64_t>> Numbers(absl::string_view what,
                                             const Value& value) {
  if (value.form() != Form::kArray || value.shape().size() != 1) {
    return Wrong(what, " is a ", value.TypeDescription(), ", no 1-d array");
  }
  if (value.dtype() != DType::kInt32 && value.dtype() != DType::kInt64) {
    return Wrong(what, " is of ", DTypeName(value.dtype()),
                 ", but has to be of int32 or int64");
  }
  return value.As<std::vector<int64_t>>();
}

// What there is of a matrix by rows (csr, bsr) or columns (csc), or of its
// diagonals (dia), each in bounds.
struct Places {
  std::vector<int64_t> indptr;
  std::vector<int64_t> indices;
  std::vector<int64_t> offsets;
  // Of a block; 1 x 1 for csr and csc.
  int64_t block_rows = 1;
  int64_t block_columns = 1;
};

absl::StatusOr<Places> CompressedPlaces(const SparseMatrix& matrix) {
  Places places;
  const bool bsr = matrix.format == SparseMatrix::Format::kBsr;
  const absl::Span<const int64_t> shape = matrix.data.shape();
  if (shape.size() != (bsr ? 3 : 1)) {
    return Wrong("the data of a ", FormatName(matrix.format), " matrix is a ",
                 matrix.data.TypeDescription());
  }
  if (bsr) {
    places.block_rows = shape[1];
    places.block_columns = shape[2];
    if (places.block_rows < 1 || places.block_columns < 1 ||
        matrix.shape[0] % places.block_rows != 0 ||
        matrix.shape[1] % places.block_columns != 0) {
      return Wrong("blocks of ", places.block_rows, " x ", places.block_columns,
                   " do not fill a matrix of ", matrix.shape[0], " x ",
                   matrix.shape[1]);
    }
  }
  CPPET_ASSIGN_OR_RETURN(places.indices, Numbers("indices", matrix.indices));
  CPPET_ASSIGN_OR_RETURN(places.indptr, Numbers("indptr", matrix.indptr));
  const bool by_column = matrix.format == SparseMatrix::Format::kCsc;
  const int64_t lines = matrix.shape[by_column] / places.block_rows;
  const int64_t across = matrix.shape[!by_column] / places.block_columns;
  const int64_t size = static_cast<int64_t>(places.indices.size());
  if (static_cast<int64_t>(places.indptr.size()) != lines + 1) {
    return Wrong("indptr has ", places.indptr.size(), " elements, not ",
                 lines + 1);
  }
  if (size != shape[0]) {
    return Wrong("there are ", size, " indices, but data for ", shape[0]);
  }
  int64_t last = 0;
  for (const int64_t at : places.indptr) {
    if (at < last || at > size) return Wrong("indptr has ", at, " in it");
    last = at;
  }
  if (places.indptr[0] != 0 || last != size) {
    return Wrong("indptr does not go from 0 to ", size);
  }
  for (const int64_t index : places.indices) {
    if (index < 0 || index >= across) {
      return Wrong("there is an index ", index, " of ", across);
    }
  }
  return places;
}

absl::StatusOr<Places> DiagonalPlaces(const SparseMatrix& matrix) {
  Places places;
  CPPET_ASSIGN_OR_RETURN(places.offsets, Numbers("offsets", matrix.offsets));
  const absl::Span<const int64_t> shape = matrix.data.shape();
  if (shape.size() != 2 ||
      shape[0] != static_cast<int64_t>(places.offsets.size())) {
    return Wrong("there are ", places.offsets.size(),
                 " offsets, but the data is a ", matrix.data.TypeDescription());
  }
  if (std::set<int64_t>(places.offsets.begin(), places.offsets.end()).size() !=
      places.offsets.size()) {
    return Wrong("there are two diagonals of one offset");
  }
  return places;
}

absl::StatusOr<Places> PlacesOf(const SparseMatrix& matrix) {
  if (matrix.shape[0] < 0 || matrix.shape[1] < 0) {
    return Wrong("a matrix cannot be of ", matrix.shape[0], " x ",
                 matrix.shape[1]);
  }
  if (matrix.data.form() != Form::kArray || matrix.data.is_text() ||
      matrix.data.dtype() == DType::kDatetime64) {
    return Wrong("the data of a sparse matrix is a ",
                 matrix.data.TypeDescription());
  }
  return matrix.format == SparseMatrix::Format::kDia ? DiagonalPlaces(matrix)
                                                     : CompressedPlaces(matrix);
}

bool IsZero(const Value& data, int64_t at) {
  const size_t size = ItemSize(data.dtype());
  const absl::string_view bytes = data.bytes().substr(at * size, size);
  const Value element = Value::Scalar(data.dtype(), Flavor::kNumpy, bytes);
  if (data.dtype() == DType::kBool) return bytes[0] == 0;
  const auto number = element.As<std::complex<double>>();
  // An integer that no double holds exactly is not 0.
  return number.ok() && *number == 0.0;
}

// Calls `visit(row, column, at)` for each element of a csr, csc or bsr matrix.
template <typename Visit>
void VisitCompressed(const SparseMatrix& matrix, const Places& places,
                     const Visit& visit) {
  const int64_t block_size = places.block_rows * places.block_columns;
  const bool by_column = matrix.format == SparseMatrix::Format::kCsc;
  for (size_t line = 0; line + 1 < places.indptr.size(); ++line) {
    for (int64_t i = places.indptr[line]; i < places.indptr[line + 1]; ++i) {
      for (int64_t j = 0; j < block_size; ++j) {
        const int64_t a = line * places.block_rows + j / places.block_columns;
        const int64_t b =
            places.indices[i] * places.block_columns + j % places.block_columns;
        visit(by_column ? b : a, by_column ? a : b, i * block_size + j);
      }
    }
  }
}

// The same for the elements of a dia matrix that are in it.
template <typename Visit>
void VisitDiagonals(const SparseMatrix& matrix, const Places& places,
                    const Visit& visit) {
  const int64_t length = matrix.data.shape()[1];
  for (size_t d = 0; d < places.offsets.size(); ++d) {
    for (int64_t column = 0; column < std::min(length, matrix.shape[1]);
         ++column) {
      const int64_t row = column - places.offsets[d];
      if (row < 0 || row >= matrix.shape[0]) continue;
      visit(row, column, static_cast<int64_t>(d) * length + column);
    }
  }
}

template <typename Visit>
void VisitElements(const SparseMatrix& matrix, const Places& places,
                   const Visit& visit) {
  if (matrix.format == SparseMatrix::Format::kDia) {
    VisitDiagonals(matrix, places, visit);
  } else {
    VisitCompressed(matrix, places, visit);
  }
}

}  // namespace

absl::string_view FormatName(SparseMatrix::Format format) {
  static constexpr absl::string_view kNames[] = {"csr", "csc", "bsr", "dia"};
  return kNames[static_cast<size_t>(format)];
}

absl::Status SparseMatrix::Check() const { return PlacesOf(*this).status(); }

absl::StatusOr<int64_t> SparseMatrix::StoredCount() const {
  CPPET_ASSIGN_OR_RETURN(const Places places, PlacesOf(*this));
  int64_t count = 0;
  VisitElements(*this, places, [&](int64_t, int64_t, int64_t) { ++count; });
  return count;
}

absl::StatusOr<std::vector<SparseMatrix::Entry>> SparseMatrix::Entries() const {
  CPPET_ASSIGN_OR_RETURN(const Places places, PlacesOf(*this));
  std::vector<Entry> entries;
  VisitElements(*this, places, [&](int64_t row, int64_t column, int64_t at) {
    if (format == Format::kDia && IsZero(data, at)) return;
    entries.push_back({row, column, at});
  });
  std::stable_sort(
      entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.row, a.column) < std::tie(b.row, b.column);
      });
  return entries;
}

bool operator==(const SparseMatrix& a, const SparseMatrix& b) {
  return std::tie(a.format, a.shape, a.data, a.indices, a.indptr, a.offsets) ==
         std::tie(b.format, b.shape, b.data, b.indices, b.indptr, b.offsets);
}

}  // namespace cppet
