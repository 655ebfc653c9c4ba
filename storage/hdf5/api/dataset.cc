#include "cppet/storage/hdf5/api/dataset.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/codecs/codecs.h"
#include "cppet/storage/hdf5/codecs/decoded_size.h"

namespace cppet::hdf5 {
namespace {

// Chunks that were never written take no place in the file.
constexpr uint64_t kAlwaysAllowed = uint64_t{64} << 10;

// zlib makes data at most about so many times smaller.
constexpr uint64_t kMaxZlibExpansion = 1100;

absl::Status CheckFilters(hid_t dataset, hid_t properties) {
  RegisterCodecs();
  const int count = H5Pget_nfilters(properties);
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    size_t num_values = 0;
    char name[64] = "";
    const H5Z_filter_t filter =
        H5Pget_filter2(properties, i, &flags, &num_values, nullptr,
                       sizeof(name), name, nullptr);
    if (filter < 0 || H5Zfilter_avail(filter) <= 0) {
      return StatusAt(
          dataset,
          absl::StrCat("this HDF5 library has no filter ", filter, " ", name),
          absl::StatusCode::kUnimplemented);
    }
  }
  return absl::OkStatus();
}

size_t ChunkBytes(hid_t properties, hid_t type) {
  if (H5Pget_layout(properties) != H5D_CHUNKED) return 0;
  hsize_t dims[H5S_MAX_RANK];
  const int rank = H5Pget_chunk(properties, H5S_MAX_RANK, dims);
  size_t bytes = H5Tget_size(type);
  for (int i = 0; i < rank; ++i) bytes *= dims[i];
  return bytes;
}

uint64_t SaturatingProduct(uint64_t a, uint64_t b) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  return a != 0 && b > kMax / a ? kMax : a * b;
}

// The most bytes that all chunks of `dataset` can become.
uint64_t MostInChunks(const OpenedDataset& dataset, uint64_t stored) {
  const uint64_t at_least =
      std::max(kAlwaysAllowed, SaturatingProduct(stored, kMaxZlibExpansion));
  const hid_t id = dataset.id.get();
  const Handle properties(H5Dget_create_plist(id));
  const uint64_t expansion = MaxExpansion(properties.get());
  if (expansion <= kMaxZlibExpansion) return at_least;
  // Rates so high are hardly a limit; the number of chunks is.
  const Handle space(H5Dget_space(id));
  hsize_t chunks = 0;
  H5Dget_num_chunks(id, space.get(), &chunks);
  return std::max(at_least,
                  std::min(SaturatingProduct(chunks, dataset.chunk_bytes),
                           SaturatingProduct(stored, expansion)));
}

uint64_t FileSize(hid_t object) {
  const Handle file(H5Iget_file_id(object));
  hsize_t size = 0;
  H5Fget_filesize(file.get(), &size);
  return size;
}

}  // namespace

absl::StatusOr<OpenedDataset> InspectDataset(Handle dataset) {
  OpenedDataset opened;
  opened.id = std::move(dataset);
  const hid_t id = opened.id.get();
  opened.type = Handle(H5Dget_type(id));
  const Handle space(H5Dget_space(id));
  const Handle properties(H5Dget_create_plist(id));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (!opened.type.ok() || !properties.ok() || rank < 0) {
    return ErrorAt(id, "cannot read", absl::StatusCode::kDataLoss);
  }
  if (H5Pget_external_count(properties.get()) != 0 ||
      H5Pget_layout(properties.get()) == H5D_VIRTUAL) {
    return StatusAt(id, "its data is in another file",
                    absl::StatusCode::kUnimplemented);
  }
  CPPET_RETURN_IF_ERROR(CheckFilters(id, properties.get()));
  opened.chunk_bytes = ChunkBytes(properties.get(), opened.type.get());
  std::vector<hsize_t> dims(rank);
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  for (const hsize_t length : dims) {
    if (length > std::numeric_limits<int64_t>::max()) {
      return StatusAt(id, "it claims to be too large",
                      absl::StatusCode::kDataLoss);
    }
    opened.shape.push_back(length);
  }
  opened.is_scalar = H5Sget_simple_extent_type(space.get()) == H5S_SCALAR;
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) {
    opened.shape = {0};
  }
  return opened;
}

uint64_t MaxExpansion(hid_t properties) {
  uint64_t expansion = kMaxZlibExpansion;
  const int count = H5Pget_nfilters(properties);
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    size_t num_values = 0;
    const H5Z_filter_t filter = H5Pget_filter2(
        properties, i, &flags, &num_values, nullptr, 0, nullptr, nullptr);
    expansion = std::max(expansion, CodecExpansion(filter));
  }
  return expansion;
}

absl::StatusOr<size_t> CheckedSize(const OpenedDataset& dataset,
                                   size_t element_size) {
  const hid_t id = dataset.id.get();
  const uint64_t file_size = FileSize(id);
  // For contiguous data, it is what the file claims.
  const uint64_t stored =
      std::min<uint64_t>(H5Dget_storage_size(id), file_size);
  const uint64_t limit = dataset.chunk_bytes > 0
                             ? MostInChunks(dataset, stored)
                             : std::max(kAlwaysAllowed, file_size);
  uint64_t size = element_size;
  for (const int64_t length : dataset.shape) {
    if (length != 0 && size > limit / length) {
      return StatusAt(id,
                      absl::StrCat("it claims to have more data than ", stored,
                                   " bytes in the file can hold"),
                      absl::StatusCode::kDataLoss);
    }
    size *= length;
  }
  return size;
}

absl::StatusOr<std::vector<char>> ReadAll(const OpenedDataset& dataset,
                                          hid_t type) {
  CPPET_ASSIGN_OR_RETURN(const size_t size,
                         CheckedSize(dataset, H5Tget_size(type)));
  std::vector<char> bytes(size);
  const ChunkSizeScope chunk_size(dataset.chunk_bytes);
  if (size > 0 && H5Dread(dataset.id.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                          bytes.data()) < 0) {
    return ErrorAt(dataset.id.get(), "cannot read",
                   absl::StatusCode::kDataLoss);
  }
  return bytes;
}

}  // namespace cppet::hdf5
