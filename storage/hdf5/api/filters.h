#ifndef CPPET_STORAGE_HDF5_API_FILTERS_H_
#define CPPET_STORAGE_HDF5_API_FILTERS_H_

#include <cstdint>
#include <vector>

#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// What happens to the data of a dataset on the way to the file.
struct Filters {
  int complevel = 9;  // 0 for no compression
  Complib complib = Complib::kZlib;
  bool shuffle = true;
  bool fletcher32 = false;

  bool any() const { return complevel > 0 || fletcher32; }
};

// The number that PyTables keeps in the attribute FILTERS of each group.
int64_t PackFilters(const Filters& filters);

// The kind of a dataset to PyTables, which some of its filters keep.
enum class DatasetKind { kTable, kArray };

// A property list to make datasets with: chunks of that shape, or in one piece
// if it is empty; all attributes beside the object.
Handle DatasetProperties(const std::vector<hsize_t>& chunk,
                         const Filters& filters, DatasetKind kind);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_FILTERS_H_
