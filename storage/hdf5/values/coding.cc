#include "cppet/storage/hdf5/values/coding.h"

#include <algorithm>
#include <complex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/text.h"

namespace cppet::hdf5 {
namespace {

absl::string_view CollectionType(Form form) {
  switch (form) {
    case Form::kScalar:
      return "COLL_SCALAR";
    case Form::kArray:
      return "COLL_NDARRAY";
    case Form::kMatrix:
      return "COLL_MATRIX";
    case Form::kList:
      return "COLL_LIST";
    case Form::kTuple:
      return "COLL_TUPLE";
    default:
      return "";
  }
}

// "int" for "int", "<type 'int'>", "<class 'numpy.int'>" and their like.
absl::string_view PlainTypeName(absl::string_view name) {
  if (absl::ConsumePrefix(&name, "<type '") ||
      absl::ConsumePrefix(&name, "<class '")) {
    absl::ConsumeSuffix(&name, "'>");
    absl::ConsumePrefix(&name, "numpy.");
  }
  // Python 2.
  if (name == "long") return "int";
  if (name == "unicode") return "str";
  if (name == "string_") return "bytes_";
  return name;
}

bool IsPythonType(absl::string_view name) {
  return name == "bool" || name == "int" || name == "float" ||
         name == "complex" || name == "str" || name == "bytes";
}

bool IsInteger(DType dtype) {
  return dtype >= DType::kInt8 && dtype <= DType::kUInt64;
}

// True if what is stored as `stored` can be Python's `name`.
bool Fits(DType stored, absl::string_view name) {
  switch (stored) {
    case DType::kBytes:
    case DType::kString:
      return name == "str" || name == "str_" || name == "bytes" ||
             name == "bytes_";
    case DType::kBool:
      return name == "bool" || name == "bool_";
    case DType::kFloat16:
    case DType::kFloat32:
    case DType::kFloat64:
      return absl::StartsWith(name, "float");
    case DType::kComplex64:
    case DType::kComplex128:
      return absl::StartsWith(name, "complex");
    default:
      return absl::StartsWith(name, "int") || absl::StartsWith(name, "uint") ||
             (ItemSize(stored) == 1 && absl::StartsWith(name, "bool"));
  }
}

// What the elements of a list are that is stored as `stored` and whose first
// one was `first` to Python: the file has all of them in the type that fits
// all.
absl::string_view TypeOfAll(DType stored, absl::string_view first) {
  const bool is_integer = first == "bool" || first == "int";
  if (stored == DType::kInt64 && first == "bool") return "int";
  if (stored == DType::kFloat64 && is_integer) return "float";
  const bool is_real = is_integer || first == "float";
  if (stored == DType::kComplex128 && is_real) return "complex";
  return first;
}

}  // namespace

size_t TextSize(const Value& value) {
  if (!value.is_text()) return 0;
  size_t size = 1;
  for (const std::string& text : value.texts()) {
    size = std::max(size, text.size());
  }
  return size;
}

void AppendElements(const Value& value, size_t text_size,
                    std::vector<char>* out) {
  if (!value.is_text()) {
    const absl::string_view bytes = value.bytes();
    out->insert(out->end(), bytes.begin(), bytes.end());
    return;
  }
  for (const std::string& text : value.texts()) {
    const size_t end = out->size() + text_size;
    out->insert(out->end(), text.begin(), text.end());
    out->resize(end, '\0');
  }
}

Recall RecallOf(const Value& value) {
  Recall recall = {std::string(CollectionType(value.form())), ""};
  if (value.dtype() == DType::kString) {
    recall.scalar = "str";
  } else if (value.form() != Form::kArray && value.form() != Form::kMatrix) {
    // For arrays the dataset tells it already.
    recall.scalar = std::string(value.scalar_type_name());
  }
  return recall;
}

Recall RecallOf(const Column& column) {
  const Value element =
      column.cells.is_text()
          ? Value::Text(column.cells.dtype(), column.cell_flavor, "")
          : Value::Scalar(column.cells.dtype(), column.cell_flavor,
                          std::string(sizeof(std::complex<double>), '\0'));
  Recall recall = RecallOf(element);
  recall.collection = std::string(CollectionType(column.cell_form));
  const bool is_array =
      column.cell_form == Form::kArray || column.cell_form == Form::kMatrix;
  if (is_array && element.dtype() != DType::kString) recall.scalar.clear();
  return recall;
}

absl::Status WriteRecall(hid_t dataset, absl::string_view prefix,
                         const Recall& recall) {
  CPPET_RETURN_IF_ERROR(WriteText(
      dataset, absl::StrCat(prefix, "COLL_TYPE").c_str(), recall.collection));
  if (recall.scalar.empty()) return absl::OkStatus();
  return WriteText(dataset, absl::StrCat(prefix, "SCALAR_TYPE").c_str(),
                   recall.scalar);
}

Recall ReadRecall(hid_t dataset, absl::string_view prefix) {
  return {
      ReadText(dataset, absl::StrCat(prefix, "COLL_TYPE").c_str()).value_or(""),
      ReadText(dataset, absl::StrCat(prefix, "SCALAR_TYPE").c_str())
          .value_or("")};
}

absl::StatusOr<Decoder> Decoder::Create(const ElementType& element,
                                        std::vector<int64_t> shape,
                                        const Recall& recall) {
  Decoder decoder;
  decoder.shape_ = std::move(shape);
  decoder.shape_.insert(decoder.shape_.end(), element.shape.begin(),
                        element.shape.end());
  const std::string& collection = recall.collection;
  if (collection == "COLL_SCALAR") {
    // PyTables may keep a scalar as an array of one element.
    if (NumElements(decoder.shape_) != 1) {
      return absl::DataLossError("a scalar does not have exactly one element");
    }
    decoder.form_ = Form::kScalar;
    decoder.shape_.clear();
  } else if (collection == "COLL_LIST") {
    decoder.form_ = Form::kList;
  } else if (collection == "COLL_TUPLE") {
    decoder.form_ = Form::kTuple;
  } else if (collection == "COLL_NDARRAY") {
    decoder.form_ = Form::kArray;
  } else if (collection == "COLL_MATRIX") {
    decoder.form_ = Form::kMatrix;
  } else if (collection.empty()) {
    decoder.form_ = decoder.shape_.empty() ? Form::kScalar : Form::kArray;
  } else {
    return absl::UnimplementedError(absl::StrCat(
        "values of Python's kind ", collection, " cannot be read here"));
  }
  // An array without dimensions is a scalar of numpy to pypet, too.
  if (decoder.shape_.empty() && decoder.form_ == Form::kArray) {
    decoder.form_ = Form::kScalar;
  }
  const size_t rank = decoder.shape_.size();
  if (((decoder.form_ == Form::kList || decoder.form_ == Form::kTuple) &&
       rank != 1) ||
      (decoder.form_ == Form::kMatrix && rank != 2)) {
    return absl::UnimplementedError(absl::StrCat(
        "a ", collection, " of ", rank, " dimensions cannot be read here"));
  }

  decoder.dtype_ = element.dtype;
  absl::string_view name = PlainTypeName(recall.scalar);
  if (decoder.form_ == Form::kList || decoder.form_ == Form::kTuple) {
    name = TypeOfAll(element.dtype, name);
  }
  if (!name.empty()) {
    if (!Fits(element.dtype, name)) {
      return absl::UnimplementedError(
          absl::StrCat(DTypeName(element.dtype), " that is ", name,
                       " to Python cannot be read here"));
    }
    if (element.dtype == DType::kBytes && absl::StartsWith(name, "str")) {
      decoder.dtype_ = DType::kString;
    }
    if (IsInteger(element.dtype) && absl::StartsWith(name, "bool")) {
      decoder.dtype_ = DType::kBool;
    }
    if (IsPythonType(name) && decoder.form_ != Form::kArray &&
        decoder.form_ != Form::kMatrix) {
      decoder.flavor_ = Flavor::kPython;
    }
  }
  decoder.element_size_ = element.size;
  decoder.value_size_ = element.size * NumElements(decoder.shape_);
  return decoder;
}

absl::Status Decoder::Check(absl::string_view bytes) const {
  if (dtype_ != DType::kString) return absl::OkStatus();
  for (size_t at = 0; at < bytes.size(); at += element_size_) {
    if (!IsValidUtf8(WithoutTrailingNuls(bytes.substr(at, element_size_)))) {
      return absl::DataLossError("there is text in it that is no UTF-8");
    }
  }
  return absl::OkStatus();
}

Value Decoder::Decode(absl::string_view bytes) const {
  if (form_ != Form::kScalar) return Elements(form_, flavor_, shape_, bytes);
  if (dtype_ == DType::kString || dtype_ == DType::kBytes) {
    return Value::Text(dtype_, flavor_,
                       std::string(WithoutTrailingNuls(bytes)));
  }
  const char flag = !bytes.empty() && bytes[0] != 0;
  return Value::Scalar(
      dtype_, flavor_,
      dtype_ == DType::kBool ? absl::string_view(&flag, 1) : bytes);
}

Value Decoder::Decode(std::vector<char> bytes) const {
  if (form_ == Form::kScalar || ItemSize(dtype_) == 0) {
    return Decode(absl::string_view(bytes.data(), bytes.size()));
  }
  return Numbers(form_, flavor_, shape_, std::move(bytes));
}

Value Decoder::DecodeArray(int64_t count, absl::string_view bytes) const {
  std::vector<int64_t> shape = {count};
  shape.insert(shape.end(), shape_.begin(), shape_.end());
  return Elements(Form::kArray, Flavor::kNumpy, std::move(shape), bytes);
}

Value Decoder::Elements(Form form, Flavor flavor, std::vector<int64_t> shape,
                        absl::string_view bytes) const {
  if (dtype_ == DType::kString || dtype_ == DType::kBytes) {
    std::vector<std::string> texts;
    for (size_t at = 0; at < bytes.size(); at += element_size_) {
      texts.emplace_back(WithoutTrailingNuls(bytes.substr(at, element_size_)));
    }
    return Value::TextCollection(form, dtype_, flavor, std::move(shape),
                                 std::move(texts));
  }
  return Numbers(form, flavor, std::move(shape), {bytes.begin(), bytes.end()});
}

Value Decoder::Numbers(Form form, Flavor flavor, std::vector<int64_t> shape,
                       std::vector<char> bytes) const {
  if (dtype_ == DType::kBool) {
    for (char& byte : bytes) byte = byte != 0;
  }
  return Value::Collection(form, dtype_, flavor, std::move(shape),
                           std::move(bytes));
}

}  // namespace cppet::hdf5
