#include "cppet/storage/hdf5/explorations.h"

#include <cstdint>
#include <string>
#include <vector>

#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/group.h"
#include "cppet/storage/hdf5/overview_rows.h"
#include "cppet/storage/hdf5/rows.h"
#include "cppet/storage/hdf5/table.h"
#include "cppet/storage/hdf5/text.h"

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
