#include "cppet/storage/hdf5/parameter_data.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
#include "cppet/storage/hdf5/attribute.h"
#include "cppet/storage/hdf5/coding.h"
#include "cppet/storage/hdf5/error.h"
#include "cppet/storage/hdf5/group.h"
#include "cppet/storage/hdf5/handle.h"
#include "cppet/storage/hdf5/item.h"
#include "cppet/storage/hdf5/rows.h"
#include "cppet/storage/hdf5/table.h"
#include "cppet/storage/hdf5/types.h"

namespace cppet::hdf5 {
namespace {

// Tables, with a column "data".
constexpr char kData[] = "data";
constexpr char kExploredData[] = "explored_data";
constexpr char kDataPrefix[] = "SRVC_COLUMN_data_";
// Arrays: the value; each different value of the range; and for each run the
// number of its value, in a table with a column "idx".
constexpr char kDataArray[] = "data__rr__";
constexpr char kExploredArrays[] = "explored__rr__";
constexpr char kExploredIndexes[] = "explored_data__rr__";
constexpr char kIndex[] = "idx";
constexpr char kIndexPrefix[] = "SRVC_COLUMN_idx_";
constexpr int64_t kArraysPerSet = 1000;

constexpr int64_t kChunkBytes = 65536;
// Rows of that many chunks are written at a time.
constexpr int64_t kChunksAtATime = 16;
// Less than that, compression costs more than it saves.
constexpr size_t kSmallRow = 64;

bool FitsTable(const Value& value) {
  return value.size() > 0 && value.shape().size() <= H5S_MAX_RANK;
}

// Type and number of dimensions agree, if not the shape.
bool SameButShape(const Value& a, const Value& b) {
  return a.form() == b.form() && a.dtype() == b.dtype() &&
         a.flavor() == b.flavor() && a.shape().size() == b.shape().size();
}

std::shared_ptr<const RowLayout> LayoutFor(const std::string& column,
                                           const Value& value,
                                           size_t text_size) {
  return std::make_shared<const RowLayout>(
      std::vector<ColumnSpec>{{column,
                               value.dtype(),
                               text_size,
                               {value.shape().begin(), value.shape().end()}}});
}

// Writes a table with one column and `size` rows, those of `append(i)`.
template <typename AppendRow>
absl::Status WriteColumn(hid_t leaf, const std::string& name,
                         std::shared_ptr<const RowLayout> layout, int64_t size,
                         const std::string& prefix, const Value& model,
                         const Filters& filters, const AppendRow& append) {
  const size_t row_size = layout->row_size();
  TableOptions options;
  options.title = name;
  options.filters = filters;
  if (row_size * size <= kSmallRow) options.filters.complevel = 0;
  options.chunk_rows = std::clamp<int64_t>(kChunkBytes / row_size, 1,
                                           std::max<int64_t>(1, size));
  const int64_t batch = options.chunk_rows * kChunksAtATime;
  std::optional<Table> table;
  std::vector<char> bytes;
  for (int64_t first = 0; first < size; first += batch) {
    bytes.clear();
    for (int64_t i = first; i < std::min(size, first + batch); ++i) {
      append(i, &bytes);
    }
    const Rows rows(layout, std::move(bytes));
    if (!table.has_value()) {
      CPPET_ASSIGN_OR_RETURN(table, Table::Create(leaf, name, rows, options));
    } else {
      CPPET_RETURN_IF_ERROR(table->Append(rows));
    }
  }
  CPPET_RETURN_IF_ERROR(WriteRecall(table->id(), prefix, model));
  CPPET_RETURN_IF_ERROR(WriteText(table->id(), "SRVC_STORE", "TABLE"));
  if (!table->Close()) {
    return ErrorAt(leaf, absl::StrCat("cannot write ", name));
  }
  return absl::OkStatus();
}

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
    return absl::HashOf(value.bytes(), value.texts(), value.shape());
  }

  std::vector<Value> values_;
  absl::flat_hash_map<size_t, std::vector<int32_t>> by_hash_;
};

