#include "cppet/storage/hdf5/python/numpy_dtype.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/pickle/escapes.h"
#include "cppet/base/utf8.h"

namespace cppet::hdf5 {
namespace {

constexpr size_t kLetterBytes = 4;  // of a text in numpy, which has UTF-32
constexpr size_t kMaxItemSize = size_t{1} << 31;

struct NamedDType {
  absl::string_view code;
  DType dtype;
};

constexpr NamedDType kNumbers[] = {
    {"b1", DType::kBool},        {"i1", DType::kInt8},
    {"i2", DType::kInt16},       {"i4", DType::kInt32},
    {"i8", DType::kInt64},       {"u1", DType::kUInt8},
    {"u2", DType::kUInt16},      {"u4", DType::kUInt32},
    {"u8", DType::kUInt64},      {"f4", DType::kFloat32},
    {"f8", DType::kFloat64},     {"c8", DType::kComplex64},
    {"c16", DType::kComplex128}, {"f2", DType::kFloat16},
};

bool IsComplex(DType dtype) {
  return dtype == DType::kComplex64 || dtype == DType::kComplex128;
}

// The order of bytes and the parts of items that are none of ours.
absl::Status ReadState(const pickle::Object& state, absl::string_view code,
                       NumpyDType* dtype) {
  const pickle::Tuple* tuple = state.As<pickle::Tuple>();
  // Version, order, subdtype, names, fields and more.
  if (tuple == nullptr || tuple->items.size() < 5 ||
      tuple->items[1]->As<pickle::Text>() == nullptr) {
    return absl::DataLossError("the state of a pickled dtype is none");
  }
  for (int i = 2; i < 5; ++i) {
    if (tuple->items[i]->As<pickle::None>() == nullptr) {
      return absl::UnimplementedError(
          absl::StrCat("pickled items of numpy's dtype ", code,
                       " with parts cannot be read here"));
    }
  }
  dtype->is_big_endian = tuple->items[1]->As<pickle::Text>()->utf8 == ">";
  return absl::OkStatus();
}

absl::StatusOr<NumpyDType> DTypeOfCode(absl::string_view code) {
  NumpyDType dtype;
  for (const NamedDType& named : kNumbers) {
    if (code == named.code) {
      dtype.dtype = named.dtype;
      dtype.item_size = ItemSize(named.dtype);
      return dtype;
    }
  }
  if (code == "O8" || code == "O4" || code == "O") {
    dtype.is_object = true;
    return dtype;
  }
  size_t length;
  if (!code.empty() && (code[0] == 'U' || code[0] == 'S') &&
      absl::SimpleAtoi(code.substr(1), &length) && length < kMaxItemSize) {
    const bool is_bytes = code[0] == 'S';
    dtype.dtype = is_bytes ? DType::kBytes : DType::kString;
    dtype.item_size = is_bytes ? length : length * kLetterBytes;
    return dtype;
  }
  return absl::UnimplementedError(absl::StrCat(
      "pickled items of numpy's dtype ", code, " cannot be read here"));
}

}  // namespace

absl::StatusOr<NumpyDType> NumpyDTypeOf(const pickle::Object& object) {
  const pickle::Call* call = object.As<pickle::Call>();
  if (call == nullptr || !pickle::IsGlobal(*call->callable, "numpy", "dtype") ||
      call->args().empty() || call->args()[0]->As<pickle::Text>() == nullptr) {
    return absl::DataLossError(absl::StrCat(
        "a pickled ", pickle::TypeName(object), " stands for a dtype"));
  }
  const absl::string_view code = call->args()[0]->As<pickle::Text>()->utf8;
  absl::StatusOr<NumpyDType> dtype = DTypeOfCode(code);
  if (dtype.ok() && call->state != nullptr) {
    const absl::Status status = ReadState(*call->state, code, &*dtype);
    if (!status.ok()) return status;
  }
  return dtype;
}

std::vector<char> NativeItems(const NumpyDType& dtype, absl::string_view data) {
  std::vector<char> bytes(data.begin(), data.end());
  if (dtype.dtype == DType::kBool) {
    for (char& byte : bytes) byte = byte != 0;
  }
  if (dtype.is_big_endian) {
    const size_t size = dtype.item_size / (IsComplex(dtype.dtype) ? 2 : 1);
    for (size_t at = 0; at + size <= bytes.size(); at += size) {
      std::reverse(bytes.begin() + at, bytes.begin() + at + size);
    }
  }
  return bytes;
}

absl::StatusOr<std::string> NativeText(const NumpyDType& dtype,
                                       absl::string_view item) {
  std::string text;
  if (dtype.dtype == DType::kBytes) {
    text = std::string(item);
  } else {
    for (size_t at = 0; at + kLetterBytes <= item.size(); at += kLetterBytes) {
      uint32_t code = 0;
      for (size_t i = 0; i < kLetterBytes; ++i) {
        const size_t place = dtype.is_big_endian ? i : kLetterBytes - 1 - i;
        code = code << 8 | static_cast<uint8_t>(item[at + place]);
      }
      if (code > 0x10FFFF) {
        return absl::DataLossError("a pickled text of numpy's is none");
      }
      AppendCodePoint(code, &text);
    }
  }
  text.erase(text.find_last_not_of('\0') + 1);
  if (dtype.dtype == DType::kBytes) return text;
  return pickle::CheckedUtf8(text);
}

}  // namespace cppet::hdf5
