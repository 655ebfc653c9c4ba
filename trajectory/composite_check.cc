#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

absl::Status CheckUtf8(absl::string_view what, const Value& value) {
  if (value.dtype() != DType::kString) return absl::OkStatus();
  for (const std::string& text : value.texts()) {
    if (!IsValidUtf8(text)) return Wrong(what, " has text that is no UTF-8");
  }
  return absl::OkStatus();
}

// One array of one dimension.
absl::Status CheckLine(absl::string_view what, const Value& value) {
  if (value.form() == Form::kArray && value.shape().size() == 1) {
    return absl::OkStatus();
  }
  return Wrong(what, " is a ", value.TypeDescription(), ", no 1-d array");
}

absl::Status CheckLabels(absl::string_view what, const Index& index) {
  CPPET_RETURN_IF_ERROR(CheckLine(what, index.labels));
  switch (index.labels.dtype()) {
    case DType::kString:
    case DType::kInt64:
    case DType::kUInt64:
    case DType::kFloat64:
    case DType::kDatetime64:
      return absl::OkStatus();
    default:
      return Wrong(what, " has labels of type ",
                   DTypeName(index.labels.dtype()),
                   "; pandas has text, int64, uint64, float64 and datetime64");
  }
}

absl::Status CheckRows(absl::string_view what, const Value& data,
                       int64_t rows) {
  CPPET_RETURN_IF_ERROR(CheckLine(what, data));
  if (data.size() == rows) return absl::OkStatus();
  return Wrong(what, " has ", data.size(), " rows, but the index ", rows);
}

// Whether the parts of a value are as many, and of the kinds, that they must
// be.
struct StructureChecker {
  absl::Status operator()(const Dict& dict) const {
    for (const auto& [name, value] : dict.entries) {
      if (!value.is_composite()) continue;
      return Wrong("'", name, "' is a ", value.TypeDescription(),
                   ", which a dict cannot have");
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const ObjectTable& table) const {
    for (const Column& column : table.columns) {
      const size_t rank = column.cells.shape().size();
      const Form form = column.cell_form;
      if (column.cells.form() != Form::kArray || rank < 1 ||
          IsComposite(form) || (form == Form::kScalar && rank != 1) ||
          (form == Form::kMatrix && rank != 3) ||
          ((form == Form::kList || form == Form::kTuple) && rank != 2)) {
        return Wrong("the cells of column '", column.name, "' are a ",
                     column.cells.TypeDescription(),
                     ", which is no such column");
      }
      if (column.rows() != table.rows()) {
        return Wrong("column '", column.name, "' has ", column.rows(),
                     " rows, column '", table.columns[0].name, "' ",
                     table.rows());
      }
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const DataFrame& frame) const {
    CPPET_RETURN_IF_ERROR(CheckLabels("the index", frame.index));
    CPPET_RETURN_IF_ERROR(CheckLabels("the index of columns", frame.columns));
    if (frame.columns.size() != static_cast<int64_t>(frame.data.size())) {
      return Wrong("there are ", frame.columns.size(),
                   " names of columns, but ", frame.data.size(), " columns");
    }
    for (size_t i = 0; i < frame.data.size(); ++i) {
      CPPET_RETURN_IF_ERROR(CheckRows(absl::StrCat("column ", i), frame.data[i],
                                      frame.index.size()));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const Series& series) const {
    CPPET_RETURN_IF_ERROR(CheckLabels("the index", series.index));
    return CheckRows("the data", series.data, series.index.size());
  }

  absl::Status operator()(const SparseMatrix& matrix) const {
    return matrix.Check();
  }

  template <typename Other>
  absl::Status operator()(const Other&) const {
    return absl::OkStatus();
  }
};

// Of the fields of a record in the file.
class FieldNames {
 public:
  absl::Status Add(const std::string& name) {
    if (!IsDataName(name)) {
      return Wrong("'", name, "' is no possible name of a field");
    }
    if (!seen_.insert(name).second) return Wrong("there are two '", name, "'");
    return absl::OkStatus();
  }

 private:
  std::set<std::string> seen_;
};

absl::Status CheckTexts(absl::string_view what, const Index& index) {
  if (index.name.has_value() && !IsValidUtf8(*index.name)) {
    return Wrong("the name of ", what, " is no UTF-8");
  }
  return CheckUtf8(what, index.labels);
}

absl::Status CheckFrameData(absl::string_view what, const Value& data) {
  if (data.dtype() == DType::kBytes) {
    return Wrong(what, " is of bytes, which a data frame cannot have");
  }
  return CheckUtf8(what, data);
}

// Whether a file can keep the names and texts of a value.
struct ContentChecker {
  absl::Status operator()(const Dict& dict) const {
    FieldNames names;
    for (const auto& [name, value] : dict.entries) {
      CPPET_RETURN_IF_ERROR(names.Add(name));
      CPPET_RETURN_IF_ERROR(CheckUtf8(name, value));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const ObjectTable& table) const {
    FieldNames names;
    for (const Column& column : table.columns) {
      CPPET_RETURN_IF_ERROR(names.Add(column.name));
      CPPET_RETURN_IF_ERROR(CheckUtf8(column.name, column.cells));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const DataFrame& frame) const {
    CPPET_RETURN_IF_ERROR(CheckTexts("the index", frame.index));
    CPPET_RETURN_IF_ERROR(CheckTexts("the index of columns", frame.columns));
    for (size_t i = 0; i < frame.data.size(); ++i) {
      CPPET_RETURN_IF_ERROR(
          CheckFrameData(absl::StrCat("column ", i), frame.data[i]));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const Series& series) const {
    CPPET_RETURN_IF_ERROR(CheckTexts("the index", series.index));
    if (series.name.has_value() && !IsValidUtf8(*series.name)) {
      return Wrong("the name of the series is no UTF-8");
    }
    return CheckFrameData("the data", series.data);
  }

  absl::Status operator()(const PickledObject& object) const {
    if (object.pickle.empty() || object.pickle.back() != '.') {
      return Wrong("it is no whole pickle");
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const UserObject& object) const {
    if (object.type.empty() || !IsValidUtf8(object.type)) {
      return Wrong("a type of the user's own needs a name");
    }
    return absl::OkStatus();
  }

  template <typename Other>
  absl::Status operator()(const Other&) const {
    return absl::OkStatus();
  }
};

}  // namespace

absl::Status CheckStructure(const Composite& composite) {
  return std::visit(StructureChecker(), composite.data);
}

absl::Status CheckComposite(const Value& value) {
  if (!value.is_composite()) return absl::OkStatus();
  CPPET_RETURN_IF_ERROR(CheckStructure(*value.composite()));
  return std::visit(ContentChecker(), value.composite()->data);
}

}  // namespace cppet
