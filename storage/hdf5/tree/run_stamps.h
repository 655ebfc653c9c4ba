#ifndef CPPET_STORAGE_HDF5_TREE_RUN_STAMPS_H_
#define CPPET_STORAGE_HDF5_TREE_RUN_STAMPS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/stamps/stamp.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/trajectory/run_record.h"

namespace cppet::hdf5 {

// For each leaf of a run, whether its comment is stored with it.
using StoredComments = std::vector<bool>;

// The group of a run in results.runs, ready to be copied for all runs that
// leave the same with other values.
class RunStamp {
 public:
  // Makes one of `record`, which is written as WriteResult does, to memory.
  //
  // Errors: those of Stamp::Of and of WriteResult.
  static absl::StatusOr<RunStamp> Of(const RunRecord& record,
                                     const StoredComments& comments,
                                     const ItemFormat& format);

  size_t size() const { return stamp_.size(); }

  // Puts a copy with the values of `record`, which is of the same kind, at
  // `out`. See Stamp::Press.
  void Press(const RunRecord& record, uint64_t address, char* out) const;

 private:
  explicit RunStamp(Stamp stamp) : stamp_(std::move(stamp)) {}

  Stamp stamp_;
  // The leaf and the item of each slot.
  std::vector<std::pair<size_t, size_t>> values_;
};

// Stamps for the kinds of runs that come again and again.
class RunStamps {
 public:
  explicit RunStamps(const ItemFormat& format) : format_(format) {}

  // The stamp for what `record` leaves, valid until the next call. Null if
  // there is none: too few runs left the same until now, or there is something
  // in it that no stamp can have. Only scalars can be, in results of the run's
  // own, and neither groups, links nor annotations.
  const RunStamp* Find(const RunRecord& record, const StoredComments& comments);

 private:
  struct Kind {
    int runs = 0;
    bool impossible = false;
    std::unique_ptr<const RunStamp> stamp;
  };

  const ItemFormat format_;
  absl::flat_hash_map<std::string, Kind> kinds_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_RUN_STAMPS_H_
