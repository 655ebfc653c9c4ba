#include "cppet/storage/hdf5/values/parameter_data.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/seen_objects.h"
#include "cppet/storage/hdf5/python/pickled_value.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/hdf5/values/class_names.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/storage/hdf5/values/parameter_names.h"
#include "cppet/storage/hdf5/values/sparse_parts.h"
#include "cppet/storage/hdf5/values/value_column.h"
#include "cppet/trajectory/composite.h"

namespace cppet::hdf5 {
namespace {

using Layout = ParameterLayout;

constexpr int64_t kArraysPerSet = 1000;

constexpr char kOldRangeLength[] = "SRVC_INIT_LENGTH";

// Numbers values as they come; equal ones have the same number.
class DistinctValues {
 public:
  // The number of `value`, and whether it is new.
  std::pair<int32_t, bool> Add(const Value& value) {
    std::vector<int32_t>& numbers = by_hash_[HashOf(value)];
    for (const int32_t number : numbers) {
      if (values_[number] == value) return {number, false};
    }
    const int32_t number = values_.size();
    numbers.push_back(number);
    values_.push_back(value);
    return {number, true};
  }

 private:
  static size_t HashOf(const Value& value) {
    if (value.form() != Form::kDict) {
      return absl::HashOf(value.bytes(), value.texts(), value.shape());
    }
    size_t hash = 0;
    for (const auto& [name, entry] :
         std::get<Dict>(value.composite()->data).entries) {
      hash = absl::HashOf(hash, name, HashOf(entry));
    }
    return hash;
  }

  std::vector<Value> values_;
  absl::flat_hash_map<size_t, std::vector<int32_t>> by_hash_;
};

// The names of what is written once for each different value of a range.
std::string ItemName(Layout layout, int32_t number) {
  switch (layout) {
    case Layout::kArrays:
      return absl::StrFormat("%s.set_%05d.xa_%08d", kExploredArrays,
                             number / kArraysPerSet, number);
    case Layout::kSparse:
      return absl::StrFormat("%s%s%08d", kSparseItem, kSparseSuffix, number);
    case Layout::kItems:
      return absl::StrFormat("%s%08d", kItemsGroup, number);
    default:
      return absl::StrFormat("%s%08d", kPickleItem, number);
  }
}

const char* IndexTable(Layout layout) {
  switch (layout) {
    case Layout::kArrays:
      return kExploredArrayIndexes;
    case Layout::kSparse:
      return kExploredSparseIndexes;
    default:
      return kExploredData;
  }
}

// Writes the entries of `dict` as items whose names begin with `prefix`.
absl::Status WriteEntries(hid_t leaf, absl::string_view prefix,
                          const Value& dict, const ItemFormat& format) {
  for (const auto& [name, value] :
       std::get<Dict>(dict.composite()->data).entries) {
    CPPET_RETURN_IF_ERROR(
        WriteItem(leaf, absl::StrCat(prefix, name), value, format));
  }
  return absl::OkStatus();
}

absl::Status WriteOne(hid_t leaf, Layout layout, const std::string& name,
                      const Value& value, const ItemFormat& format) {
  if (layout == Layout::kSparse) {
    return WriteSparseItem(leaf, name, value, format.filters);
  }
  if (layout == Layout::kItems) {
    return WriteEntries(leaf, absl::StrCat(name, "."), value, format);
  }
  if (layout != Layout::kPickle) return WriteItem(leaf, name, value, format);
  CPPET_ASSIGN_OR_RETURN(std::string pickle, PickleOf(value));
  return WriteItem(leaf, name, Bytes{std::move(pickle)}, format);
}

absl::Status WriteIndexedRange(hid_t leaf, Layout layout, const Range& range,
                               const ItemFormat& format) {
  DistinctValues distinct;
  std::vector<int32_t> numbers;
  numbers.reserve(range.size());
  for (int64_t i = 0; i < range.size(); ++i) {
    const Value value = range[i];
    const auto [number, is_new] = distinct.Add(value);
    numbers.push_back(number);
    if (!is_new) continue;
    CPPET_RETURN_IF_ERROR(
        WriteOne(leaf, layout, ItemName(layout, number), value, format));
  }
  return WriteValueColumn(
      leaf, IndexTable(layout), kIndex,
      {range.size(), 0, [&numbers](int64_t i) { return Value(numbers[i]); }},
      format.filters);
}

absl::StatusOr<Range> ReadRangeOfTable(hid_t leaf) {
  CPPET_ASSIGN_OR_RETURN(ValueColumn column,
                         ReadValueColumn(leaf, kExploredData, kData));
  const int64_t size = column.size();
  auto shared = std::make_shared<const ValueColumn>(std::move(column));
  return Range(size, [shared](int64_t i) -> Value { return shared->At(i); });
}

absl::StatusOr<Value> ReadOneArray(hid_t group, const std::string& name) {
  CPPET_ASSIGN_OR_RETURN(Handle object, OpenObject(group, name));
  if (!IsDataset(object.get())) {
    return StatusAt(object.get(), "it is no array",
                    absl::StatusCode::kUnimplemented);
  }
  return ReadItem(std::move(object));
}

// The arrays below `group`, which may be in sets, by their number.
absl::Status CollectArrays(hid_t group, bool sets,
                           absl::flat_hash_map<int64_t, Value>* arrays) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(group));
  for (const Link& link : links) {
    if (!link.hard) continue;
    if (sets && absl::StartsWith(link.name, "set_")) {
      CPPET_ASSIGN_OR_RETURN(const Handle set, OpenObject(group, link.name));
      if (!IsGroup(set.get())) continue;
      CPPET_RETURN_IF_ERROR(CollectArrays(set.get(), /*sets=*/false, arrays));
      continue;
    }
    absl::string_view digits = link.name;
    int64_t number;
    // Old files call them xa__rr__00000000.
    if (!absl::ConsumePrefix(&digits, "xa_")) continue;
    absl::ConsumePrefix(&digits, "_rr__");
    if (!absl::SimpleAtoi(digits, &number)) continue;
    CPPET_ASSIGN_OR_RETURN(Value value, ReadOneArray(group, link.name));
    arrays->insert_or_assign(number, std::move(value));
  }
  return absl::OkStatus();
}

