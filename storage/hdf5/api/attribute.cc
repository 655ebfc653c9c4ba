#include "cppet/storage/hdf5/api/attribute.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/python/pickled_value.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

// A hostile file may claim any size.
constexpr size_t kMaxAttributeBytes = size_t{1} << 28;

absl::Status Write(hid_t object, const char* name, hid_t file_type,
                   hid_t memory_type, hid_t space, const void* data) {
  const Handle attribute(
      H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT));
  if (!attribute.ok() ||
      (data != nullptr && H5Awrite(attribute.get(), memory_type, data) < 0)) {
    return ErrorAt(object, absl::StrCat("cannot write the attribute ", name));
  }
  return absl::OkStatus();
}

absl::Status WriteString(hid_t object, const char* name, absl::string_view text,
                         H5T_cset_t charset) {
  // An empty str has no space; a str is never of size 0.
  const StringType type(text.empty() ? 1 : text.size(), charset);
  return Write(object, name, type.get(), type.get(),
               text.empty() ? NullSpace() : ScalarSpace(),
               text.empty() ? nullptr : text.data());
}

// The text of one element of a string type.
std::optional<std::string> ReadString(hid_t attribute, hid_t type) {
  const Handle space(H5Aget_space(attribute));
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) return "";
  if (H5Sget_simple_extent_npoints(space.get()) != 1) return std::nullopt;
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    if (H5Aread(attribute, type, &text) < 0) return std::nullopt;
    std::string copy = text == nullptr ? "" : text;
    H5free_memory(text);
    return copy;
  }
  const size_t size = H5Tget_size(type);
  if (size > kMaxAttributeBytes) return std::nullopt;
  std::string text(size, '\0');
  if (H5Aread(attribute, type, text.data()) < 0) return std::nullopt;
  text.resize(WithoutTrailingNuls(text).size());
  return text;
}

absl::Status Unreadable(hid_t object, const char* name) {
  return ErrorAt(object, absl::StrCat("cannot read the attribute ", name),
                 absl::StatusCode::kDataLoss);
}

// What the bytes of a scalar string attribute mean. PyTables gives back numpy's
// scalars, unless it is a pickle.
Value FromString(std::string text, H5T_cset_t charset) {
  if (charset == H5T_CSET_ASCII && absl::EndsWith(text, ".")) {
    absl::StatusOr<Value> pickled = FromPickle(text);
    if (pickled.ok()) return *std::move(pickled);
  }
  const bool is_text = charset == H5T_CSET_UTF8 && IsValidUtf8(text);
  return Value::Text(is_text ? DType::kString : DType::kBytes, Flavor::kNumpy,
                     std::move(text));
}

absl::StatusOr<Value> FromBytes(const ElementType& element,
                                std::vector<int64_t> shape,
                                std::vector<char> bytes) {
  if (element.dtype == DType::kBool) {
    for (char& byte : bytes) byte = byte != 0;
  }
  if (element.dtype == DType::kBytes) {
    std::vector<std::string> texts;
    for (size_t at = 0; at < bytes.size(); at += element.size) {
      texts.emplace_back(WithoutTrailingNuls(
          absl::string_view(bytes.data() + at, element.size)));
    }
    return Value::TextCollection(Form::kArray, DType::kBytes, Flavor::kNumpy,
                                 std::move(shape), std::move(texts));
  }
  if (shape.empty()) {
    return Value::Scalar(element.dtype, Flavor::kNumpy,
                         absl::string_view(bytes.data(), bytes.size()));
  }
  return Value::Collection(Form::kArray, element.dtype, Flavor::kNumpy,
                           std::move(shape), std::move(bytes));
}

herr_t AddName(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->push_back(name);
  return 0;
}

}  // namespace

absl::Status WriteText(hid_t object, const char* name, absl::string_view text) {
  return WriteString(object, name, text, H5T_CSET_UTF8);
}

absl::Status WriteAscii(hid_t object, const char* name,
                        absl::string_view text) {
  return WriteString(object, name, text, H5T_CSET_ASCII);
}

absl::Status WriteFlag(hid_t object, const char* name, bool flag) {
  const uint8_t byte = flag ? 1 : 0;
  return Write(object, name, FileType(DType::kBool), MemoryType(DType::kBool),
               ScalarSpace(), &byte);
}

absl::Status WriteInteger(hid_t object, const char* name, int64_t number) {
  return Write(object, name, FileType(DType::kInt64), MemoryType(DType::kInt64),
               ScalarSpace(), &number);
}

absl::Status WriteZero(hid_t object, const char* name, hid_t type) {
  const std::vector<char> zero(H5Tget_size(type));
  return Write(object, name, type, type, ScalarSpace(), zero.data());
}

