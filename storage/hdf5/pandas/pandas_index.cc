#include "cppet/storage/hdf5/pandas/pandas_index.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/pandas/pandas_array.h"

namespace cppet::hdf5 {
namespace {

// The pickle of Python's None.
constexpr char kNone[] = "N.";

absl::Status Wrong(absl::string_view kind, const Value& stored) {
  return absl::DataLossError(absl::StrCat("labels of kind ", kind, " are a ",
                                          stored.TypeDescription()));
}

Value WithType(const Value& array, DType dtype) {
  const absl::string_view bytes = array.bytes();
  return Value::Collection(Form::kArray, dtype, Flavor::kNumpy, {array.size()},
                           {bytes.begin(), bytes.end()});
}

bool IsInteger(DType dtype) {
  return dtype >= DType::kInt8 && dtype <= DType::kUInt64;
}

absl::StatusOr<Value> IntegerLabels(const Value& stored) {
  if (!IsInteger(stored.dtype())) return Wrong("integer", stored);
  if (stored.dtype() >= DType::kUInt8) {
    return Value(*stored.As<std::vector<uint64_t>>());
  }
  return Value(*stored.As<std::vector<int64_t>>());
}

absl::StatusOr<Value> TextLabels(const Value& stored) {
  if (stored.dtype() == DType::kString) return stored;
  if (stored.dtype() != DType::kBytes) return Wrong("string", stored);
  for (const std::string& text : stored.texts()) {
    if (!IsValidUtf8(text)) {
      return absl::DataLossError("there is a label that is no UTF-8");
    }
  }
  return Value::TextCollection(Form::kArray, DType::kString, Flavor::kNumpy,
                               {stored.size()},
                               {stored.texts().begin(), stored.texts().end()});
}

absl::Status At(hid_t object, const absl::Status& status) {
  return StatusAt(object, status.message(), status.code());
}

}  // namespace

absl::Status WriteIndex(hid_t group, const std::string& name,
                        const Index& index, const Filters& filters) {
  CPPET_RETURN_IF_ERROR(
      WriteText(group, absl::StrCat(name, "_variety").c_str(), "regular"));
  const DType dtype = index.labels.dtype();
  // Without labels, pandas does not know that they are text.
  const bool is_objects = dtype == DType::kString && index.size() == 0;
  CPPET_ASSIGN_OR_RETURN(
      const Handle dataset,
      WritePandasArray(group, name,
                       is_objects ? index.labels : StoredLabels(index.labels),
                       filters));
  CPPET_RETURN_IF_ERROR(WriteText(dataset.get(), "kind",
                                  is_objects ? "object" : IndexKind(dtype)));
  if (dtype == DType::kDatetime64) {
    CPPET_RETURN_IF_ERROR(WriteText(dataset.get(), "index_class", "datetime"));
    CPPET_RETURN_IF_ERROR(WriteAscii(dataset.get(), "freq", kNone));
  }
  return WriteName(dataset.get(), index.name);
}

absl::StatusOr<Index> ReadIndex(hid_t group, const std::string& name) {
  const std::optional<std::string> variety =
      ReadText(group, absl::StrCat(name, "_variety").c_str());
  if (!variety.has_value()) {
    return StatusAt(group, absl::StrCat("there is no index ", name),
                    absl::StatusCode::kDataLoss);
  }
  if (*variety != "regular") {
    return StatusAt(group,
                    absl::StrCat("an index ", name, " of pandas' variety '",
                                 *variety, "' cannot be read here"),
                    absl::StatusCode::kUnimplemented);
  }
  CPPET_ASSIGN_OR_RETURN(const PandasArray read, ReadPandasArray(group, name));
  const hid_t id = read.dataset.get();
  if (read.array.shape().size() != 1) {
    return StatusAt(id, "an index has more than one dimension",
                    absl::StatusCode::kDataLoss);
  }
  const std::string index_class = ReadText(id, "index_class").value_or("");
  if (index_class == "period") {
    return StatusAt(id, "an index of periods cannot be read here",
                    absl::StatusCode::kUnimplemented);
  }
  absl::StatusOr<Value> labels =
      LabelsOfKind(ReadText(id, "kind").value_or(""), read.array);
  if (!labels.ok()) return At(id, labels.status());
  Index index;
  index.labels = *std::move(labels);
  CPPET_ASSIGN_OR_RETURN(index.name, ReadName(id));
  return index;
}

absl::string_view IndexKind(DType dtype) {
  switch (dtype) {
    case DType::kString:
      return "string";
    case DType::kFloat64:
      return "float";
    case DType::kDatetime64:
      return "datetime64";
    default:
      return "integer";
  }
}

Value StoredLabels(const Value& labels) {
  if (labels.dtype() == DType::kDatetime64) {
    return WithType(labels, DType::kInt64);
  }
  if (labels.dtype() != DType::kString) return labels;
  return Value::TextCollection(Form::kArray, DType::kBytes, Flavor::kNumpy,
                               {labels.size()},
                               {labels.texts().begin(), labels.texts().end()});
}

absl::StatusOr<Value> LabelsOfKind(absl::string_view kind,
                                   const Value& stored) {
  if (kind == "string") return TextLabels(stored);
  if (kind == "integer") return IntegerLabels(stored);
  if (kind == "float") {
    auto numbers = stored.As<std::vector<double>>();
    if (!numbers.ok()) return Wrong(kind, stored);
    return Value(*std::move(numbers));
  }
  if (kind == "datetime64") {
    if (stored.dtype() != DType::kInt64 &&
        stored.dtype() != DType::kDatetime64) {
      return Wrong(kind, stored);
    }
    return WithType(stored, DType::kDatetime64);
  }
  if (kind == "object" && stored.dtype() == DType::kString) return stored;
  return absl::UnimplementedError(absl::StrCat("an index of pandas' kind '",
                                               kind, "' cannot be read here"));
}

absl::Status WriteName(hid_t object, const std::optional<std::string>& name) {
  return name.has_value() ? WriteText(object, "name", *name)
                          : WriteAscii(object, "name", kNone);
}

absl::StatusOr<std::optional<std::string>> ReadName(hid_t object) {
  if (H5Aexists(object, "name") <= 0) return std::nullopt;
  const absl::StatusOr<Value> value = ReadValue(object, "name");
  if (value.ok() && *value == Value(PickledObject{kNone})) return std::nullopt;
  if (value.ok() && value->is_scalar() && value->is_text() &&
      IsValidUtf8(value->texts()[0])) {
    return value->texts()[0];
  }
  return StatusAt(object, "a name that is no text cannot be read here",
                  absl::StatusCode::kUnimplemented);
}

}  // namespace cppet::hdf5
