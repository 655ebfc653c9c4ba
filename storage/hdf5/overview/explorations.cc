#include "cppet/storage/hdf5/overview/explorations.h"

#include <cstdint>
#include <string>
#include <vector>

#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/tables/table.h"

namespace cppet::hdf5 {

absl::StatusOr<std::optional<std::vector<std::string>>> ReadExplorations(
    hid_t overview) {
  if (!HasLink(overview, kExplorationsTable)) return std::nullopt;
  CPPET_ASSIGN_OR_RETURN(const Table table,
                         Table::Open(overview, kExplorationsTable));
  CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, table.num_rows()));
  std::vector<std::string> names;
  for (int64_t i = 0; i < rows.size(); ++i) {
    names.push_back(CleanUtf8(rows.Text(i, 0)));
  }
  return names;
}

}  // namespace cppet::hdf5
