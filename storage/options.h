#ifndef CPPET_STORAGE_OPTIONS_H_
#define CPPET_STORAGE_OPTIONS_H_

#include <limits>
#include <string>
#include <vector>

namespace cppet {

// How much of one branch to load.
enum class LoadLevel {
  kNothing,
  kSkeleton,   // groups and leaves with their comments, but no data
  kData,       // data that is not in memory yet
  kOverwrite,  // all data, in the place of what is in memory
};

// How much of a trajectory to load.
struct LoadOptions {
  // config and parameters.
  LoadLevel parameters = LoadLevel::kData;
  LoadLevel derived_parameters = LoadLevel::kSkeleton;
  LoadLevel results = LoadLevel::kSkeleton;
  // Branches of the user's own.
  LoadLevel other = LoadLevel::kSkeleton;
  // Results of runs that are columns (ResultLayout::kColumns), as nodes like
  // all others, which takes about 1 kB for each run. Otherwise they are left
  // out, and StorageService::ReadRunColumns has them.
  bool run_columns = true;
  // Damaged data is left out and not an error. What only Python can read is
  // always left out.
  bool leave_out_damaged = false;
  // If not null: takes what is left out, one line each.
  std::vector<std::string>* warnings = nullptr;
  // The most steps from the root; what is deeper is left out.
  int max_depth = std::numeric_limits<int>::max();
  // As a new experiment, not stored: config and parameters only, unlocked; what
  // was explored is, and no run was run yet. Skeletons of other branches are
  // left out.
  bool as_new = false;
  // The name of what is loaded as new; that of the stored one if empty.
  std::string new_name;
  // What became of the runs; otherwise all are taken for not run.
  bool with_run_information = true;
  // Comment, time, version and annotations of the trajectory, and the run
  // information; otherwise it has but its tree and length.
  bool with_meta_data = true;
};

// Everything with all its data.
inline LoadOptions LoadAll() {
  return {LoadLevel::kData, LoadLevel::kData, LoadLevel::kData,
          LoadLevel::kData};
}

struct LoadItemsOptions {
  LoadLevel level = LoadLevel::kData;
  // What is below groups as well.
  bool recursive = false;
  // The most steps below each name.
  int max_depth = std::numeric_limits<int>::max();
  // Only these data items of results, or all but these.
  std::vector<std::string> only;
  std::vector<std::string> except;
  // As in LoadOptions.
  bool leave_out_damaged = false;
  std::vector<std::string>* warnings = nullptr;
};

// What to do with leaves that are stored already.
enum class StoreLevel {
  kSkip,       // they stay as they are
  kNew,        // items, annotations and ranges are added that they do not have
  kOverwrite,  // data that is in memory replaces theirs
};

struct StoreOptions {
  // Only the trajectory itself and its tables, and nothing of the tree.
  bool only_init = false;
  StoreLevel level = StoreLevel::kNew;
  // The most steps from the root; what is deeper is not stored.
  int max_depth = std::numeric_limits<int>::max();
};

struct StoreItemsOptions {
  // What is below groups as well.
  bool recursive = false;
  // Data that is in memory replaces that of leaves which are stored already;
  // comments and annotations stay, and so do items that are not in memory.
  bool overwrite = false;
  // Only these data items of results are replaced.
  std::vector<std::string> overwrite_items;
};

struct DeleteOptions {
  // Groups with all below them.
  bool recursive = false;
  // Not the results themselves, only these data items of each.
  std::vector<std::string> items;
  // From memory, too.
  bool remove_from_trajectory = false;
};

struct CopyOptions {
  // The file to copy to, which is made if there is none; the same one if empty.
  std::string filename;
  // The same if empty.
  std::string new_name;
};

}  // namespace cppet

#endif  // CPPET_STORAGE_OPTIONS_H_
