#ifndef CPPET_STORAGE_HDF5_TREE_LEAF_WRITER_H_
#define CPPET_STORAGE_HDF5_TREE_LEAF_WRITER_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/overview/overview.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/storage/hdf5/values/parameter_data.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// What all leaves have.
struct LeafView {
  absl::string_view full_name;
  absl::string_view class_name;
  absl::string_view comment;
  const std::map<std::string, Value>* annotations = nullptr;
  // The comment is stored even if `overview` has one like it already.
  bool keep_comment = false;
};

// Add a leaf to the group `parent`, which has nothing of its name, and note it
// in `overview`, unless that is null: then somebody else did.
absl::Status WriteResult(hid_t parent, const LeafView& leaf, const Items& items,
                         const ItemFormat& format, Overview* overview);
absl::Status WriteParameter(hid_t parent, const LeafView& leaf,
                            const ParameterView& parameter,
                            const ParameterPlan& plan, const ItemFormat& format,
                            Overview* overview);

// Adds a leaf that a run left, noted by somebody else, to the group `parent`,
// which has nothing of its name. In the run it is called `full_name`.
absl::Status WriteLeafOfRun(hid_t parent, absl::string_view full_name,
                            const LeafRecord& leaf, bool with_comment,
                            const ItemFormat& format);

// What `leaf`, a parameter's, has to write. Both must outlive it.
ParameterView ParameterOf(absl::string_view full_name, const LeafRecord& leaf);

// How overview tables show a leaf; the values must outlive it.
OverviewEntry ResultEntry(absl::string_view full_name,
                          absl::string_view comment, const Items& items);
OverviewEntry ParameterEntry(absl::string_view full_name,
                             absl::string_view comment,
                             const ParameterView& parameter);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_LEAF_WRITER_H_
