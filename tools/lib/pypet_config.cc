#include "cppet/tools/lib/pypet_config.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr char kGroup[] = "config.hdf5";

// The texts below are data: what pypet 0.7 shows of any file.
constexpr char kGroupComment[] =
    "Settings for the standard HDF5 storage service";
constexpr char kTableComment[] =
    "Whether or not to have an overview table with that name";

struct Entry {
  const char* name;
  Value value;
  const char* comment;
};

// `value`, as an int of the size that the parameter has in the file.
Value LikePresent(const Value& value, const std::optional<Value>& present) {
  if (!present.has_value()) return value;
  return value.WithDType(present->dtype()).value_or(value);
}

}  // namespace

absl::Status AddPypetConfig(Trajectory& trajectory) {
  const Hdf5Settings settings;
  const Entry entries[] = {
      {"complevel", settings.complevel,
       "Compression Level (0 no compression to 9 highest compression)"},
      {"complib", settings.complib, "Compression Algorithm"},
      {"derived_parameters_per_run", settings.derived_parameters_per_run,
       "Expected number of derived parameters per run, a good guess can "
       "increase storage performance"},
      {"encoding", settings.encoding, "Encoding for unicode characters"},
      {"fletcher32", settings.fletcher32,
       "Whether to use fletcher 32 checksum"},
      {"overview.config_overview", settings.config_overview, kTableComment},
      {"overview.derived_parameters_overview",
       settings.derived_parameters_overview, kTableComment},
      {"overview.derived_parameters_summary",
       settings.derived_parameters_summary, kTableComment},
      {"overview.explored_parameters_overview",
       settings.explored_parameters_overview, kTableComment},
      {"overview.parameters_overview", settings.parameters_overview,
       kTableComment},
      {"overview.results_overview", settings.results_overview, kTableComment},
      {"overview.results_summary", settings.results_summary, kTableComment},
      {"pandas_format", settings.pandas_format,
       "How to store pandas data frames, either 'fixed' ('f') or 'table' "
       "('t')."},
      {"purge_duplicate_comments", settings.purge_duplicate_comments,
       "Whether comments of results and derived parameters should only be "
       "stored for the very first instance. Works only if the summary tables "
       "are active."},
      {"results_per_run", settings.results_per_run,
       "Expected number of results per run, a good guess can increase storage "
       "performance"},
      {"shuffle", settings.shuffle, "Whether to use shuffle filtering."},
  };
  for (const Entry& entry : entries) {
    const std::string full_name = absl::StrCat(kGroup, ".", entry.name);
    Node* node = trajectory.tree().FindExact(full_name);
    if (node == nullptr || node->kind() != Node::Kind::kParameter) {
      CPPET_RETURN_IF_ERROR(
          trajectory.AddValue(full_name, entry.value, entry.comment));
      continue;
    }
    auto& parameter = static_cast<Parameter&>(*node);
    parameter.Unlock();
    CPPET_RETURN_IF_ERROR(
        parameter.Set(LikePresent(entry.value, parameter.value())));
    parameter.set_comment(entry.comment);
  }
  return trajectory.AddGroup(kGroup, kGroupComment);
}

}  // namespace cppet