absl::Status WriteRangeAsArrays(hid_t leaf, const Range& range,
                                const Filters& filters) {
  DistinctValues distinct;
  std::vector<int32_t> numbers;
  numbers.reserve(range.size());
  for (int64_t i = 0; i < range.size(); ++i) {
    const Value value = range[i];
    const auto [number, is_new] = distinct.Add(value);
    numbers.push_back(number);
    if (!is_new) continue;
    CPPET_RETURN_IF_ERROR(
        WriteItem(leaf,
                  absl::StrFormat("%s.set_%05d.xa_%08d", kExploredArrays,
                                  number / kArraysPerSet, number),
                  value, filters));
  }
  const Value model = numbers[0];
  return WriteColumn(leaf, kExploredIndexes, LayoutFor(kIndex, model, 0),
                     range.size(), kIndexPrefix, model, filters,
                     [&numbers](int64_t i, std::vector<char>* bytes) {
                       AppendElements(numbers[i], 0, bytes);
                     });
}

// The one column of a table, and what its cells are.
struct Column {
  Rows rows;
  Decoder decoder;

  Value At(int64_t row) const { return decoder.Decode(rows.cell(row, 0)); }
};

absl::StatusOr<Column> ReadColumn(hid_t leaf, const std::string& name,
                                  const std::string& column,
                                  const std::string& prefix) {
  CPPET_ASSIGN_OR_RETURN(const Table table, Table::Open(leaf, name));
  const auto at_table = [&table](const absl::Status& status) {
    return StatusAt(table.id(), status.message(), status.code());
  };
  if (table.layout()->columns().size() != 1 ||
      table.layout()->Find(column) != 0) {
    return at_table(absl::UnimplementedError(
        "a table with several columns cannot be read as a parameter"));
  }
  CPPET_ASSIGN_OR_RETURN(Rows rows, table.Read(0, table.num_rows()));
  absl::StatusOr<Decoder> decoder = Decoder::Create(
      rows.layout().columns()[0].element, {}, ReadRecall(table.id(), prefix));
  if (!decoder.ok()) return at_table(decoder.status());
  const size_t bytes = rows.size() * rows.layout().row_size();
  if (const absl::Status status =
          decoder->Check(absl::string_view(rows.data(), bytes));
      !status.ok()) {
    return at_table(status);
  }
  return Column{std::move(rows), *std::move(decoder)};
}

absl::StatusOr<Range> ReadRangeOfTable(hid_t leaf) {
  CPPET_ASSIGN_OR_RETURN(Column column,
                         ReadColumn(leaf, kExploredData, kData, kDataPrefix));
  const int64_t size = column.rows.size();
  auto shared = std::make_shared<const Column>(std::move(column));
  return Range(size, [shared](int64_t i) -> Value { return shared->At(i); });
}

absl::StatusOr<Value> ReadArray(hid_t group, const std::string& name) {
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
    CPPET_ASSIGN_OR_RETURN(Value value, ReadArray(group, link.name));
    arrays->insert_or_assign(number, std::move(value));
  }
  return absl::OkStatus();
}

absl::StatusOr<Range> ReadRangeOfArrays(hid_t leaf) {
  CPPET_ASSIGN_OR_RETURN(
      const Column indexes,
      ReadColumn(leaf, kExploredIndexes, kIndex, kIndexPrefix));
  absl::flat_hash_map<int64_t, Value> arrays;
  if (HasLink(leaf, kExploredArrays)) {
    CPPET_ASSIGN_OR_RETURN(const Handle group,
                           OpenObject(leaf, kExploredArrays));
    CPPET_RETURN_IF_ERROR(CollectArrays(group.get(), /*sets=*/true, &arrays));
  } else {
    CPPET_RETURN_IF_ERROR(CollectArrays(leaf, /*sets=*/false, &arrays));
  }
  std::vector<Value> values;
  for (int64_t i = 0; i < indexes.rows.size(); ++i) {
    const auto it = arrays.find(indexes.rows.Integer(i, 0));
    if (it == arrays.end()) {
      return StatusAt(leaf, absl::StrCat("the value of run ", i, " is missing"),
                      absl::StatusCode::kDataLoss);
    }
    values.push_back(it->second);
  }
  return Range(std::move(values));
}

}  // namespace

