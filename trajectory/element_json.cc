#include "cppet/trajectory/element_json.h"

#include <cmath>
#include <complex>
#include <cstring>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/time_format.h"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
T Load(const Value& value, int64_t i) {
  T element;
  std::memcpy(&element, value.bytes().data() + i * sizeof(T), sizeof(T));
  return element;
}

Json FloatJson(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  return number;
}

template <typename T>
Json ComplexJson(std::complex<T> number) {
  return Json::array({FloatJson(number.real()), FloatJson(number.imag())});
}

}  // namespace

Json ElementJson(const Value& value, int64_t i) {
  switch (value.dtype()) {
    case DType::kBool:
      return Load<uint8_t>(value, i) != 0;
    case DType::kInt8:
      return Load<int8_t>(value, i);
    case DType::kInt16:
      return Load<int16_t>(value, i);
    case DType::kInt32:
      return Load<int32_t>(value, i);
    case DType::kInt64:
      return Load<int64_t>(value, i);
    case DType::kUInt8:
      return Load<uint8_t>(value, i);
    case DType::kUInt16:
      return Load<uint16_t>(value, i);
    case DType::kUInt32:
      return Load<uint32_t>(value, i);
    case DType::kUInt64:
      return Load<uint64_t>(value, i);
    case DType::kFloat32:
      return FloatJson(Load<float>(value, i));
    case DType::kFloat64:
      return FloatJson(Load<double>(value, i));
    case DType::kComplex64:
      return ComplexJson(Load<std::complex<float>>(value, i));
    case DType::kComplex128:
      return ComplexJson(Load<std::complex<double>>(value, i));
    case DType::kString:
      return value.texts()[i];
    case DType::kBytes:
      return {{"hex", absl::BytesToHexString(value.texts()[i])}};
    case DType::kDatetime64: {
      const std::string time = FormatTimestamp(Load<int64_t>(value, i));
      return time == "NaT" ? time : absl::StrCat("Timestamp('", time, "')");
    }
    case DType::kFloat16: {
      double number = 0;
      value_internal::ConvertNumber(
          DType::kFloat16, value.bytes().data() + i * sizeof(uint16_t),
          DType::kFloat64, reinterpret_cast<char*>(&number));
      return FloatJson(number);
    }
  }
  return nullptr;
}

}  // namespace cppet
