#include "cppet/environment/wrapping/record_pipe.h"

#include <poll.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::Pair;

class RecordPipeTest : public ::testing::Test {
 protected:
  // Waits for a record.
  std::pair<int64_t, std::string> Read() {
    while (true) {
      auto record = reader_.Next().value();
      if (record) return {record->index, std::move(record->bytes)};
      pollfd waiting = {ends_.first.get(), POLLIN, 0};
      poll(&waiting, 1, -1);
    }
  }

  bool IsDrained() { return !reader_.Next().value().has_value(); }

  // As if the process had been killed after that.
  void WritePart(int64_t index, uint64_t size, uint64_t offset,
                 const std::string& part) {
    std::string packet(3 * 8, '\0');
    std::memcpy(&packet[0], &index, 8);
    std::memcpy(&packet[8], &size, 8);
    std::memcpy(&packet[16], &offset, 8);
    packet += part;
    ASSERT_EQ(send(ends_.second.get(), packet.data(), packet.size(), 0),
              packet.size());
  }

  std::pair<UniqueFd, UniqueFd> ends_ = MakeRecordPipe().value();
  RecordPipeReader reader_{ends_.first.get()};
};

TEST_F(RecordPipeTest, CarriesRecords) {
  EXPECT_TRUE(IsDrained());
  ASSERT_THAT(WriteRecord(ends_.second.get(), 7, "seven"), IsOk());
  ASSERT_THAT(WriteRecord(ends_.second.get(), 3, ""), IsOk());
  EXPECT_THAT(Read(), Pair(7, "seven"));
  EXPECT_THAT(Read(), Pair(3, ""));
  EXPECT_TRUE(IsDrained());
}

TEST_F(RecordPipeTest, CarriesLargeOnesOfManyWritersAtOnce) {
  const auto content = [](int64_t index) {
    return std::string(3'000'000 + index, static_cast<char>('a' + index));
  };
  std::vector<std::thread> writers;
  for (int64_t index = 0; index < 4; ++index) {
    writers.emplace_back([&, index] {
      ASSERT_THAT(WriteRecord(ends_.second.get(), index, content(index)),
                  IsOk());
    });
  }
  for (int i = 0; i < 4; ++i) {
    const auto [index, bytes] = Read();
    EXPECT_TRUE(bytes == content(index)) << index;
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(reader_.parts(), 0);
}

TEST_F(RecordPipeTest, DropsAPartWhenTheRunBeginsAgain) {
  WritePart(5, 100, 0, "the start");
  WritePart(6, 100, 0, "another");
  EXPECT_TRUE(IsDrained());
  EXPECT_EQ(reader_.parts(), 2);
  ASSERT_THAT(WriteRecord(ends_.second.get(), 5, "whole"), IsOk());
  EXPECT_THAT(Read(), Pair(5, "whole"));
  EXPECT_EQ(reader_.parts(), 1);
}

TEST_F(RecordPipeTest, DropsAPartThatItIsToldOf) {
  WritePart(5, 9, 0, "abc");
  EXPECT_TRUE(IsDrained());
  reader_.Drop(5);
  EXPECT_EQ(reader_.parts(), 0);
  // Nothing fits to it any more.
  WritePart(5, 9, 3, "defghi");
  EXPECT_TRUE(IsDrained());
  EXPECT_EQ(reader_.parts(), 0);
}

TEST_F(RecordPipeTest, IgnoresWhatIsNoPartOfARecord) {
  ASSERT_EQ(send(ends_.second.get(), "abc", 3, 0), 3);
  WritePart(5, 9, 3, "defghi");
  EXPECT_TRUE(IsDrained());
  EXPECT_EQ(reader_.parts(), 0);
}

TEST_F(RecordPipeTest, SaysThatNobodyReads) {
  ends_.first.Reset();
  EXPECT_THAT(WriteRecord(ends_.second.get(), 1, "lost"),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(RecordPipeTest, AWriterThatWaitsIsToldThatNobodyReads) {
  std::thread writer([&] {
    EXPECT_THAT(WriteRecord(ends_.second.get(), 1, std::string(10 << 20, 'x')),
                StatusIs(absl::StatusCode::kUnavailable));
  });
  // Something has arrived, so that it is at work.
  pollfd waiting = {ends_.first.get(), POLLIN, 0};
  poll(&waiting, 1, -1);
  ends_.first.Reset();
  writer.join();
}

}  // namespace
}  // namespace cppet