absl::StatusOr<ParameterPlan> PlanParameter(const ParameterView& parameter) {
  ParameterPlan plan;
  const auto refuse = [&parameter](auto... reason) {
    return absl::InvalidArgumentError(
        absl::StrCat(parameter.full_name, " cannot be stored: ", reason...));
  };
  if (parameter.value != nullptr) {
    plan.as_arrays = !FitsTable(*parameter.value);
    plan.text_size = TextSize(*parameter.value);
    if (parameter.class_name == "ArrayParameter") {
      plan.as_arrays = !parameter.value->is_scalar();
    }
  }
  if (parameter.range != nullptr) {
    const Range& range = *parameter.range;
    CPPET_RETURN_IF_ERROR(range.status());
    if (range.size() == 0) return refuse("its range has no values");
    const Value first = range[0];
    for (int64_t i = 0; i < range.size(); ++i) {
      const Value value = range[i];
      if (!SameButShape(value, first)) {
        return refuse("its value in run ", i, " is a ", value.TypeDescription(),
                      ", that in run 0 a ", first.TypeDescription());
      }
      if (value.shape() != first.shape() || !FitsTable(value)) {
        plan.as_arrays = true;
      }
      plan.range_text_size = std::max(plan.range_text_size, TextSize(value));
    }
    if (plan.as_arrays && parameter.value != nullptr &&
        parameter.value->is_scalar()) {
      return refuse("its value is a ", parameter.value->TypeDescription(),
                    ", those of its range are each a ",
                    first.TypeDescription());
    }
  }
  plan.class_name =
      plan.as_arrays ? "ArrayParameter" : std::string(parameter.class_name);
  return plan;
}

absl::Status WriteParameterValue(hid_t leaf, const ParameterView& parameter,
                                 const ParameterPlan& plan,
                                 const Filters& filters) {
  if (parameter.value == nullptr) return absl::OkStatus();
  const Value& value = *parameter.value;
  if (plan.as_arrays) return WriteItem(leaf, kDataArray, value, filters);
  return WriteColumn(leaf, kData, LayoutFor(kData, value, plan.text_size), 1,
                     kDataPrefix, value, filters,
                     [&](int64_t, std::vector<char>* bytes) {
                       AppendElements(value, plan.text_size, bytes);
                     });
}

absl::Status WriteParameterRange(hid_t leaf, const ParameterView& parameter,
                                 const ParameterPlan& plan,
                                 const Filters& filters) {
  if (parameter.range == nullptr) return absl::OkStatus();
  const Range& range = *parameter.range;
  if (plan.as_arrays) return WriteRangeAsArrays(leaf, range, filters);
  const Value first = range[0];
  return WriteColumn(leaf, kExploredData,
                     LayoutFor(kData, first, plan.range_text_size),
                     range.size(), kDataPrefix, first, filters,
                     [&](int64_t i, std::vector<char>* bytes) {
                       AppendElements(range[i], plan.range_text_size, bytes);
                     });
}

absl::StatusOr<int64_t> StoredRangeLength(hid_t leaf) {
  for (const char* name : {kExploredData, kExploredIndexes}) {
    if (!HasLink(leaf, name)) continue;
    CPPET_ASSIGN_OR_RETURN(const Table table, Table::Open(leaf, name));
    return table.num_rows();
  }
  return 0;
}

absl::Status DeleteParameterRange(hid_t leaf) {
  for (const char* name : {kExploredData, kExploredIndexes, kExploredArrays}) {
    if (HasLink(leaf, name) && H5Ldelete(leaf, name, H5P_DEFAULT) < 0) {
      return ErrorAt(leaf, absl::StrCat("cannot remove ", name));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ParameterData> ReadParameter(hid_t leaf) {
  ParameterData data;
  if (HasLink(leaf, kDataArray)) {
    CPPET_ASSIGN_OR_RETURN(data.value, ReadArray(leaf, kDataArray));
  } else if (HasLink(leaf, kData)) {
    CPPET_ASSIGN_OR_RETURN(const Column column,
                           ReadColumn(leaf, kData, kData, kDataPrefix));
    if (column.rows.size() < 1) {
      return StatusAt(leaf, "its table of data is empty",
                      absl::StatusCode::kDataLoss);
    }
    data.value = column.At(0);
  }
  if (!data.value.has_value()) {
    CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(leaf));
    if (!links.empty()) {
      return StatusAt(leaf, "its data can only be read in Python",
                      absl::StatusCode::kUnimplemented);
    }
  }
  if (HasLink(leaf, kExploredIndexes)) {
    CPPET_ASSIGN_OR_RETURN(data.range, ReadRangeOfArrays(leaf));
  } else if (HasLink(leaf, kExploredData)) {
    CPPET_ASSIGN_OR_RETURN(data.range, ReadRangeOfTable(leaf));
  }
  return data;
}

}  // namespace cppet::hdf5
