#include "cppet/storage/hdf5/api/filters.h"

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "cppet/storage/hdf5/codecs/blosc_codec.h"
#include "cppet/storage/hdf5/codecs/bzip2_codec.h"
#include "cppet/storage/hdf5/codecs/codecs.h"
#include "cppet/storage/hdf5/codecs/lzo_codec.h"

namespace cppet::hdf5 {
namespace {

// A dataset with more attributes keeps them in a heap of its own, which takes
// kilobytes. No table of ours has as many.
constexpr unsigned kMaxAttributesBeside = 128;

// PyTables lets each chunk choose to be stored as it is.
void SetFilter(hid_t properties, H5Z_filter_t filter,
               absl::Span<const unsigned> values) {
  H5Pset_filter(properties, filter, H5Z_FLAG_OPTIONAL, values.size(),
                values.data());
}

// Blosc shuffles by itself.
void SetBlosc(hid_t properties, const Filters& filters) {
  std::vector<unsigned> values = {0, 0, 0, 0};  // come by themselves
  values.push_back(filters.complevel);
  values.push_back(filters.shuffle);
  if (filters.complib != Complib::kBlosc) {
    values.push_back(static_cast<unsigned>(filters.complib) -
                     static_cast<unsigned>(Complib::kBloscBlosclz));
  }
  SetFilter(properties, kBloscFilter, values);
}

// The level, and version and class of PyTables' nodes.
std::vector<unsigned> NodeValues(const Filters& filters, DatasetKind kind) {
  const unsigned complevel = filters.complevel;
  if (kind == DatasetKind::kTable) return {complevel, 27, 0};
  return {complevel, 11, 4};
}

}  // namespace

int64_t PackFilters(const Filters& filters) {
  const bool compresses = filters.complevel > 0;
  int64_t flags = 0;
  if (compresses && filters.shuffle) flags |= 1;
  if (filters.fletcher32) flags |= 2;
  const int64_t complib =
      compresses ? static_cast<int64_t>(filters.complib) : 0;
  return filters.complevel | complib << 8 | flags << 16;
}

Handle DatasetProperties(const std::vector<hsize_t>& chunk,
                         const Filters& filters, DatasetKind kind) {
  RegisterCodecs();
  Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  const hid_t id = properties.get();
  H5Pset_attr_phase_change(id, kMaxAttributesBeside, 0);
  H5Pset_obj_track_times(id, false);
  if (chunk.empty()) return properties;
  H5Pset_chunk(id, chunk.size(), chunk.data());
  if (filters.fletcher32) H5Pset_fletcher32(id);
  if (filters.complevel <= 0) return properties;
  if (IsBlosc(filters.complib)) {
    SetBlosc(id, filters);
    return properties;
  }
  if (filters.shuffle) H5Pset_shuffle(id);
  if (filters.complib == Complib::kLzo) {
    SetFilter(id, kLzoFilter, NodeValues(filters, kind));
  } else if (filters.complib == Complib::kBzip2) {
    SetFilter(id, kBzip2Filter, NodeValues(filters, kind));
  } else {
    H5Pset_deflate(id, filters.complevel);
  }
  return properties;
}

}  // namespace cppet::hdf5
