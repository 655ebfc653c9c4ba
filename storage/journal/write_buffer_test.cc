#include "cppet/storage/journal/write_buffer.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<std::pair<uint64_t, std::string>> Pieces(
    const WriteBuffer& buffer) {
  std::vector<std::pair<uint64_t, std::string>> pieces;
  EXPECT_THAT(buffer.Visit([&](uint64_t offset, absl::string_view bytes) {
    pieces.emplace_back(offset, bytes);
    return absl::OkStatus();
  }),
              IsOk());
  return pieces;
}

TEST(WriteBufferTest, JoinsWhatFollowsOnAPiece) {
  WriteBuffer buffer;
  buffer.Write(10, "abc");
  buffer.Write(13, "def");
  buffer.Write(20, "x");
  EXPECT_THAT(Pieces(buffer), ElementsAre(Pair(10, "abcdef"), Pair(20, "x")));
  EXPECT_EQ(buffer.bytes(), 7);
}

TEST(WriteBufferTest, TheLastWriteCounts) {
  WriteBuffer buffer;
  buffer.Write(10, "abc");
  buffer.Write(11, "XY");
  buffer.Write(9, "01");
  buffer.Write(12, "zzz");
  std::string read(6, '-');
  buffer.Patch(9, read.data(), read.size());
  EXPECT_EQ(read, "01Xzzz");
  EXPECT_EQ(buffer.bytes(), 6);
}

TEST(WriteBufferTest, ReadsWhatIsInOnePiece) {
  WriteBuffer buffer;
  buffer.Write(10, "abcdef");
  std::string read(3, '-');
  EXPECT_TRUE(buffer.ReadWithin(12, read.data(), 3));
  EXPECT_EQ(read, "cde");
  EXPECT_FALSE(buffer.ReadWithin(9, read.data(), 3));
  EXPECT_FALSE(buffer.ReadWithin(14, read.data(), 3));
  EXPECT_FALSE(buffer.ReadWithin(100, read.data(), 3));
  EXPECT_EQ(read, "cde");
}

TEST(WriteBufferTest, StopsAtAnError) {
  WriteBuffer buffer;
  buffer.Write(0, "a");
  buffer.Write(5, "b");
  int visits = 0;
  EXPECT_THAT(buffer.Visit([&](uint64_t, absl::string_view) {
    ++visits;
    return absl::ResourceExhaustedError("full");
  }),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(visits, 1);
}

TEST(WriteBufferTest, IsLikeTheFileAfterAnyWrites) {
  std::mt19937 random(7);
  const auto pick = [&random](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  for (int round = 0; round < 50; ++round) {
    WriteBuffer buffer;
    std::string file(1000, '.');
    std::string expected = file;
    for (int i = 0; i < 40; ++i) {
      const int offset = pick(900);
      const std::string bytes(1 + pick(100), static_cast<char>('a' + pick(26)));
      buffer.Write(offset, bytes);
      std::copy(bytes.begin(), bytes.end(), expected.begin() + offset);
      const int from = pick(900);
      std::string part = file.substr(from, 100);
      buffer.Patch(from, part.data(), part.size());
      ASSERT_EQ(part, expected.substr(from, 100));
      std::string whole(20, '-');
      if (buffer.ReadWithin(from, whole.data(), whole.size())) {
        ASSERT_EQ(whole, expected.substr(from, 20));
      }
    }
    size_t bytes = 0;
    for (const auto& [offset, piece] : Pieces(buffer)) {
      std::copy(piece.begin(), piece.end(), file.begin() + offset);
      bytes += piece.size();
    }
    ASSERT_EQ(file, expected);
    ASSERT_EQ(buffer.bytes(), bytes);
  }
}

}  // namespace
}  // namespace cppet::journal
