#include "cppet/base/python_repr.h"

#include <cmath>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/time_format.h"
#include "cppet/base/utf8.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

// As Python's repr of a complex number: 1j, (1.5-2j).
template <typename T>
std::string ComplexRepr(std::complex<T> value) {
  const auto part = [](T x) {
    std::string repr = PythonFloatRepr(x);
    if (absl::EndsWith(repr, ".0")) repr.resize(repr.size() - 2);
    return repr;
  };
  const std::string imaginary = absl::StrCat(part(value.imag()), "j");
  if (value.real() == 0 && !std::signbit(value.real())) return imaginary;
  const bool sign = imaginary[0] != '-';
  return absl::StrCat("(", part(value.real()), sign ? "+" : "", imaginary, ")");
}

template <typename T>
T Load(absl::string_view bytes, int64_t i) {
  T value;
  std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

std::string ElementRepr(const Value& value, int64_t i) {
  const absl::string_view bytes = value.bytes();
  switch (value.dtype()) {
    case DType::kBool:
      return Load<uint8_t>(bytes, i) ? "True" : "False";
    case DType::kInt8:
      return absl::StrCat(static_cast<int>(Load<int8_t>(bytes, i)));
    case DType::kInt16:
      return absl::StrCat(Load<int16_t>(bytes, i));
    case DType::kInt32:
      return absl::StrCat(Load<int32_t>(bytes, i));
    case DType::kInt64:
      return absl::StrCat(Load<int64_t>(bytes, i));
    case DType::kUInt8:
      return absl::StrCat(static_cast<int>(Load<uint8_t>(bytes, i)));
    case DType::kUInt16:
      return absl::StrCat(Load<uint16_t>(bytes, i));
    case DType::kUInt32:
      return absl::StrCat(Load<uint32_t>(bytes, i));
    case DType::kUInt64:
      return absl::StrCat(Load<uint64_t>(bytes, i));
    case DType::kFloat32:
      return PythonFloatRepr(Load<float>(bytes, i));
    case DType::kFloat64:
      return PythonFloatRepr(Load<double>(bytes, i));
    case DType::kComplex64:
      return ComplexRepr(Load<std::complex<float>>(bytes, i));
    case DType::kComplex128:
      return ComplexRepr(Load<std::complex<double>>(bytes, i));
    case DType::kString:
      return PythonTextRepr(value.texts()[i], PythonText::kStr);
    case DType::kBytes:
      return PythonTextRepr(value.texts()[i], PythonText::kBytes);
    case DType::kDatetime64:
      return absl::StrCat("'", FormatTimestamp(Load<int64_t>(bytes, i)), "'");
    case DType::kFloat16: {
      float number = 0;
      value_internal::ConvertNumber(DType::kFloat16, bytes.data() + i * 2,
                                    DType::kFloat32,
                                    reinterpret_cast<char*>(&number));
      return PythonFloatRepr(number);
    }
  }
  return "";
}

// The elements from `*next` on, as nested lists of the shape from `dim` on;
// stops when `out` is longer than `max_size`.
void AppendNested(const Value& value, size_t dim, size_t max_size,
                  int64_t* next, std::string* out) {
  const int64_t length = value.shape()[dim];
  const bool last = dim + 1 == value.shape().size();
  out->push_back('[');
  for (int64_t i = 0; i < length && out->size() <= max_size; ++i) {
    if (i > 0) absl::StrAppend(out, ", ");
    if (last) {
      absl::StrAppend(out, ElementRepr(value, (*next)++));
    } else {
      AppendNested(value, dim + 1, max_size, next, out);
    }
  }
  out->push_back(']');
}

std::string ColumnNames(const ObjectTable& table, size_t max_size) {
  std::string names;
  for (const Column& column : table.columns) {
    if (names.size() > max_size) break;
    absl::StrAppend(&names, names.empty() ? "" : ", ", column.name);
  }
  return names;
}

// What is composite, in few words where Python has no short form of it.
struct CompositeRepr {
  size_t max_size;

  std::string operator()(const Dict& dict) const {
    std::string out = "{";
    for (const auto& [name, value] : dict.entries) {
      if (out.size() > max_size) break;
      absl::StrAppend(&out, out.size() > 1 ? ", " : "",
                      PythonTextRepr(name, PythonText::kStr), ": ",
                      PythonRepr(value, max_size));
    }
    return out + "}";
  }
  std::string operator()(const ObjectTable& table) const {
    return absl::StrCat("ObjectTable(", table.rows(), " rows of ",
                        ColumnNames(table, max_size), ")");
  }
  std::string operator()(const DataFrame& frame) const {
    return absl::StrCat("DataFrame(", frame.index.size(), " x ",
                        frame.data.size(), ": ",
                        PythonRepr(frame.columns.labels, max_size), ")");
  }
  std::string operator()(const Series& series) const {
    return absl::StrCat("Series(", PythonRepr(series.data, max_size), ")");
  }
  std::string operator()(const SparseMatrix& matrix) const {
    return absl::StrCat(FormatName(matrix.format), "_matrix(", matrix.shape[0],
                        " x ", matrix.shape[1], ", ", matrix.data.size(),
                        " elements)");
  }
  std::string operator()(const PickledObject& object) const {
    return absl::StrCat("pickle(", object.pickle.size(), " bytes)");
  }
  std::string operator()(const UserObject& object) const {
    return absl::StrCat(object.type, "(", object.data.size(), " bytes)");
  }
  std::string operator()(const SharedData& shared) const {
    return absl::StrCat(shared.type, "(", shared.parts.size(), " parts)");
  }
};

}  // namespace

std::string PythonRepr(const Value& value, size_t max_size) {
  if (max_size < 4) max_size = 4;
  std::string repr;
  if (value.is_composite()) {
    repr = std::visit(CompositeRepr{max_size}, value.composite()->data);
  } else if (value.is_scalar()) {
    repr = ElementRepr(value, 0);
  } else {
    int64_t next = 0;
    AppendNested(value, 0, max_size, &next, &repr);
    if (value.form() == Form::kTuple) {
      const bool single = value.size() == 1;
      repr = absl::StrCat("(", repr.substr(1, repr.size() - 2),
                          single ? ",)" : ")");
    } else if (value.form() == Form::kArray) {
      repr = absl::StrCat("array(", repr, ")");
    } else if (value.form() == Form::kMatrix) {
      repr = absl::StrCat("matrix(", repr, ")");
    }
  }
  if (repr.size() > max_size) {
    repr = absl::StrCat(TruncateUtf8(repr, max_size - 3), "...");
  }
  return repr;
}

}  // namespace cppet
