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
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/stamps/stamp.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/trajectory/run_record.h"

namespace cppet::hdf5 {

// For each leaf of a run, whether its comment is stored with it.
using StoredComments = std::vector<bool>;

// How what runs leave is written.
struct RunFormat {
  ItemFormat items;
  unsigned chunk_index_rank = 0;  // of the file
};

// The groups of a run, in results.runs and derived_parameters.runs, ready to be
// copied for all runs that leave the same with other values.
class RunStamp {
 public:
  struct Group {
    absl::string_view
        branch;         // full name of what has such a group for each run
    size_t offset = 0;  // where it is in a copy
  };

  // Makes one of `record`, which is written in the ordinary way, to memory.
  //
  // Errors: those of Stamp::Of and of WriteLeafOfRun.
  static absl::StatusOr<RunStamp> Of(const RunRecord& record,
                                     const StoredComments& comments,
                                     const RunFormat& format);

  // Bytes of one copy.
  size_t size() const { return size_; }
  const std::vector<Group>& groups() const { return groups_; }

  // Puts a copy with the values of `record`, which is of the same kind, at
  // `out`. See Stamp::Press.
  void Press(const RunRecord& record, uint64_t address, char* out) const;

 private:
  struct Part {
    Stamp stamp;
    // The leaf and the item of each slot.
    std::vector<std::pair<size_t, size_t>> values;
  };

  static absl::StatusOr<Part> PartOf(const RunRecord& record,
                                     const StoredComments& comments,
                                     const RunFormat& format,
                                     absl::string_view prefix);

  std::vector<Group> groups_;
  std::vector<Part> parts_;  // one for each of them
  size_t size_ = 0;
};

// Stamps for the kinds of runs that come again and again.
class RunStamps {
 public:
  // From now on runs are of that format. Stamps of another one are forgotten.
  void Use(const RunFormat& format);

  // The stamp for what `record` leaves, valid until the next call. Null if
  // there is none: too few runs left the same until now, or there is something
  // in it that no stamp can have. Only scalars can be, in results and derived
  // parameters of the run's own, whose names begin with results.runs.$ and
  // derived_parameters.runs.$, and neither groups, links nor annotations.
  const RunStamp* Find(const RunRecord& record, const StoredComments& comments);

 private:
  struct Kind {
    int runs = 0;
    bool impossible = false;
    std::unique_ptr<const RunStamp> stamp;
  };

  RunFormat format_;
  absl::flat_hash_map<std::string, Kind> kinds_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_RUN_STAMPS_H_
