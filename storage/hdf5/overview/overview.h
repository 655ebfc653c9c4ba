#ifndef CPPET_STORAGE_HDF5_OVERVIEW_OVERVIEW_H_
#define CPPET_STORAGE_HDF5_OVERVIEW_OVERVIEW_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/trajectory/range.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// A parameter or result, for the tables that list them.
struct OverviewEntry {
  absl::string_view full_name;
  absl::string_view comment;
  // Its value as text; called only if a table takes it.
  std::function<std::string()> value;
  const Range* range = nullptr;  // null unless it is explored
};

// The tables of a trajectory that list its parameters, results and comments.
// Rows are kept until Flush().
class Overview {
 public:
  // `group` is the group overview, which must outlive it. Tables that
  // `settings` asks for are made as needed; those that are there are used.
  Overview(hid_t group, const Hdf5Settings& settings)
      : group_(group), settings_(settings) {}

  // Lets Flush() make all tables of the settings, also those without rows.
  absl::Status WantTables();

  // Notes a leaf that is stored for the first time. Returns whether its comment
  // is to be stored with it: not if one like it is there already, unless that
  // is with a leaf of a later run. Of the runs that share a comment the one of
  // the lowest index has it, in whatever order they are stored.
  absl::StatusOr<bool> Add(const OverviewEntry& entry);

  // The full names of the leaves that lost their comments to those of earlier
  // runs since the last call.
  std::vector<std::string> TakeUncommented() {
    return std::exchange(uncommented_, {});
  }

  // Notes a leaf that is there in the tables of nodes anew.
  absl::Status AddRow(const OverviewEntry& entry);

  // Notes a leaf that is there as the one with its comment. Returns false if
  // there is another one already, or no table of comments.
  absl::StatusOr<bool> AddComment(const OverviewEntry& entry);

  // Removes the rows of leaves from the tables of nodes and, if `comments`, of
  // comments. Longer names than the tables hold are not found.
  absl::Status RemoveRows(const absl::flat_hash_set<std::string>& full_names,
                          bool comments);

  // Notes that a parameter that is there is explored now.
  absl::Status AddExplored(const OverviewEntry& entry);
  // The same for one that may have been explored before: its row is replaced.
  absl::Status UpdateExplored(const OverviewEntry& entry);

  // Writes all rows.
  absl::Status Flush();

 private:
  struct State {
    std::optional<Table> table;
    std::optional<Rows> pending;
    // Of all comments, for summaries: the digest, and the run that has it,
    // kNoRun if it is none.
    absl::flat_hash_map<std::string, int64_t> digests;
  };

  // The table `name`, null if there is none and none is wanted. Opened, or made
  // ready to be made, at the first call.
  absl::StatusOr<State*> Get(absl::string_view name);
  absl::Status AddNodeRow(absl::string_view table, const OverviewEntry& entry);
  // Gives the comment of `entry` to that if another leaf of a later run has it,
  // and returns whether that was so.
  absl::StatusOr<bool> MoveComment(const OverviewEntry& entry, State& summary);

  const hid_t group_;
  const Hdf5Settings settings_;
  std::map<std::string, std::unique_ptr<State>, std::less<>> states_;
  std::vector<std::string> uncommented_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_OVERVIEW_OVERVIEW_H_
