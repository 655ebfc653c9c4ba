// Zip archives, and sparse matrices in them.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/hdf5/python/npz.h"
#include "cppet/storage/hdf5/python/zip_archive.h"
#include "cppet/trajectory/sparse_matrix.h"
#include "cppet/trajectory/value.h"

namespace cppet {

std::vector<std::string> FuzzSeeds() {
  SparseMatrix matrix;
  matrix.format = SparseMatrix::Format::kCsr;
  matrix.shape = {2, 3};
  matrix.data = std::vector<double>{1, 2};
  matrix.indices = std::vector<int32_t>{0, 2};
  matrix.indptr = std::vector<int32_t>{0, 1, 2};
  SparseMatrix diagonals;
  diagonals.format = SparseMatrix::Format::kDia;
  diagonals.shape = {2, 2};
  diagonals.data = NdArray<double>{{1, 2}, {1, 2}};
  diagonals.offsets = std::vector<int32_t>{0};
  return {hdf5::WriteNpz(matrix), hdf5::WriteNpz(diagonals),
          hdf5::WriteZip({{"a", "text"}, {"b", ""}})};
}

}  // namespace cppet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxSize = size_t{1} << 24;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  cppet::hdf5::ReadZip(bytes, kMaxSize).IgnoreError();
  cppet::hdf5::ReadNpz(bytes).IgnoreError();
  return 0;
}
