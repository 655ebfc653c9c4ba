#include "cppet/storage/journal/log_format.h"

#include <xxhash.h>

namespace cppet::journal {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "the journal is written as it is in memory");

uint64_t Checksum(absl::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

uint64_t HeaderChecksum(const LogHeader& header) {
  LogHeader copy = header;
  copy.checksum = 0;
  return XXH3_64bits(&copy, sizeof(copy));
}

uint64_t FirstChain(uint64_t generation, uint64_t salt) {
  return XXH3_64bits_withSeed(&generation, sizeof(generation), salt);
}

uint64_t NextChain(uint64_t chain, const FrameHeader& frame) {
  return XXH3_64bits_withSeed(&frame, offsetof(FrameHeader, chain), chain);
}

}  // namespace cppet::journal