absl::Status UpdateInteger(hid_t object, const char* name, int64_t number) {
  if (H5Aexists(object, name) <= 0) return WriteInteger(object, name, number);
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT));
  if (!attribute.ok() ||
      H5Awrite(attribute.get(), MemoryType(DType::kInt64), &number) < 0) {
    return ErrorAt(object, absl::StrCat("cannot write the attribute ", name));
  }
  return absl::OkStatus();
}

std::optional<std::string> ReadText(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) return std::nullopt;
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT));
  const Handle type(H5Aget_type(attribute.get()));
  if (H5Tget_class(type.get()) != H5T_STRING) return std::nullopt;
  return ReadString(attribute.get(), type.get());
}

std::optional<int64_t> ReadInteger(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) return std::nullopt;
  const absl::StatusOr<Value> value = ReadValue(object, name);
  if (!value.ok() || !value->is_scalar() || value->is_text()) {
    return std::nullopt;
  }
  if (const auto flag = value->As<bool>(); flag.ok()) return *flag ? 1 : 0;
  if (const auto number = value->As<int64_t>(); number.ok()) return *number;
  if (const auto number = value->As<double>(); number.ok()) {
    return *number != 0 ? 1 : 0;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<std::string>> AttributeNames(hid_t object) {
  std::vector<std::string> names;
  if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, AddName,
                  &names) < 0) {
    return ErrorAt(object, "cannot list the attributes",
                   absl::StatusCode::kDataLoss);
  }
  return names;
}

absl::Status WriteValue(hid_t object, const char* name, const Value& value) {
  const bool native = value.is_scalar() || value.form() == Form::kArray;
  if (value.dtype() == DType::kString && value.is_scalar() &&
      WithoutTrailingNuls(value.texts()[0]).size() == value.texts()[0].size()) {
    return WriteText(object, name, value.texts()[0]);
  }
  if (value.dtype() == DType::kBytes && value.is_scalar()) {
    // PyTables takes bytes that end so for a pickle.
    const std::string& bytes = value.texts()[0];
    if (!bytes.empty() && bytes.back() != '.' && bytes.back() != '\0') {
      return WriteAscii(object, name, bytes);
    }
  }
  if (value.is_text() || !native) {
    CPPET_ASSIGN_OR_RETURN(const std::string pickle, PickleOf(value, 0));
    return WriteAscii(object, name, pickle);
  }
  if (value.is_scalar()) {
    return Write(object, name, FileType(value.dtype()),
                 MemoryType(value.dtype()), ScalarSpace(),
                 value.bytes().data());
  }
  const std::vector<hsize_t> dims(value.shape().begin(), value.shape().end());
  const Handle space(H5Screate_simple(dims.size(), dims.data(), nullptr));
  if (!space.ok()) {
    return ErrorAt(object, absl::StrCat("cannot write the attribute ", name));
  }
  return Write(object, name, FileType(value.dtype()), MemoryType(value.dtype()),
               space.get(), value.bytes().data());
}

absl::StatusOr<Value> ReadValue(hid_t object, const char* name) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT));
  const Handle type(H5Aget_type(attribute.get()));
  const Handle space(H5Aget_space(attribute.get()));
  if (!attribute.ok() || !type.ok() || !space.ok()) {
    return Unreadable(object, name);
  }
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (H5Tget_class(type.get()) == H5T_STRING && rank == 0) {
    std::optional<std::string> text = ReadString(attribute.get(), type.get());
    if (!text.has_value()) return Unreadable(object, name);
    return FromString(*std::move(text), H5Tget_cset(type.get()));
  }
  absl::StatusOr<ElementType> element = ElementType::Of(type.get());
  if (!element.ok() || !element->shape.empty() || rank < 0) {
    return StatusAt(object,
                    absl::StrCat("the attribute ", name,
                                 " has a type that cannot be read here"),
                    absl::StatusCode::kUnimplemented);
  }
  std::vector<hsize_t> dims(rank);
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  size_t bytes = element->size;
  for (const hsize_t length : dims) {
    if (length != 0 && bytes > kMaxAttributeBytes / length) {
      return StatusAt(
          object,
          absl::StrCat("the attribute ", name, " claims to be too large"),
          absl::StatusCode::kDataLoss);
    }
    bytes *= length;
  }
  std::vector<char> data(bytes);
  if (bytes > 0 &&
      H5Aread(attribute.get(), element->memory.get(), data.data()) < 0) {
    return Unreadable(object, name);
  }
  return FromBytes(*element, {dims.begin(), dims.end()}, std::move(data));
}

}  // namespace cppet::hdf5
