#include "cppet/storage/hdf5/filters.h"

#include <cstdint>
#include <vector>

namespace cppet::hdf5 {
namespace {

// A dataset with more attributes keeps them in a heap of its own, which takes
// kilobytes. No table of ours has as many.
constexpr unsigned kMaxAttributesBeside = 128;

}  // namespace

int64_t PackFilters(const Filters& filters) {
  constexpr int64_t kZlib = 1;
  const bool compresses = filters.complevel > 0;
  int64_t flags = 0;
  if (compresses && filters.shuffle) flags |= 1;
  if (filters.fletcher32) flags |= 2;
  return filters.complevel | (compresses ? kZlib << 8 : 0) | flags << 16;
}

Handle DatasetProperties(const std::vector<hsize_t>& chunk,
                         const Filters& filters) {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  const hid_t id = properties.get();
  H5Pset_attr_phase_change(id, kMaxAttributesBeside, 0);
  H5Pset_obj_track_times(id, false);
  if (chunk.empty()) return properties;
  H5Pset_chunk(id, chunk.size(), chunk.data());
  if (filters.fletcher32) H5Pset_fletcher32(id);
  if (filters.complevel > 0) {
    if (filters.shuffle) H5Pset_shuffle(id);
    H5Pset_deflate(id, filters.complevel);
  }
  return properties;
}

}  // namespace cppet::hdf5
