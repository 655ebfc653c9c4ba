#ifndef CPPET_STORAGE_HDF5_OVERVIEW_OVERVIEW_ROWS_H_
#define CPPET_STORAGE_HDF5_OVERVIEW_OVERVIEW_ROWS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/trajectory/run_info.h"

namespace cppet::hdf5 {

// The group below a trajectory that holds its tables.
inline constexpr char kOverview[] = "overview";
inline constexpr char kInfoTable[] = "info";
inline constexpr char kRunTable[] = "runs";
inline constexpr char kSettingsTable[] = "hdf5_settings";
inline constexpr char kExplorationsTable[] = "explorations";

// Bytes of full names and of names.
inline constexpr size_t kLocationSize = 512;
inline constexpr size_t kNameSize = 128;
// Of the text of the parameters of a run.
inline constexpr size_t kSummarySize = 512;

// The one row of the table of what a trajectory is.
struct InfoRow {
  std::string name;
  std::string time;
  int64_t length = 1;
  double timestamp = 0;
  std::string comment;
  std::string python;
  std::string version;
};
std::shared_ptr<const RowLayout> InfoLayout();
void AddInfoRow(const InfoRow& info, Rows* rows);
InfoRow InfoRowOf(const Rows& rows, int64_t row);

// The columns of a run table, which older files do not have all.
struct RunColumns {
  explicit RunColumns(const RowLayout& layout);

  int index, name, time, timestamp, finish_timestamp, runtime,
      parameter_summary, hexsha, completed;
};
// Bytes of its texts that may be shorter.
struct RunLayoutSizes {
  size_t name = kNameSize;
  size_t summary = kSummarySize;
};
std::shared_ptr<const RowLayout> RunLayout(const RunLayoutSizes& sizes = {});
void AddRunRow(const RunInfoView& run, const RunColumns& columns, Rows* rows);
// Their texts are those of `run` and of `rows`.
RunInfoView RunInfoViewOf(const RunInfo& run);
RunInfoView RunInfoViewOf(const Rows& rows, const RunColumns& columns,
                          int64_t row);
// With texts that are UTF-8.
RunInfo RunInfoOf(const RunInfoView& row);

std::shared_ptr<const RowLayout> SettingsLayout();
void AddSettingsRow(const Hdf5Settings& settings, Rows* rows);
Hdf5Settings SettingsOf(const Rows& rows, int64_t row);

// The one column of the table of explored parameters; names have at most
// `name_size` bytes.
std::shared_ptr<const RowLayout> ExplorationsLayout(size_t name_size);

// Tables with a row for each parameter or result, also with their ranges, or
// for each comment.
std::shared_ptr<const RowLayout> NodeLayout();
std::shared_ptr<const RowLayout> ExploredNodeLayout();
std::shared_ptr<const RowLayout> SummaryLayout();

// The most bytes that tables hold.
inline constexpr size_t kValueSize = 64;
inline constexpr size_t kCommentSize = 512;
inline constexpr size_t kRangeSize = 1024;

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_OVERVIEW_OVERVIEW_ROWS_H_
