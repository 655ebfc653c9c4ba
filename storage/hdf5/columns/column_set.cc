#include "cppet/storage/hdf5/columns/column_set.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cppet/storage/hdf5/columns/column_name.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet::hdf5 {
namespace {

constexpr char kClass[] = "Result";

std::string RunPrefix(int64_t index) {
  return absl::StrCat("results.runs.", RunName(index), ".");
}

// What PyTables has in a table, but for the column of the run.
constexpr size_t kMaxColumns = 511;
// HDF5 has at most 64 KiB for the type of a row, with so much for each column
// beside its name.
constexpr size_t kMaxTypeBytes = 60000;
constexpr size_t kColumnBytes = 64;

bool CanBeCell(const Value& value) {
  return value.is_scalar() && !value.is_text() &&
         value.dtype() != DType::kDatetime64;
}

// A result of the run whose leaves begin with `prefix`, with nothing special
// but perhaps its values.
bool IsPlainResult(const LeafRecord& leaf, absl::string_view prefix) {
  return leaf.kind == Node::Kind::kResult &&
         absl::StartsWith(leaf.full_name, prefix) &&
         leaf.class_name == kClass && leaf.annotations.empty() &&
         !leaf.items.empty();
}

bool CanBeColumns(const LeafRecord& leaf, absl::string_view prefix) {
  return IsPlainResult(leaf, prefix) &&
         std::all_of(leaf.items.begin(), leaf.items.end(),
                     [](const auto& item) { return CanBeCell(item.second); });
}

// Whether all that is to be known of the names of `leaf` holds.
bool HasGoodNames(const LeafRecord& leaf, absl::string_view name) {
  if (!CheckNodeName(leaf.full_name).ok()) return false;
  absl::flat_hash_set<absl::string_view> seen;
  return std::all_of(
      leaf.items.begin(), leaf.items.end(), [&](const auto& item) {
        return seen.insert(item.first).second &&
               !absl::StrContains(item.first, '.') && IsDataName(item.first) &&
               !SpellColumn(name, item.first).empty();
      });
}

// Whether a leaf has its place where another one is or below it, which is an
// error.
bool HasClash(const RunRecord& record) {
  absl::flat_hash_set<absl::string_view> names;
  for (const LeafRecord& leaf : record.leaves) {
    if (!names.insert(leaf.full_name).second) return true;
  }
  return std::any_of(record.leaves.begin(), record.leaves.end(),
                     [&](const LeafRecord& leaf) {
                       absl::string_view parent = ParentPart(leaf.full_name);
                       while (!parent.empty() && !names.contains(parent)) {
                         parent = ParentPart(parent);
                       }
                       return !parent.empty();
                     });
}

}  // namespace

ColumnSet::ColumnSet(std::vector<RunColumn> columns)
    : columns_(std::move(columns)), row_size_(sizeof(int64_t)) {
  std::vector<std::string> keys;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const RunColumn& column = columns_[i];
    if (leaves_.empty() || leaves_.back().name != column.result) {
      leaves_.push_back({column.result, i, 0});
    }
    ++leaves_.back().count;
    row_size_ += ItemSize(column.dtype);
    keys.push_back(absl::StrCat(
        column.result, "\n", column.item, "\n", static_cast<int>(column.dtype),
        " ", static_cast<int>(column.flavor), "\n", column.comment));
  }
  std::sort(keys.begin(), keys.end());
  for (const std::string& key : keys) {
    absl::StrAppend(&key_, key.size(), " ", key, "\n");
  }
}

ColumnSet ColumnSet::Of(const RunRecord& record) {
  std::vector<RunColumn> columns;
  if (!record.completed || !record.links.empty()) return ColumnSet({});
  const std::string prefix = RunPrefix(record.index);
  absl::flat_hash_set<std::string> names;
  size_t name_bytes = 0;
  for (const LeafRecord& leaf : record.leaves) {
    if (!CanBeColumns(leaf, prefix)) continue;
    const std::string name = leaf.full_name.substr(prefix.size());
    if (!HasGoodNames(leaf, name)) continue;
    size_t more_bytes = 0;
    for (const auto& [item, value] : leaf.items) {
      const std::string column = SpellColumn(name, item);
      more_bytes += column.size() + kColumnBytes;
      // A result that is there twice is an error, which the tree has.
      if (!names.insert(column).second) return ColumnSet({});
    }
    if (columns.size() + leaf.items.size() > kMaxColumns ||
        name_bytes + more_bytes > kMaxTypeBytes) {
      continue;
    }
    name_bytes += more_bytes;
    for (const auto& [item, value] : leaf.items) {
      columns.push_back(
          {name, item, value.dtype(), value.flavor(), leaf.comment});
    }
  }
  if (HasClash(record)) return ColumnSet({});
  return ColumnSet(std::move(columns));
}