// The items in `group` as a Dict.
absl::StatusOr<Value> ReadEntries(
    hid_t group, SeenObjects* seen,
    const std::function<bool(absl::string_view)>& wanted = nullptr) {
  ItemsRead read = ReadItems(group, /*class_name=*/"", seen, wanted);
  // A part of them would be another value.
  if (!read.problems.empty()) return read.problems.front();
  if (read.items.empty()) {
    return StatusAt(group, "it has no items", absl::StatusCode::kUnimplemented);
  }
  return Value(Dict{std::move(read.items)});
}

// The value of a class of the user's own, if all that there is are its items
// and a range of such values.
absl::StatusOr<std::optional<Value>> ReadOwnItems(
    hid_t leaf, absl::string_view class_name) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(leaf));
  if (links.empty()) return std::nullopt;
  const bool explored = HasLink(leaf, ItemName(Layout::kItems, 0));
  const auto is_known = [explored](const Link& link) {
    return IsOwnItem(link.name) ||
           (explored && (link.name == kExploredData ||
                         absl::StartsWith(link.name, kItemsGroup)));
  };
  if (IsPypetParameter(class_name) || !absl::c_all_of(links, is_known)) {
    return StatusAt(leaf, "its data can only be read in Python",
                    absl::StatusCode::kUnimplemented);
  }
  SeenObjects seen;
  return ReadEntries(leaf, &seen, IsOwnItem);
}

absl::StatusOr<Value> ReadItemsGroup(hid_t leaf, const std::string& name,
                                     SeenObjects* seen) {
  CPPET_ASSIGN_OR_RETURN(const Handle group, OpenObject(leaf, name));
  if (!IsGroup(group.get()) || seen->Repeats(group.get())) {
    return StatusAt(group.get(), "it is no group of its own",
                    absl::StatusCode::kDataLoss);
  }
  return ReadEntries(group.get(), seen);
}

