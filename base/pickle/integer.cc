#include "cppet/base/pickle/integer.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace cppet::pickle {
namespace {

constexpr uint32_t kChunk = 1'000'000'000;  // nine digits at a time
constexpr size_t kChunkDigits = 9;

bool HighBit(char byte) { return (static_cast<uint8_t>(byte) & 0x80) != 0; }

// The words of a magnitude, the lowest first, of two's complement.
std::vector<uint32_t> Magnitude(absl::string_view bytes, bool negative) {
  std::vector<uint32_t> words(bytes.size() / 4 + 1);
  uint32_t carry = negative ? 1 : 0;
  for (size_t i = 0; i < words.size() * 4; ++i) {
    uint32_t byte = i < bytes.size() ? static_cast<uint8_t>(bytes[i])
                    : negative       ? 0xFF
                                     : 0;
    if (negative) {
      byte = (byte ^ 0xFF) + carry;
      carry = byte >> 8;
      byte &= 0xFF;
    }
    words[i / 4] |= byte << (i % 4 * 8);
  }
  return words;
}

// Two's complement of a magnitude.
std::string SignedBytes(const std::vector<uint32_t>& words, bool negative) {
  std::string bytes;
  bytes.reserve(words.size() * 4 + 1);
  uint32_t carry = negative ? 1 : 0;
  for (size_t i = 0; i <= words.size() * 4; ++i) {
    uint32_t byte =
        i < words.size() * 4 ? words[i / 4] >> (i % 4 * 8) & 0xFF : 0;
    if (negative) {
      byte = (byte ^ 0xFF) + carry;
      carry = byte >> 8;
    }
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

// Divides in place; returns the rest.
uint32_t DivideByChunk(std::vector<uint32_t>* words) {
  uint64_t rest = 0;
  for (size_t i = words->size(); i-- > 0;) {
    rest = rest << 32 | (*words)[i];
    (*words)[i] = static_cast<uint32_t>(rest / kChunk);
    rest %= kChunk;
  }
  while (!words->empty() && words->back() == 0) words->pop_back();
  return static_cast<uint32_t>(rest);
}

void MultiplyAndAdd(uint32_t factor, uint32_t summand,
                    std::vector<uint32_t>* words) {
  uint64_t carry = summand;
  for (uint32_t& word : *words) {
    carry += uint64_t{word} * factor;
    word = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0) words->push_back(static_cast<uint32_t>(carry));
}

}  // namespace

Integer::Integer(int64_t value) {
  const uint64_t bits = static_cast<uint64_t>(value);
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(bits >> i * 8);
  bytes_ = FromBytes({bytes, sizeof(bytes)}).bytes_;
}

Integer Integer::FromUint64(uint64_t value) {
  return FromBytes(SignedBytes(
      {static_cast<uint32_t>(value), static_cast<uint32_t>(value >> 32)},
      /*negative=*/false));
}

Integer Integer::FromBytes(absl::string_view bytes) {
  while (!bytes.empty()) {
    const bool next = bytes.size() > 1 && HighBit(bytes[bytes.size() - 2]);
    const bool is_spare =
        bytes.back() == '\0' ? !next : bytes.back() == '\xFF' && next;
    if (!is_spare) break;
    bytes.remove_suffix(1);
  }
  return Integer(std::string(bytes));
}

std::optional<Integer> Integer::FromDecimal(absl::string_view text) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (!negative) absl::ConsumePrefix(&text, "+");
  if (text.empty() ||
      !std::all_of(text.begin(), text.end(), absl::ascii_isdigit)) {
    return std::nullopt;
  }
  std::vector<uint32_t> words;
  while (!text.empty()) {
    const absl::string_view digits = text.substr(0, kChunkDigits);
    uint32_t factor = 1;
    uint32_t chunk = 0;
    for (const char digit : digits) {
      factor *= 10;
      chunk = chunk * 10 + (digit - '0');
    }
    MultiplyAndAdd(factor, chunk, &words);
    text.remove_prefix(digits.size());
  }
  return FromBytes(SignedBytes(words, negative));
}

bool Integer::is_negative() const {
  return !bytes_.empty() && HighBit(bytes_.back());
}

std::optional<int64_t> Integer::ToInt64() const {
  if (bytes_.size() > 8) return std::nullopt;
  uint64_t bits = is_negative() ? ~uint64_t{0} : 0;
  for (size_t i = bytes_.size(); i-- > 0;) {
    bits = bits << 8 | static_cast<uint8_t>(bytes_[i]);
  }
  return static_cast<int64_t>(bits);
}

std::optional<uint64_t> Integer::ToUint64() const {
  if (bytes_.size() > 9 || is_negative()) return std::nullopt;
  if (bytes_.size() == 9 && bytes_[8] != '\0') return std::nullopt;
  uint64_t bits = 0;
  for (size_t i = std::min<size_t>(bytes_.size(), 8); i-- > 0;) {
    bits = bits << 8 | static_cast<uint8_t>(bytes_[i]);
  }
  return bits;
}

std::string Integer::ToDecimal() const {
  std::vector<uint32_t> words = Magnitude(bytes_, is_negative());
  std::vector<uint32_t> chunks;
  while (!words.empty()) chunks.push_back(DivideByChunk(&words));
  std::string text = is_negative() ? "-" : "";
  absl::StrAppend(&text, chunks.back());
  for (size_t i = chunks.size() - 1; i-- > 0;) {
    absl::StrAppendFormat(&text, "%09d", chunks[i]);
  }
  return text;
}

std::string Integer::ToHex() const {
  const std::vector<uint32_t> words = Magnitude(bytes_, is_negative());
  std::string digits;
  for (size_t i = words.size(); i-- > 0;) {
    absl::StrAppendFormat(&digits, "%08x", words[i]);
  }
  const size_t first =
      std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return absl::StrCat(is_negative() ? "-0x" : "0x", digits.substr(first));
}

}  // namespace cppet::pickle
