#include "cppet/storage/hdf5/codecs/codecs.h"

#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/codecs/blosc_codec.h"
#include "cppet/storage/hdf5/codecs/bzip2_codec.h"
#include "cppet/storage/hdf5/codecs/codec.h"
#include "cppet/storage/hdf5/codecs/lzo_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::Gt;
using ::testing::Le;
using ::testing::Lt;

struct Case {
  std::string name;
  const Codec* codec;
  std::vector<unsigned> values;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

// Numbers that grow in small steps: 40000 bytes.
std::string Smooth() {
  std::mt19937 random(1);
  std::string bytes;
  uint32_t number = 0;
  for (int i = 0; i < 10000; ++i) {
    number += random() % 4;
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  return bytes;
}

std::string Noise(size_t size) {
  std::mt19937 random(2);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = random();
  return bytes;
}

class CodecTest : public ::testing::TestWithParam<Case> {
 protected:
  std::string Compress(absl::string_view chunk) const {
    ChunkBuffer buffer(SIZE_MAX);
    EXPECT_TRUE(GetParam().codec->compress(GetParam().values, chunk, &buffer));
    return std::string(buffer.data(), buffer.size());
  }

  // What `compressed` becomes with that limit; nothing if it does not.
  std::string Decompress(absl::string_view compressed, size_t limit) const {
    // Of its own size, for checkers of memory to see what is read beyond it.
    const std::vector<char> input(compressed.begin(), compressed.end());
    ChunkBuffer buffer(limit);
    if (!GetParam().codec->decompress({input.data(), input.size()}, &buffer)) {
      return "";
    }
    EXPECT_THAT(buffer.size(), Le(limit));
    return std::string(buffer.data(), buffer.size());
  }
};

TEST_P(CodecTest, GivesBackWhatItCompressed) {
  const std::string chunk = Smooth();
  const std::string compressed = Compress(chunk);
  EXPECT_THAT(compressed.size(), Lt(chunk.size()));
  EXPECT_EQ(Decompress(compressed, chunk.size()), chunk);
  EXPECT_EQ(Decompress(compressed, 10 * chunk.size()), chunk);
}

TEST_P(CodecTest, TakesNoMoreMemoryThanTheLimit) {
  const std::string chunk = Smooth();
  const std::string compressed = Compress(chunk);
  EXPECT_EQ(Decompress(compressed, chunk.size() - 1), "");
  EXPECT_EQ(Decompress(compressed, 1), "");
  EXPECT_EQ(Decompress(compressed, 0), "");
}

TEST_P(CodecTest, KnowsHowMuchBecomesOfZeros) {
  const std::string zeros(8 << 20, '\0');
  const std::string compressed = Compress(zeros);
  EXPECT_THAT(compressed.size() * GetParam().codec->max_expansion,
              Gt(zeros.size()));
  EXPECT_EQ(Decompress(compressed, zeros.size()), zeros);
}

TEST_P(CodecTest, FindsThatTheEndIsMissing) {
  const std::string chunk = Smooth();
  const std::string compressed = Compress(chunk);
  for (size_t size = 0; size < compressed.size(); size += 97) {
    EXPECT_EQ(Decompress(compressed.substr(0, size), chunk.size()), "") << size;
  }
  EXPECT_EQ(
      Decompress(compressed.substr(0, compressed.size() - 1), chunk.size()),
      "");
}

TEST_P(CodecTest, SurvivesDamage) {
  const std::string chunk = Smooth();
  const std::string compressed = Compress(chunk);
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = compressed;
    // Half of it where the headers are.
    const size_t range = i % 2 == 0 ? damaged.size() : 40;
    for (int flips = 1 + random() % 3; flips > 0; --flips) {
      damaged[random() % range] ^= 1 << random() % 8;
    }
    EXPECT_THAT(Decompress(damaged, 2 * chunk.size()).size(),
                Le(2 * chunk.size()));
  }
  for (size_t size = 1; size < 200; ++size) {
    Decompress(Noise(size), chunk.size());
  }
}

TEST_P(CodecTest, IsAFilterOfHdf5) {
  RegisterCodecs();
  RegisterCodecs();
  EXPECT_GT(H5Zfilter_avail(GetParam().codec->id), 0);
  EXPECT_EQ(CodecExpansion(GetParam().codec->id),
            GetParam().codec->max_expansion);
}

INSTANTIATE_TEST_SUITE_P(
    All, CodecTest,
    ::testing::Values(
        Case{"Lzo", &kLzoCodec, {9, 11, 4}},
        Case{"Bzip2", &kBzip2Codec, {9, 11, 4}},
        Case{"Bzip2Fast", &kBzip2Codec, {1, 27, 0}},
        Case{"Blosc", &kBloscCodec, {2, 2, 4, 40000, 5, 1}},
        Case{"BloscFast", &kBloscCodec, {2, 2, 4, 40000, 1, 1}},
        Case{"BloscBits", &kBloscCodec, {2, 2, 4, 40000, 9, 2}},
        Case{"BloscLz4", &kBloscCodec, {2, 2, 4, 40000, 9, 1, 1}},
        Case{"BloscLz4hc", &kBloscCodec, {2, 2, 4, 40000, 9, 1, 2}},
        Case{"BloscSnappy", &kBloscCodec, {2, 2, 4, 40000, 9, 1, 3}},
        Case{"BloscZlib", &kBloscCodec, {2, 2, 4, 40000, 9, 1, 4}},
        Case{"BloscZstd", &kBloscCodec, {2, 2, 4, 40000, 9, 0, 5}}),
    [](const auto& info) { return info.param.name; });

TEST(CodecsTest, LeavesNoiseAsItIs) {
  const std::string noise = Noise(1000);
  for (const Codec* codec : {&kBzip2Codec, &kBloscCodec}) {
    ChunkBuffer buffer(SIZE_MAX);
    EXPECT_FALSE(codec->compress({9, 2, 1, 1000, 9, 1}, noise, &buffer));
  }
}

TEST(CodecsTest, DoesNotBelieveItsClientValues) {
  const std::string chunk = Smooth();
  ChunkBuffer buffer(SIZE_MAX);
  for (const std::vector<unsigned>& values :
       std::vector<std::vector<unsigned>>{{},
                                          {2, 2, 4, 40000},
                                          {2, 2, 4, 40000, 10, 1},
                                          {2, 2, 4, 40000, 9, 3},
                                          {2, 2, 4, 40000, 9, 1, 6}}) {
    EXPECT_FALSE(kBloscCodec.compress(values, chunk, &buffer));
  }
  EXPECT_TRUE(kBloscCodec.compress({0, 0, 1 << 20, 7, 9, 1}, chunk, &buffer));
  EXPECT_FALSE(kBzip2Codec.compress({}, chunk, &buffer));
  EXPECT_FALSE(kBzip2Codec.compress({10}, chunk, &buffer));
}

TEST(CodecsTest, HasNoOtherFilters) {
  EXPECT_EQ(CodecExpansion(H5Z_FILTER_DEFLATE), 0);
}

}  // namespace
}  // namespace cppet::hdf5
