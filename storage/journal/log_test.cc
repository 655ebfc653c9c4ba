#include <fcntl.h>

#include <cstring>
#include <string>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/journal/log_format.h"
#include "cppet/storage/journal/log_reader.h"
#include "cppet/storage/journal/log_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Head HeadOf(absl::string_view text) {
  Head head = {};
  memcpy(head.data(), text.data(), text.size());
  return head;
}

class LogTest : public ::testing::Test {
 protected:
  LogWriter Writer() {
    return LogWriter(RawFile::Open(path_, O_RDWR | O_CREAT).value(), true);
  }
  LogContents Read() {
    return ReadLog(RawFile::Open(path_, O_RDONLY).value()).value();
  }
  // A journal with the commits "a" and "b" at offset 1000.
  void WriteTwoCommits() {
    LogWriter writer = Writer();
    ASSERT_THAT(writer.Begin(2000, HeadOf("h")), IsOk());
    writer.AddChange(1000, "a");
    ASSERT_THAT(writer.Commit(2000, HeadOf("h")), IsOk());
    first_end_ = writer.size();
    writer.AddChange(1000, "b");
    ASSERT_THAT(writer.Commit(2001, HeadOf("h")), IsOk());
    whole_ = ReadFile(path_).value().substr(0, writer.size());
  }

  const TempDirectory directory_;
  const std::string path_ = directory_.Path("f.wal");
  uint64_t first_end_ = 0;
  std::string whole_;  // without the space behind the last commit
};

TEST_F(LogTest, IsNotValidWithoutAHeader) {
  ASSERT_THAT(WriteFile(path_, ""), IsOk());
  EXPECT_FALSE(Read().valid);
  ASSERT_THAT(WriteFile(path_, std::string(10000, 'x')), IsOk());
  EXPECT_FALSE(Read().valid);
}

TEST_F(LogTest, HoldsCommits) {
  WriteTwoCommits();
  const LogContents contents = Read();
  EXPECT_TRUE(contents.valid);
  EXPECT_EQ(contents.base_size, 2000);
  ASSERT_THAT(contents.commits, SizeIs(2));
  EXPECT_EQ(contents.commits[0].size, 2000);
  EXPECT_THAT(contents.commits[0].changes,
              ElementsAre(Field(&LogChange::bytes, "a")));
  EXPECT_EQ(contents.commits[1].size, 2001);
  EXPECT_THAT(contents.commits[1].changes,
              ElementsAre(Field(&LogChange::bytes, "b")));
}

TEST_F(LogTest, SplitsLongChanges) {
  const std::string bytes(kMaxFrameSize * 2 + 5, 'x');
  LogWriter writer = Writer();
  ASSERT_THAT(writer.Begin(1000, HeadOf("")), IsOk());
  writer.AddChange(1000, bytes);
  ASSERT_THAT(writer.Commit(1000 + bytes.size(), HeadOf("")), IsOk());
  std::string read;
  const LogContents contents = Read();
  for (const LogChange& change : contents.commits.at(0).changes) {
    EXPECT_EQ(change.offset, 1000 + read.size());
    read += change.bytes;
  }
  EXPECT_EQ(read, bytes);
}

TEST_F(LogTest, CutAnywhereHoldsTheWholeCommitsBefore) {
  WriteTwoCommits();
  for (size_t size = 0; size < whole_.size(); ++size) {
    ASSERT_THAT(WriteFile(path_, whole_.substr(0, size)), IsOk());
    const size_t expected = size < first_end_ ? 0 : 1;
    ASSERT_THAT(Read().commits, SizeIs(expected)) << size;
  }
}

TEST_F(LogTest, AnyChangedByteEndsWhatCounts) {
  WriteTwoCommits();
  for (size_t i = 0; i < whole_.size(); ++i) {
    if (i >= sizeof(LogHeader) && i < kFirstFrame) continue;
    std::string changed = whole_;
    changed[i] ^= 0x10;
    ASSERT_THAT(WriteFile(path_, changed), IsOk());
    const size_t expected = i < first_end_ ? 0 : 1;
    ASSERT_THAT(Read().commits, SizeIs(expected)) << i;
  }
}

TEST_F(LogTest, ANewGenerationForgetsTheOldFrames) {
  WriteTwoCommits();
  LogWriter writer = Writer();
  writer.ContinueAfter(Read());
  ASSERT_THAT(writer.Begin(2001, HeadOf("h")), IsOk());
  EXPECT_TRUE(writer.empty());
  EXPECT_THAT(Read().commits, IsEmpty());
  writer.AddChange(1000, "a");
  ASSERT_THAT(writer.Commit(2000, HeadOf("h")), IsOk());
  EXPECT_THAT(Read().commits, SizeIs(1));
}

TEST_F(LogTest, GoesOnAfterWhatWasCommitted) {
  WriteTwoCommits();
  // Of a commit that never came.
  const std::string torn = whole_ + whole_.substr(first_end_, 30);
  ASSERT_THAT(WriteFile(path_, torn), IsOk());
  LogWriter writer = Writer();
  writer.ContinueAfter(Read());
  writer.AddChange(1000, "c");
  ASSERT_THAT(writer.Commit(2002, HeadOf("h")), IsOk());
  EXPECT_THAT(Read().commits, SizeIs(3));
}

TEST_F(LogTest, TheSameChangesDoNotReviveStaleFrames) {
  WriteTwoCommits();
  // The second commit is lost, then the first frames are written once more.
  ASSERT_THAT(WriteFile(path_, whole_.substr(0, first_end_)), IsOk());
  LogWriter writer = Writer();
  writer.ContinueAfter(Read());
  writer.AddChange(1000, "b");
  ASSERT_THAT(writer.Commit(2001, HeadOf("h")), IsOk());
  const LogContents contents = Read();
  EXPECT_THAT(contents.commits, SizeIs(2));
  EXPECT_NE(contents.position, whole_.size());
}

TEST_F(LogTest, KnowsTheFileThatItBelongsTo) {
  LogWriter writer = Writer();
  ASSERT_THAT(writer.Begin(2000, HeadOf("aaaabbbb")), IsOk());
  writer.AddChange(0, "AAAA");
  ASSERT_THAT(writer.Commit(2000, HeadOf("AAAAbbbb")), IsOk());
  const LogContents contents = Read();
  EXPECT_TRUE(BelongsToFile(contents, "aaaabbbb"));
  EXPECT_TRUE(BelongsToFile(contents, "AAAAbbbb"));
  EXPECT_TRUE(BelongsToFile(contents, "AAaabbbb")) << "a torn write";
  EXPECT_FALSE(BelongsToFile(contents, "aaaabbbc"));
}

TEST_F(LogTest, RefusesCommitsThatDoNotFitTheirChanges) {
  LogWriter writer = Writer();
  ASSERT_THAT(writer.Begin(2000, HeadOf("a")), IsOk());
  writer.AddChange(0, "b");
  ASSERT_THAT(writer.Commit(2000, HeadOf("c")), IsOk());
  EXPECT_THAT(ReadLog(RawFile::Open(path_, O_RDONLY).value()),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace cppet::journal
