#include "cppet/storage/hdf5/pickle.h"

#include <complex>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/code_points.h"

namespace cppet::hdf5 {
namespace {

// One line of text; all that is not plain ASCII is escaped.
void AppendEscaped(uint32_t code, std::string* out) {
  if (code >= 0x20 && code < 0x7F && code != '\\') {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x10000) {
    absl::StrAppendFormat(out, "\\u%04x", code);
  } else {
    absl::StrAppendFormat(out, "\\U%08x", code);
  }
}

void AppendText(absl::string_view text, std::string* out) {
  out->push_back('V');
  while (!text.empty()) AppendEscaped(TakeCodePoint(&text), out);
  out->push_back('\n');
}

// Bytes are text of which each letter is a byte, encoded by a call.
void AppendBytes(absl::string_view bytes, std::string* out) {
  absl::StrAppend(out, "c_codecs\nencode\n(V");
  for (const char byte : bytes) {
    AppendEscaped(static_cast<unsigned char>(byte), out);
  }
  absl::StrAppend(out, "\nVlatin1\ntR");
}

std::string FloatText(double number) {
  return absl::StrFormat("%.17g", number);
}

template <typename T>
T ElementAt(const Value& value, int64_t i) {
  T element;
  std::memcpy(&element, value.bytes().data() + i * sizeof(T), sizeof(T));
  return element;
}

// The number at `i` as one of Python's own.
void AppendPythonNumber(const Value& value, int64_t i, std::string* out) {
  switch (value.dtype()) {
    case DType::kBool:
      absl::StrAppend(out, ElementAt<uint8_t>(value, i) ? "I01\n" : "I00\n");
      break;
    case DType::kInt8:
      absl::StrAppend(out, "I", ElementAt<int8_t>(value, i), "\n");
      break;
    case DType::kInt16:
      absl::StrAppend(out, "I", ElementAt<int16_t>(value, i), "\n");
      break;
    case DType::kInt32:
      absl::StrAppend(out, "I", ElementAt<int32_t>(value, i), "\n");
      break;
    case DType::kInt64:
      absl::StrAppend(out, "L", ElementAt<int64_t>(value, i), "L\n");
      break;
    case DType::kUInt8:
      absl::StrAppend(out, "I", ElementAt<uint8_t>(value, i), "\n");
      break;
    case DType::kUInt16:
      absl::StrAppend(out, "I", ElementAt<uint16_t>(value, i), "\n");
      break;
    case DType::kUInt32:
      absl::StrAppend(out, "L", ElementAt<uint32_t>(value, i), "L\n");
      break;
    case DType::kUInt64:
      absl::StrAppend(out, "L", ElementAt<uint64_t>(value, i), "L\n");
      break;
    case DType::kFloat32:
      absl::StrAppend(out, "F", FloatText(ElementAt<float>(value, i)), "\n");
      break;
    case DType::kFloat64:
      absl::StrAppend(out, "F", FloatText(ElementAt<double>(value, i)), "\n");
      break;
    case DType::kComplex64:
    case DType::kComplex128: {
      const std::complex<double> number =
          value.dtype() == DType::kComplex64
              ? std::complex<double>(ElementAt<std::complex<float>>(value, i))
              : ElementAt<std::complex<double>>(value, i);
      absl::StrAppend(out, "c__builtin__\ncomplex\n(F",
                      FloatText(number.real()), "\nF", FloatText(number.imag()),
                      "\ntR");
      break;
    }
    case DType::kString:
    case DType::kBytes:
      break;
  }
}

void AppendElement(const Value& value, int64_t i, Flavor flavor,
                   std::string* out) {
  if (value.dtype() == DType::kString) {
    AppendText(value.texts()[i], out);
  } else if (value.dtype() == DType::kBytes) {
    AppendBytes(value.texts()[i], out);
  } else if (flavor == Flavor::kPython) {
    AppendPythonNumber(value, i, out);
  } else {
    absl::StrAppend(out, "cnumpy\n", DTypeName(value.dtype()),
                    value.dtype() == DType::kBool ? "_\n(" : "\n(");
    AppendPythonNumber(value, i, out);
    absl::StrAppend(out, "tR");
  }
}

// The elements from `*next` on as lists within lists.
void AppendNested(const Value& value, size_t dimension, int64_t* next,
                  std::string* out) {
  if (dimension == value.shape().size()) {
    AppendElement(value, (*next)++, Flavor::kPython, out);
    return;
  }
  absl::StrAppend(out, "(l");
  for (int64_t i = 0; i < value.shape()[dimension]; ++i) {
    AppendNested(value, dimension + 1, next, out);
    out->push_back('a');
  }
}

// A call of numpy with nested lists and a type.
void AppendArray(const Value& value, std::string* out) {
  const bool is_matrix = value.form() == Form::kMatrix;
  const absl::string_view dtype = value.dtype() == DType::kString ? "U"
                                  : value.dtype() == DType::kBytes
                                      ? "S"
                                      : DTypeName(value.dtype());
  if (value.size() == 0) {
    absl::StrAppend(out, "cnumpy\nzeros\n((");
    for (const int64_t length : value.shape()) {
      absl::StrAppend(out, "I", length, "\n");
    }
    absl::StrAppend(out, "tV", dtype, "\ntR");
    return;
  }
  absl::StrAppend(out, is_matrix ? "cnumpy\nmatrix\n(" : "cnumpy\narray\n(");
  int64_t next = 0;
  AppendNested(value, 0, &next, out);
  absl::StrAppend(out, "V", dtype, "\ntR");
}

}  // namespace

std::string Pickle(const Value& value) {
  std::string out;
  if (value.is_scalar()) {
    AppendElement(value, 0, value.flavor(), &out);
  } else if (value.form() == Form::kArray || value.form() == Form::kMatrix) {
    AppendArray(value, &out);
  } else {
    absl::StrAppend(&out, value.form() == Form::kList ? "(l" : "(");
    for (int64_t i = 0; i < value.size(); ++i) {
      AppendElement(value, i, value.flavor(), &out);
      if (value.form() == Form::kList) out.push_back('a');
    }
    if (value.form() == Form::kTuple) out.push_back('t');
  }
  out.push_back('.');
  return out;
}

}  // namespace cppet::hdf5
