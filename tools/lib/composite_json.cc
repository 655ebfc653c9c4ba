#include "cppet/tools/lib/composite_json.h"

#include <algorithm>
#include <complex>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/time_format.h"
#include "cppet/tools/lib/pickle_json.h"
#include "cppet/tools/lib/value_json.h"
#include "cppet/trajectory/element_json.h"
#include "cppet/trajectory/sparse_matrix.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

std::string PandasDType(const Value& data) {
  return data.dtype() == DType::kString ? "object"
                                        : std::string(DTypeName(data.dtype()));
}

absl::string_view IndexClass(const Value& labels) {
  switch (labels.dtype()) {
    case DType::kInt64:
      return "Int64Index";
    case DType::kUInt64:
      return "UInt64Index";
    case DType::kFloat64:
      return "Float64Index";
    case DType::kDatetime64:
      return "DatetimeIndex";
    default:
      return "Index";
  }
}

Json OptionalText(const std::optional<std::string>& text) {
  return text.has_value() ? Json(*text) : Json(nullptr);
}

// A label as Python's str of it, if it is a time, or as it is.
Json LabelJson(const Value& labels, int64_t i) {
  if (labels.dtype() != DType::kDatetime64) return ElementJson(labels, i);
  int64_t time;
  std::memcpy(&time, labels.bytes().data() + i * sizeof(time), sizeof(time));
  return FormatTimestamp(time);
}

Json IndexJson(const Index& index) {
  Json values = Json::array();
  for (int64_t i = 0; i < std::min(index.size(), kMaxJsonElements); ++i) {
    values.push_back(LabelJson(index.labels, i));
  }
  return {{"class", IndexClass(index.labels)},
          {"dtype", PandasDType(index.labels)},
          {"name", OptionalText(index.name)},
          {"values", std::move(values)}};
}

Json DataJson(const Value& data) {
  Json elements = Json::array();
  for (int64_t i = 0; i < std::min(data.size(), kMaxJsonElements); ++i) {
    elements.push_back(ElementJson(data, i));
  }
  return elements;
}

// Python's str of a label.
std::string LabelText(const Value& labels, int64_t i) {
  if (labels.is_text()) return labels.texts()[i];
  const Json json = LabelJson(labels, i);
  return json.is_string() ? json.get<std::string>() : json.dump();
}

// The elements from `begin` to `end`, which are at one place, added up.
using EntryIterator = std::vector<SparseMatrix::Entry>::const_iterator;
Json SumJson(const Value& data, EntryIterator begin, EntryIterator end) {
  if (end - begin == 1) return ElementJson(data, begin->at);
  const Column elements = {
      "", Value::Collection(Form::kArray, data.dtype(), Flavor::kNumpy,
                            {data.size()},
                            {data.bytes().begin(), data.bytes().end()})};
  if (data.dtype() <= DType::kUInt64) {
    int64_t sum = 0;
    for (auto it = begin; it != end; ++it) {
      sum += ElementJson(data, it->at).get<int64_t>();
    }
    return data.dtype() == DType::kBool ? Json(sum != 0) : Json(sum);
  }
  std::complex<double> sum;
  for (auto it = begin; it != end; ++it) {
    sum += elements.Cell(it->at).As<std::complex<double>>().value_or(0);
  }
  const bool is_complex =
      data.dtype() == DType::kComplex64 || data.dtype() == DType::kComplex128;
  return ElementJson(is_complex ? Value(sum) : Value(sum.real()), 0);
}

Json TableColumnJson(const Column& column) {
  Json cells = Json::array();
  for (int64_t row = 0; row < std::min(column.rows(), kMaxJsonElements);
       ++row) {
    cells.push_back(ValueJson(column.Cell(row)));
  }
  return cells;
}

struct ToJson {
  Json operator()(const Dict& dict) const {
    Json items = Json::object();
    for (const auto& [name, value] : dict.entries) {
      items[name] = ValueJson(value);
    }
    return {{"type", "dict"}, {"items", std::move(items)}};
  }

  Json operator()(const ObjectTable& table) const {
    Json columns = Json::object();
    for (const Column& column : table.columns) {
      columns[column.name] = TableColumnJson(column);
    }
    return {{"type", "ObjectTable"},
            {"rows", table.rows()},
            {"columns", std::move(columns)}};
  }

  Json operator()(const DataFrame& frame) const {
    Json dtypes = Json::array();
    Json data = Json::object();
    for (size_t i = 0; i < frame.data.size(); ++i) {
      dtypes.push_back(PandasDType(frame.data[i]));
      data[LabelText(frame.columns.labels, i)] = DataJson(frame.data[i]);
    }
    return {{"type", "DataFrame"},
            {"shape", {frame.index.size(), frame.data.size()}},
            {"columns", IndexJson(frame.columns)},
            {"index", IndexJson(frame.index)},
            {"dtypes", std::move(dtypes)},
            {"data", std::move(data)}};
  }

  Json operator()(const Series& series) const {
    return {{"type", "Series"},
            {"dtype", PandasDType(series.data)},
            {"name", OptionalText(series.name)},
            {"index", IndexJson(series.index)},
            {"data", DataJson(series.data)}};
  }

  Json operator()(const SparseMatrix& matrix) const {
    Json elements = Json::array();
    const auto entries = matrix.Entries();
    const auto count = matrix.StoredCount();
    if (entries.ok()) {
      for (auto it = entries->begin(); it != entries->end();) {
        if (elements.size() == kMaxJsonElements) break;
        const auto next =
            std::find_if(it, entries->end(), [&](const auto& other) {
              return other.row != it->row || other.column != it->column;
            });
        elements.push_back(
            {it->row, it->column, SumJson(matrix.data, it, next)});
        it = next;
      }
    }
    return {{"type", CompositeTypeName(Composite{matrix})},
            {"format", FormatName(matrix.format)},
            {"shape", matrix.shape},
            {"dtype", DTypeCode(matrix.data)},
            {"nnz", count.value_or(0)},
            {"coo", std::move(elements)}};
  }

  Json operator()(const PickledObject& object) const {
    return PickleJson(object.pickle);
  }

  // As Python sees it.
  Json operator()(const UserObject& object) const {
    return (*this)(Dict{
        {{"cppet_type", object.type}, {"cppet_data", Bytes{object.data}}}});
  }

  Json operator()(const SharedData& shared) const {
    Json data;
    if (shared.type == "SharedTable") {
      Json columns = Json::object();
      for (const auto& [name, value] : shared.parts) {
        columns[name] = ArrayJson(value);
      }
      data = {{"type", "table"}, {"columns", std::move(columns)}};
    } else if (shared.type == "SharedVLArray") {
      Json rows = Json::array();
      for (const auto& [name, value] : shared.parts) {
        if (rows.size() == kMaxJsonElements) break;
        rows.push_back(ValueJson(value));
      }
      data = {{"type", "list"},
              {"len", shared.parts.size()},
              {"items", std::move(rows)}};
    } else if (!shared.parts.empty()) {
      data = ValueJson(shared.parts[0].second);
    }
    return {{"type", shared.type}, {"shared_data", std::move(data)}};
  }
};

}  // namespace

Json CompositeJson(const Composite& composite) {
  return std::visit(ToJson(), composite.data);
}

}  // namespace cppet
