#include "cppet/storage/hdf5/codecs/lzo_codec.h"

#include <vector>

#include "lzo/lzo1x.h"

namespace cppet::hdf5 {
namespace {

// A byte makes a match longer by 255, and there is little beside.
constexpr uint64_t kMaxExpansion = 256;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(ChunkBuffer* buffer) {
  return reinterpret_cast<unsigned char*>(buffer->data());
}

// LZO tests the compiler that it was built with, and needs nothing else.
bool Works() {
  static const bool works = lzo_init() == LZO_E_OK;
  return works;
}

bool Compress(absl::Span<const unsigned> /*values*/, absl::string_view chunk,
              ChunkBuffer* compressed) {
  // It does not look how much room there is; this is always enough.
  if (!Works() ||
      !compressed->Reserve(chunk.size() + chunk.size() / 16 + 64 + 3)) {
    return false;
  }
  std::vector<char> scratch(LZO1X_1_MEM_COMPRESS);
  lzo_uint size = 0;
  if (lzo1x_1_compress(Bytes(chunk), chunk.size(), Bytes(compressed), &size,
                       scratch.data()) != LZO_E_OK) {
    return false;
  }
  compressed->set_size(size);
  return true;
}

bool Decompress(absl::string_view compressed, ChunkBuffer* chunk) {
  if (!Works() || !chunk->Reserve(chunk->limit())) return false;
  lzo_uint size = chunk->capacity();
  if (lzo1x_decompress_safe(Bytes(compressed), compressed.size(), Bytes(chunk),
                            &size, nullptr) != LZO_E_OK) {
    return false;
  }
  chunk->set_size(size);
  return true;
}

}  // namespace

const Codec kLzoCodec = {kLzoFilter, "lzo", kMaxExpansion, Compress,
                         Decompress};

}  // namespace cppet::hdf5