char* ColumnSet::PutLeaf(const LeafRecord& leaf, absl::string_view name,
                         const LeafColumns& expected, char* to) const {
  if (name != expected.name || leaf.items.size() != expected.count ||
      leaf.comment != columns_[expected.first].comment) {
    return nullptr;
  }
  for (size_t i = 0; i < expected.count; ++i) {
    const auto& [item, value] = leaf.items[i];
    const RunColumn& column = columns_[expected.first + i];
    if (!value.is_scalar() || value.dtype() != column.dtype ||
        value.flavor() != column.flavor || item != column.item) {
      return nullptr;
    }
    const absl::string_view bytes = value.bytes();
    to = std::copy(bytes.begin(), bytes.end(), to);
  }
  return to;
}

bool ColumnSet::AppendIfSame(const RunRecord& record, Leaves* leaves,
                             std::vector<char>* rows) const {
  if (!record.completed || !record.links.empty()) return false;
  const std::string prefix = RunPrefix(record.index);
  leaves->assign(record.leaves.size(), false);
  const size_t begin = rows->size();
  rows->resize(begin + row_size_);
  const auto* const index = reinterpret_cast<const char*>(&record.index);
  char* to = std::copy_n(index, sizeof(record.index), rows->data() + begin);
  size_t next = 0;
  bool is_same = true;
  for (size_t i = 0; i < record.leaves.size() && is_same; ++i) {
    const LeafRecord& leaf = record.leaves[i];
    char* end = nullptr;
    if (next < leaves_.size() && IsPlainResult(leaf, prefix)) {
      const auto name = absl::string_view(leaf.full_name).substr(prefix.size());
      end = PutLeaf(leaf, name, leaves_[next], to);
    }
    if (end != nullptr) {
      to = end;
      (*leaves)[i] = true;
      ++next;
    } else {
      is_same = !CanBeColumns(leaf, prefix);
    }
  }
  is_same = is_same && next == leaves_.size() && next > 0;
  // What is no column may be in the place of one.
  if (is_same && next < record.leaves.size()) is_same = !HasClash(record);
  if (!is_same) rows->resize(begin);
  return is_same;
}

std::vector<ColumnSpec> ColumnSet::TableColumns() const {
  std::vector<ColumnSpec> specs = {{kRunColumn, DType::kInt64, 0, {}}};
  for (const RunColumn& column : columns_) {
    specs.push_back(
        {SpellColumn(column.result, column.item), column.dtype, 0, {}});
  }
  return specs;
}

void ColumnSet::Append(const RunRecord& record, Leaves* leaves,
                       std::vector<char>* rows) const {
  const std::string prefix = RunPrefix(record.index);
  leaves->assign(record.leaves.size(), false);
  const auto* const index = reinterpret_cast<const char*>(&record.index);
  rows->insert(rows->end(), index, index + sizeof(record.index));
  for (const RunColumn& column : columns_) {
    const auto leaf = std::find_if(
        record.leaves.begin(), record.leaves.end(), [&](const auto& there) {
          absl::string_view name = there.full_name;
          return absl::ConsumePrefix(&name, prefix) && name == column.result;
        });
    (*leaves)[leaf - record.leaves.begin()] = true;
    const auto item = std::find_if(
        leaf->items.begin(), leaf->items.end(),
        [&](const auto& there) { return there.first == column.item; });
    const absl::string_view bytes = item->second.bytes();
    rows->insert(rows->end(), bytes.begin(), bytes.end());
  }
}

}  // namespace cppet::hdf5