// What is written once, by its number.
absl::StatusOr<absl::flat_hash_map<int64_t, Value>> ReadDistinct(
    hid_t leaf, Layout layout) {
  absl::flat_hash_map<int64_t, Value> values;
  if (layout == Layout::kArrays) {
    if (!HasLink(leaf, kExploredArrays)) {
      CPPET_RETURN_IF_ERROR(CollectArrays(leaf, /*sets=*/false, &values));
      return values;
    }
    CPPET_ASSIGN_OR_RETURN(const Handle group,
                           OpenObject(leaf, kExploredArrays));
    CPPET_RETURN_IF_ERROR(CollectArrays(group.get(), /*sets=*/true, &values));
    return values;
  }
  const std::string prefix = layout == Layout::kSparse
                                 ? absl::StrCat(kSparseItem, kSparseSuffix)
                             : layout == Layout::kItems ? kItemsGroup
                                                        : kPickleItem;
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(leaf));
  SeenObjects seen;
  for (const Link& link : links) {
    absl::string_view digits = link.name;
    int64_t number;
    if (!link.hard || !absl::ConsumePrefix(&digits, prefix)) continue;
    const bool in_parts = layout == Layout::kSparse &&
                          absl::ConsumePrefix(&digits, kOldSparsePart);
    if (!absl::SimpleAtoi(digits, &number)) continue;
    CPPET_ASSIGN_OR_RETURN(
        Value value,
        in_parts                    ? ReadSparseParts(leaf, kSparseItem,
                                                      absl::StrCat(kSparseSuffix, digits))
        : layout == Layout::kSparse ? ReadSparseItem(leaf, link.name)
        : layout == Layout::kItems  ? ReadItemsGroup(leaf, link.name, &seen)
                                    : ReadPickleItem(leaf, link.name));
    values.insert_or_assign(number, std::move(value));
  }
  return values;
}

// The numbers of the values, one a run. Old tables have further columns.
absl::StatusOr<Rows> ReadIndexes(hid_t leaf, Layout layout) {
  CPPET_ASSIGN_OR_RETURN(const Table table,
                         Table::Open(leaf, IndexTable(layout)));
  absl::StatusOr<Rows> rows = table.ReadColumns({kIndex});
  if (!absl::IsNotFound(rows.status())) return rows;
  return StatusAt(table.id(), absl::StrCat("it has no column ", kIndex),
                  absl::StatusCode::kUnimplemented);
}

absl::StatusOr<Range> ReadIndexedRange(hid_t leaf, Layout layout) {
  CPPET_ASSIGN_OR_RETURN(const Rows indexes, ReadIndexes(leaf, layout));
  CPPET_ASSIGN_OR_RETURN(const auto distinct, ReadDistinct(leaf, layout));
  std::vector<Value> values;
  for (int64_t i = 0; i < indexes.size(); ++i) {
    const auto it = distinct.find(indexes.Integer(i, 0));
    if (it == distinct.end()) {
      return StatusAt(leaf, absl::StrCat("the value of run ", i, " is missing"),
                      absl::StatusCode::kDataLoss);
    }
    values.push_back(it->second);
  }
  return Range(std::move(values));
}

absl::StatusOr<std::optional<Value>> ReadDefault(hid_t leaf,
                                                 absl::string_view class_name) {
  if (HasLink(leaf, absl::StrCat(kDataSparse, kSparseSuffix))) {
    return ReadSparseItem(leaf, absl::StrCat(kDataSparse, kSparseSuffix));
  }
  if (SparseNameOfPart(leaf, kOldSparseData).has_value()) {
    return ReadSparseParts(leaf, kDataSparse);
  }
  if (HasLink(leaf, kDataArray)) return ReadOneArray(leaf, kDataArray);
  if (!HasLink(leaf, kData)) return ReadOwnItems(leaf, class_name);
  if (HasLink(leaf, kPickleProtocolItem)) return ReadPickleItem(leaf, kData);
  CPPET_ASSIGN_OR_RETURN(const ValueColumn column,
                         ReadValueColumn(leaf, kData, kData));
  if (column.size() < 1) {
    return StatusAt(leaf, "its table of data is empty",
                    absl::StatusCode::kDataLoss);
  }
  return column.At(0);
}

