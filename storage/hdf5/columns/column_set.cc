#include "cppet/storage/hdf5/columns/column_set.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/algorithm/container.h"
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

// The names of results of the run's own begin like this.
constexpr absl::string_view kPrefix = "results.runs.$.";

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

// A result of the run's own, with nothing special but perhaps its values.
bool IsPlainResult(const LeafRecord& leaf) {
  return leaf.head->kind == Node::Kind::kResult &&
         absl::StartsWith(leaf.head->name, kPrefix) &&
         leaf.head->class_name == kClass && leaf.head->annotations.empty() &&
         !leaf.items.empty();
}

bool CanBeColumns(const LeafRecord& leaf) {
  return IsPlainResult(leaf) &&
         std::all_of(leaf.items.begin(), leaf.items.end(),
                     [](const auto& item) { return CanBeCell(item.second); });
}

// Whether all that is to be known of the names of `leaf` holds.
bool HasGoodNames(const LeafRecord& leaf, absl::string_view name) {
  if (!CheckNodeName(NameInRun(leaf.head->name, 0)).ok()) return false;
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
  absl::flat_hash_set<std::string> names;
  for (const LeafRecord& leaf : record.leaves) {
    if (!names.insert(NameInRun(leaf.head->name, record.index)).second) {
      return true;
    }
  }
  return absl::c_any_of(names, [&](const std::string& name) {
    absl::string_view parent = ParentPart(name);
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
    if (i == 0 || columns_[i - 1].result != column.result) {
      LeafHead head;
      head.name = absl::StrCat(kPrefix, column.result);
      head.comment = column.comment;
      leaves_.push_back({std::make_shared<LeafHead>(std::move(head)), i, 0});
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
  std::vector<std::shared_ptr<const LeafHead>> heads;
  if (!record.completed || !record.links.empty()) return ColumnSet({});
  absl::flat_hash_set<std::string> names;
  size_t name_bytes = 0;
  for (const LeafRecord& leaf : record.leaves) {
    if (!CanBeColumns(leaf)) continue;
    const std::string name = leaf.head->name.substr(kPrefix.size());
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
    heads.push_back(leaf.head);
    for (const auto& [item, value] : leaf.items) {
      columns.push_back(
          {name, item, value.dtype(), value.flavor(), leaf.head->comment});
    }
  }
  if (HasClash(record)) return ColumnSet({});
  ColumnSet set(std::move(columns));
  // Those that other runs share.
  for (size_t i = 0; i < heads.size(); ++i) {
    set.leaves_[i].head = std::move(heads[i]);
  }
  return set;
}

char* ColumnSet::PutItems(const Items& items, const LeafColumns& expected,
                          char* to) const {
  if (items.size() != expected.count) return nullptr;
  for (size_t i = 0; i < expected.count; ++i) {
    const auto& [item, value] = items[i];
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
    if (next < leaves_.size() && (leaf.head == leaves_[next].head ||
                                  *leaf.head == *leaves_[next].head)) {
      end = PutItems(leaf.items, leaves_[next], to);
    }
    if (end != nullptr) {
      to = end;
      (*leaves)[i] = true;
      ++next;
    } else {
      is_same = !CanBeColumns(leaf);
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
  leaves->assign(record.leaves.size(), false);
  const auto* const index = reinterpret_cast<const char*>(&record.index);
  rows->insert(rows->end(), index, index + sizeof(record.index));
  for (const RunColumn& column : columns_) {
    const auto leaf = std::find_if(
        record.leaves.begin(), record.leaves.end(), [&](const auto& there) {
          absl::string_view name = there.head->name;
          return absl::ConsumePrefix(&name, kPrefix) && name == column.result;
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
