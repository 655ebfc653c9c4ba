#include "cppet/storage/hdf5/api/checksum.h"

#include <cstddef>
#include <cstring>

namespace cppet::hdf5 {
namespace {

uint32_t Rotate(uint32_t x, int bits) {
  return (x << bits) | (x >> (32 - bits));
}

// Three words of state, which take in twelve bytes at a time.
struct State {
  uint32_t a, b, c;

  void Add(const char* bytes) {
    uint32_t words[3];
    std::memcpy(words, bytes, sizeof(words));
    a += words[0];
    b += words[1];
    c += words[2];
  }

  void Mix() {
    a = (a - c) ^ Rotate(c, 4);
    c += b;
    b = (b - a) ^ Rotate(a, 6);
    a += c;
    c = (c - b) ^ Rotate(b, 8);
    b += a;
    a = (a - c) ^ Rotate(c, 16);
    c += b;
    b = (b - a) ^ Rotate(a, 19);
    a += c;
    c = (c - b) ^ Rotate(b, 4);
    b += a;
  }

  void Finish() {
    c = (c ^ b) - Rotate(b, 14);
    a = (a ^ c) - Rotate(c, 11);
    b = (b ^ a) - Rotate(a, 25);
    c = (c ^ b) - Rotate(b, 16);
    a = (a ^ c) - Rotate(c, 4);
    b = (b ^ a) - Rotate(a, 14);
    c = (c ^ b) - Rotate(b, 24);
  }
};

}  // namespace

uint32_t MetadataChecksum(absl::string_view bytes) {
  const uint32_t start = 0xdeadbeef + static_cast<uint32_t>(bytes.size());
  State state = {start, start, start};
  while (bytes.size() > 12) {
    state.Add(bytes.data());
    state.Mix();
    bytes.remove_prefix(12);
  }
  if (bytes.empty()) return state.c;
  char last[12] = {};
  std::memcpy(last, bytes.data(), bytes.size());
  state.Add(last);
  state.Finish();
  return state.c;
}

}  // namespace cppet::hdf5
