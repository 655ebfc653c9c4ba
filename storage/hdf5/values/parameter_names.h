#ifndef CPPET_STORAGE_HDF5_VALUES_PARAMETER_NAMES_H_
#define CPPET_STORAGE_HDF5_VALUES_PARAMETER_NAMES_H_

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// What the data of parameters is called in the groups of their leaves.

// Tables with a column "data"; pickles are items of that name.
inline constexpr char kData[] = "data";
inline constexpr char kExploredData[] = "explored_data";
// Arrays: the value; each different value of the range; and for each run the
// number of its value, in a table with a column "idx".
inline constexpr char kDataArray[] = "data__rr__";
inline constexpr char kExploredArrays[] = "explored__rr__";
inline constexpr char kExploredArrayIndexes[] = "explored_data__rr__";
inline constexpr char kOldArray[] = "xa__rr__";
// Sparse matrices likewise.
inline constexpr char kDataSparse[] = "data";
inline constexpr char kSparseItem[] = "xspm";
inline constexpr char kExploredSparseIndexes[] = "explored_data__spsp__";
// In old files a part of those that all have.
inline constexpr char kOldSparseData[] = "data__spsp__data";
inline constexpr char kOldSparsePart[] = "data__spsp__";
inline constexpr char kIndex[] = "idx";
// Pickles likewise; their indexes are in kExploredData.
inline constexpr char kPickleItem[] = "xp_";
// Items of a class of the user's own: those of the value are in the leaf
// itself, those of a value of the range in a group each. Indexes as of pickles.
inline constexpr char kItemsGroup[] = "xc_";

// Whether `name` is that of an item in the leaf of a class of the user's own,
// and of none of the above.
inline bool IsOwnItem(absl::string_view name) {
  name = name.substr(0, name.find('.'));
  if (name == kData) return false;
  for (const absl::string_view other :
       {"data__", "explored_", "xa_", kSparseItem, kPickleItem, kItemsGroup}) {
    if (absl::StartsWith(name, other)) return false;
  }
  return true;
}

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_PARAMETER_NAMES_H_