// Nothing if it is not explored.
std::optional<Layout> StoredRangeLayout(hid_t leaf) {
  for (const Layout layout : {Layout::kArrays, Layout::kSparse}) {
    if (HasLink(leaf, IndexTable(layout))) return layout;
  }
  if (!HasLink(leaf, kExploredData)) return std::nullopt;
  if (HasLink(leaf, ItemName(Layout::kItems, 0))) return Layout::kItems;
  return HasLink(leaf, kPickleProtocolItem) ? Layout::kPickle : Layout::kTable;
}

}  // namespace

absl::Status WriteParameterValue(hid_t leaf, const ParameterView& parameter,
                                 const ParameterPlan& plan,
                                 const ItemFormat& format) {
  if (parameter.value == nullptr) return absl::OkStatus();
  const Value& value = *parameter.value;
  switch (plan.layout) {
    case Layout::kTable:
      return WriteValueColumn(
          leaf, kData, kData,
          {1, plan.text_size, [&value](int64_t) { return value; }},
          format.filters);
    case Layout::kArrays:
      return WriteItem(leaf, kDataArray, value, format);
    case Layout::kSparse:
      return WriteItem(leaf, kDataSparse, value, format);
    case Layout::kItems:
      return WriteEntries(leaf, "", value, format);
    case Layout::kPickle:
      break;
  }
  CPPET_RETURN_IF_ERROR(
      WriteItem(leaf, kPickleProtocolItem, int64_t{kPickleProtocol}, format));
  return WriteOne(leaf, plan.layout, kData, value, format);
}

absl::Status WriteParameterRange(hid_t leaf, const ParameterView& parameter,
                                 const ParameterPlan& plan,
                                 const ItemFormat& format) {
  if (parameter.range == nullptr) return absl::OkStatus();
  const Range& range = *parameter.range;
  if (plan.layout != Layout::kTable) {
    return WriteIndexedRange(leaf, plan.layout, range, format);
  }
  return WriteValueColumn(leaf, kExploredData, kData,
                          {range.size(), plan.range_text_size,
                           [&range](int64_t i) { return range[i]; }},
                          format.filters);
}

bool IsExplored(hid_t leaf) {
  // Old files say it so.
  return StoredRangeLayout(leaf).has_value() ||
         ReadInteger(leaf, kOldRangeLength).value_or(0) > 0;
}

absl::Status DeleteLeafData(hid_t leaf) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(leaf));
  for (const Link& link : links) {
    CPPET_RETURN_IF_ERROR(RemoveLink(leaf, link.name));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> StoredRangeLength(hid_t leaf) {
  const std::optional<Layout> layout = StoredRangeLayout(leaf);
  if (!layout.has_value()) return 0;
  CPPET_ASSIGN_OR_RETURN(const Table table,
                         Table::Open(leaf, IndexTable(*layout)));
  return table.num_rows();
}

absl::Status DeleteParameterRange(hid_t leaf) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(leaf));
  for (const Link& link : links) {
    if (absl::StartsWith(link.name, kPickleItem) ||
        absl::StartsWith(link.name, kItemsGroup) ||
        absl::StartsWith(link.name, kSparseItem) ||
        absl::StartsWith(link.name, kOldArray) ||
        absl::StartsWith(link.name, "explored_")) {
      CPPET_RETURN_IF_ERROR(RemoveLink(leaf, link.name));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ParameterData> ReadParameter(hid_t leaf,
                                            absl::string_view class_name) {
  ParameterData data;
  CPPET_ASSIGN_OR_RETURN(data.value, ReadDefault(leaf, class_name));
  const std::optional<Layout> layout = StoredRangeLayout(leaf);
  if (!layout.has_value()) return data;
  if (*layout == Layout::kTable) {
    CPPET_ASSIGN_OR_RETURN(data.range, ReadRangeOfTable(leaf));
  } else {
    CPPET_ASSIGN_OR_RETURN(data.range, ReadIndexedRange(leaf, *layout));
  }
  return data;
}

}  // namespace cppet::hdf5
