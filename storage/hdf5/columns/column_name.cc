#include "cppet/storage/hdf5/columns/column_name.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

// PyTables wants names without dots.
constexpr absl::string_view kDot = "__";
constexpr absl::string_view kItem = "___";

}  // namespace

std::string SpellColumn(absl::string_view result, absl::string_view item) {
  std::string column = absl::StrReplaceAll(result, {{".", kDot}});
  if (item != LastPart(result)) absl::StrAppend(&column, kItem, item);
  const auto [result_read, item_read] = ReadColumnName(column);
  const bool leads_back = result_read == result && item_read == item;
  return leads_back && column != kRunColumn && IsDataName(column) ? column : "";
}

std::pair<std::string, std::string> ReadColumnName(absl::string_view column) {
  const size_t place = column.find(kItem);
  const std::string result =
      absl::StrReplaceAll(column.substr(0, place), {{kDot, "."}});
  const absl::string_view item = place == absl::string_view::npos
                                     ? LastPart(result)
                                     : column.substr(place + kItem.size());
  return {result, std::string(item)};
}

}  // namespace cppet::hdf5
