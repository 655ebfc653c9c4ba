#ifndef CPPET_BASE_PICKLE_INTEGER_H_
#define CPPET_BASE_PICKLE_INTEGER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace cppet::pickle {

// A whole number of any size, like Python's int.
//
//   Integer::FromDecimal("18446744073709551616")->bytes().size()  // 9
class Integer {
 public:
  Integer(int64_t value = 0);  // NOLINT: what it is made of

  static Integer FromUint64(uint64_t value);

  // From two's complement, the lowest byte first; no bytes are zero.
  static Integer FromBytes(absl::string_view bytes);

  // From digits with or without a sign; nullopt if `text` is something else.
  // Takes time that grows with the square of their number.
  static std::optional<Integer> FromDecimal(absl::string_view text);

  bool is_negative() const;

  // Two's complement, the lowest byte first, as few bytes as hold it: none for
  // zero.
  const std::string& bytes() const { return bytes_; }

  // The number, if it fits.
  std::optional<int64_t> ToInt64() const;
  std::optional<uint64_t> ToUint64() const;

  // "-12". Takes time that grows with the square of its length.
  std::string ToDecimal() const;

  // "-0xc".
  std::string ToHex() const;

  friend bool operator==(const Integer& a, const Integer& b) {
    return a.bytes_ == b.bytes_;
  }
  friend bool operator!=(const Integer& a, const Integer& b) {
    return !(a == b);
  }

 private:
  explicit Integer(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string bytes_;
};

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_INTEGER_H_
