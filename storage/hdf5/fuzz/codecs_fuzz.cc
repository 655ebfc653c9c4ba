// Compressed chunks. The first byte says how they are.

#include <array>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/codecs/blosc_codec.h"
#include "cppet/storage/hdf5/codecs/bzip2_codec.h"
#include "cppet/storage/hdf5/codecs/codec.h"
#include "cppet/storage/hdf5/codecs/lzo_codec.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"

namespace cppet {
namespace {

const std::array<const hdf5::Codec*, 3> kCodecs = {
    &hdf5::kLzoCodec, &hdf5::kBzip2Codec, &hdf5::kBloscCodec};

}  // namespace

std::vector<std::string> FuzzSeeds() {
  std::mt19937 random(1);
  std::string chunk;
  for (int i = 0; i < 4000; ++i) chunk.push_back(random() % 4);
  std::vector<std::string> seeds;
  for (size_t i = 0; i < kCodecs.size(); ++i) {
    // Of PyTables, or of Blosc: with each of its codecs and shuffles.
    for (unsigned codec = 0; codec < 6; ++codec) {
      hdf5::ChunkBuffer compressed(SIZE_MAX);
      const std::vector<unsigned> values = {2, 2, 4, 4000, 9, codec % 3, codec};
      const std::vector<unsigned> level = {9, 20, 0};
      if (kCodecs[i]->compress(i == 2 ? values : level, chunk, &compressed)) {
        seeds.push_back(std::string(1, static_cast<char>(i)) +
                        std::string(compressed.data(), compressed.size()));
      }
    }
  }
  return seeds;
}

}  // namespace cppet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLimit = size_t{1} << 20;
  if (size == 0) return 0;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  cppet::hdf5::ChunkBuffer chunk(kLimit);
  const cppet::hdf5::Codec& codec =
      *cppet::kCodecs[data[0] % cppet::kCodecs.size()];
  if (codec.decompress(bytes.substr(1), &chunk) && chunk.size() > kLimit) {
    __builtin_trap();
  }
  return 0;
}
