#include "cppet/storage/hdf5/config_entries.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

constexpr char kGroup[] = "config.hdf5";

struct Entry {
  const char* name;
  Value value;
  const char* comment;
};

}  // namespace

absl::Status AddConfigEntries(const Hdf5Settings& settings,
                              Trajectory* trajectory) {
  // pypet keeps them as Python's int, in 32 bits.
  const auto number = [](int64_t value) { return static_cast<int32_t>(value); };
  const char* const kTable = "Is there an overview table of this name?";
  const Entry entries[] = {
      {"complevel", number(settings.complevel),
       "How hard to compress, from 0 (not at all) to 9"},
      {"complib", settings.complib, "What compresses the data"},
      {"derived_parameters_per_run",
       number(settings.derived_parameters_per_run),
       "About how many derived parameters each run adds"},
      {"encoding", settings.encoding, "How text is kept as bytes"},
      {"fletcher32", settings.fletcher32, "Is there a checksum of each chunk?"},
      {"overview.config_overview", settings.config_overview, kTable},
      {"overview.derived_parameters_overview",
       settings.derived_parameters_overview, kTable},
      {"overview.derived_parameters_summary",
       settings.derived_parameters_summary, kTable},
      {"overview.explored_parameters_overview",
       settings.explored_parameters_overview, kTable},
      {"overview.parameters_overview", settings.parameters_overview, kTable},
      {"overview.results_overview", settings.results_overview, kTable},
      {"overview.results_summary", settings.results_summary, kTable},
      {"pandas_format", settings.pandas_format,
       "The form of data frames: fixed or table"},
      {"purge_duplicate_comments", settings.purge_duplicate_comments,
       "Is a comment of several results stored only with the first of them?"},
      {"results_per_run", number(settings.results_per_run),
       "About how many results each run adds"},
      {"shuffle", settings.shuffle,
       "Are bytes reordered before they are compressed?"},
  };
  for (const Entry& entry : entries) {
    const std::string full_name = absl::StrCat(kGroup, ".", entry.name);
    if (trajectory->tree().FindExact(full_name) != nullptr) continue;
    CPPET_RETURN_IF_ERROR(
        trajectory->AddValue(full_name, entry.value, entry.comment));
  }
  CPPET_ASSIGN_OR_RETURN(Group * group, trajectory->tree().AddGroup(kGroup));
  if (group->comment().empty()) {
    group->set_comment("How this trajectory is kept in its HDF5 file");
  }
  return absl::OkStatus();
}

}  // namespace cppet::hdf5
