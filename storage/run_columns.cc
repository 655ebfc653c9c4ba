#include "cppet/storage/run_columns.h"

namespace cppet {

absl::string_view ResultLayoutName(ResultLayout layout) {
  return layout == ResultLayout::kColumns ? "columns" : "tree";
}

std::optional<ResultLayout> ResultLayoutNamed(absl::string_view name) {
  if (name == "tree") return ResultLayout::kTree;
  if (name == "columns") return ResultLayout::kColumns;
  return std::nullopt;
}

}  // namespace cppet
