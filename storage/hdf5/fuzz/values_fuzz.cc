// Elements and texts. Four bytes say of which type they are, how Python knows
// them, and how long a text is.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/base/utf8.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

constexpr size_t kHeader = 4;

constexpr std::array<absl::string_view, 7> kCollections = {
    "",           "COLL_SCALAR",  "COLL_LIST",
    "COLL_TUPLE", "COLL_NDARRAY", "COLL_MATRIX",
    "COLL_DICT"};

constexpr std::array<absl::string_view, 8> kTypes = {
    "", "int", "<type 'str'>", "bool", "float", "complex", "str_", "bytes"};

void Require(bool holds) {
  if (!holds) abort();
}

void ReadTexts(absl::string_view text) {
  const std::string clean = CleanUtf8(text);
  Require(IsValidUtf8(clean));
  for (const size_t size : {5, 64}) {
    Require(FitText(clean, size).size() <= size);
  }
}

void ReadElements(absl::string_view header, absl::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(header[i]); };
  ElementType element;
  element.dtype = static_cast<DType>(at(0) % 17);
  element.size = std::max<size_t>(ItemSize(element.dtype), 1);
  if (element.dtype == DType::kBytes || element.dtype == DType::kString) {
    element.size = 1 + at(3) % 32;
  }
  const int64_t count = bytes.size() / element.size;
  bytes = bytes.substr(0, count * element.size);
  std::vector<int64_t> shape = {count};
  if (at(3) % 2 != 0) shape.push_back(1);
  const Recall recall = {std::string(kCollections[at(1) % kCollections.size()]),
                         std::string(kTypes[at(2) % kTypes.size()])};
  const auto decoder = Decoder::Create(element, shape, recall);
  if (!decoder.ok() || !decoder->Check(bytes).ok()) return;
  Require(decoder->value_size() == bytes.size());
  PythonRepr(decoder->Decode(bytes));
  PythonRepr(decoder->DecodeArray(1, bytes));
}

}  // namespace
}  // namespace cppet::hdf5

namespace cppet {

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds;
  for (char dtype = 0; dtype < 17; ++dtype) {
    for (char form = 0; form < 7; ++form) {
      seeds.push_back(std::string{dtype, form, '\x02', '\x08'} +
                      "text \xc3\xa4\xe2\x98\x83 and some more of it");
    }
  }
  return seeds;
}

}  // namespace cppet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  cppet::hdf5::ReadTexts(bytes);
  if (size >= cppet::hdf5::kHeader) {
    cppet::hdf5::ReadElements(bytes.substr(0, cppet::hdf5::kHeader),
                              bytes.substr(cppet::hdf5::kHeader));
  }
  return 0;
}
