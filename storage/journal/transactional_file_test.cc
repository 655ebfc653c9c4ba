#include "cppet/storage/journal/transactional_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::journal {
namespace {

using ::testing::HasSubstr;

constexpr size_t kSize = 10000;

class TransactionalFileTest : public ::testing::Test {
 protected:
  TransactionalFileTest() {
    EXPECT_THAT(WriteFile(path_, std::string(kSize, '.')), IsOk());
    options_.writable = true;
    options_.lock_timeout = absl::Milliseconds(50);
  }

  std::unique_ptr<TransactionalFile> Open() {
    return TransactionalFile::Open(path_, options_).value();
  }
  std::unique_ptr<TransactionalFile> OpenToRead() {
    TransactionalFileOptions options = options_;
    options.writable = false;
    return TransactionalFile::Open(path_, options).value();
  }
  static std::string ReadAll(TransactionalFile& file) {
    std::string bytes(file.size(), '\0');
    EXPECT_THAT(file.Read(0, bytes.data(), bytes.size()), IsOk());
    return bytes;
  }
  // What the file has when it is opened next.
  std::string Committed() { return ReadAll(*OpenToRead()); }
  bool HasJournal() const { return std::filesystem::exists(path_ + ".wal"); }

  // Runs `work` in a process that is killed at its end, with all that it has
  // open.
  void RunAndKill(const std::function<void()>& work) {
    const pid_t child = fork();
    if (child == 0) {
      work();
      raise(SIGKILL);
    }
    int status;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
  // The same for one that commits "new" at the beginning, and then puts the
  // old file back as if nothing of it had got there.
  void CommitAndKillBeforeItIsInTheFile() {
    RunAndKill([this] {
      auto* const file = Open().release();
      if (file->Write(0, "new").ok() && file->Commit().ok()) {
        WriteFile(path_, std::string(kSize, '.')).IgnoreError();
      }
    });
  }

  const TempDirectory directory_;
  const std::string path_ = directory_.Path("f");
  TransactionalFileOptions options_;
};

TEST_F(TransactionalFileTest, CommittedChangesAreInTheFileItself) {
  const auto file = Open();
  ASSERT_THAT(file->Write(5, "abc"), IsOk());
  EXPECT_EQ(ReadFile(path_).value().substr(5, 3), "...");
  ASSERT_THAT(file->Commit(), IsOk());
  EXPECT_EQ(ReadFile(path_).value().substr(4, 5), ".abc.");
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_FALSE(HasJournal());
}

TEST_F(TransactionalFileTest, ReadsItsOwnChanges) {
  const auto file = Open();
  ASSERT_THAT(file->Write(4094, "abcd"), IsOk());
  ASSERT_THAT(file->Write(kSize + 3, "e"), IsOk());
  const std::string bytes = ReadAll(*file);
  EXPECT_EQ(bytes.size(), kSize + 4);
  EXPECT_EQ(bytes.substr(4093, 6), ".abcd.");
  EXPECT_EQ(bytes.back(), 'e');
}

TEST_F(TransactionalFileTest, ChangesSize) {
  const auto file = Open();
  file->Resize(5000);
  ASSERT_THAT(file->Commit(), IsOk());
  EXPECT_EQ(std::filesystem::file_size(path_), 5000);
  ASSERT_THAT(file->Write(5000, std::string(100000, 'x')), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadFile(path_).value(),
            std::string(5000, '.') + std::string(100000, 'x'));
}

TEST_F(TransactionalFileTest, TakesBackWhatIsNotCommitted) {
  for (const bool sync : {true, false}) {
    options_.sync = sync;
    const auto file = Open();
    ASSERT_THAT(file->Write(0, "abc"), IsOk());
    ASSERT_THAT(file->Write(kSize, std::string(1 << 20, 'x')), IsOk());
    ASSERT_THAT(file->Close(), IsOk());
    EXPECT_EQ(ReadFile(path_).value(), std::string(kSize, '.'));
    EXPECT_FALSE(HasJournal());
  }
}

TEST_F(TransactionalFileTest, TakesBackWhatIsAbandoned) {
  const auto file = Open();
  ASSERT_THAT(file->Write(0, "abc"), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  ASSERT_THAT(file->Write(0, "def"), IsOk());
  file->Abandon(absl::CancelledError("no more"));
  EXPECT_THAT(file->Write(0, "ghi"), IsOk());
  EXPECT_THAT(file->Commit(), StatusIs(absl::StatusCode::kCancelled));
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadFile(path_).value().substr(0, 4), "abc.");
  EXPECT_FALSE(HasJournal());
}

TEST_F(TransactionalFileTest, AKilledWriterLeavesTheLastCommit) {
  for (const bool sync : {true, false}) {
    options_.sync = sync;
    ASSERT_THAT(WriteFile(path_, std::string(kSize, '.')), IsOk());
    RunAndKill([this] {
      auto* const file = Open().release();
      file->Write(0, "abc").IgnoreError();
      file->Commit().IgnoreError();
      file->Write(0, "xyz").IgnoreError();
      file->Write(kSize, std::string(1 << 20, 'x')).IgnoreError();
    });
    EXPECT_TRUE(HasJournal());
    EXPECT_THAT(RecoverFile(path_), IsOkAndHolds(1));
    EXPECT_EQ(ReadFile(path_).value(), "abc" + std::string(kSize - 3, '.'));
    EXPECT_FALSE(HasJournal());
  }
}

TEST_F(TransactionalFileTest, TheJournalHasWhatTheFileLacks) {
  CommitAndKillBeforeItIsInTheFile();
  EXPECT_EQ(Committed().substr(0, 4), "new.");
  EXPECT_EQ(ReadFile(path_).value().substr(0, 4), "....")
      << "reading changes nothing";
  EXPECT_TRUE(HasJournal());
  EXPECT_THAT(NeedsRecovery(path_), IsOkAndHolds(true));
  const auto file = Open();
  EXPECT_THAT(NeedsRecovery(path_), IsOkAndHolds(false));
  EXPECT_EQ(file->recovered_commits(), 1);
  EXPECT_EQ(ReadFile(path_).value().substr(0, 4), "new.");
}

TEST_F(TransactionalFileTest, RecoveringTwiceIsRecoveringOnce) {
  CommitAndKillBeforeItIsInTheFile();
  RunAndKill([this] { Open().release(); });
  EXPECT_THAT(RecoverFile(path_), IsOk());
  EXPECT_THAT(RecoverFile(path_), IsOkAndHolds(0));
  EXPECT_EQ(Committed().substr(0, 4), "new.");
}

TEST_F(TransactionalFileTest, RefusesAFileThatOthersChanged) {
  CommitAndKillBeforeItIsInTheFile();
  const std::string other(kSize, 'o');
  ASSERT_THAT(WriteFile(path_, other), IsOk());
  EXPECT_THAT(TransactionalFile::Open(path_, options_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another program")));
  EXPECT_EQ(ReadFile(path_).value(), other);
  EXPECT_TRUE(HasJournal());
}

TEST_F(TransactionalFileTest, AnEmptyJournalDoesNotHoldUpAnotherFile) {
  options_.keep_journal = true;
  {
    const auto file = Open();
    ASSERT_THAT(file->Write(0, "abc"), IsOk());
    ASSERT_THAT(file->Commit(), IsOk());
  }
  EXPECT_TRUE(HasJournal());
  ASSERT_THAT(WriteFile(path_, std::string(kSize, 'o')), IsOk());
  options_.keep_journal = false;
  const auto file = Open();
  ASSERT_THAT(file->Write(1, "x"), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  EXPECT_EQ(Committed(), "ox" + std::string(kSize - 2, 'o'));
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_FALSE(HasJournal());
}

TEST_F(TransactionalFileTest, OneWriterAtATime) {
  const auto file = Open();
  EXPECT_THAT(TransactionalFile::Open(path_, options_),
              StatusIs(absl::StatusCode::kUnavailable));
  const std::string other_name = directory_.Path("link");
  std::filesystem::create_symlink(path_, other_name);
  EXPECT_THAT(TransactionalFile::Open(other_name, options_),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TransactionalFileTest, AWriterOfAnotherKindIsLockedOut) {
  const auto file = Open();
  ASSERT_THAT(file->Write(0, "abc"), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  const UniqueFd other(open(path_.c_str(), O_RDWR));
  EXPECT_NE(flock(other.get(), LOCK_EX | LOCK_NB), 0);
}

TEST_F(TransactionalFileTest, AKilledWriterLetsGo) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto file = Open();
    if (write(ready[1], "x", 1) == 1) pause();
  }
  char byte;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_THAT(TransactionalFile::Open(path_, options_),
              StatusIs(absl::StatusCode::kUnavailable));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_THAT(TransactionalFile::Open(path_, options_), IsOk());
}

TEST_F(TransactionalFileTest, AReaderSeesOneCommitAsLongAsItWants) {
  const auto file = Open();
  ASSERT_THAT(file->Write(0, "abc"), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  auto reader = OpenToRead();
  const UniqueFd stranger(open(path_.c_str(), O_RDONLY));
  ASSERT_EQ(flock(stranger.get(), LOCK_SH | LOCK_NB), 0);
  ASSERT_THAT(file->Write(0, "def"), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  ASSERT_THAT(file->Write(kSize, "longer"), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  EXPECT_EQ(ReadAll(*reader), "abc" + std::string(kSize - 3, '.'));
  EXPECT_EQ(ReadFile(path_).value().substr(0, 4), "abc.");
  EXPECT_EQ(Committed(), "def" + std::string(kSize - 3, '.') + "longer");

  reader.reset();
  flock(stranger.get(), LOCK_UN);
  ASSERT_THAT(file->Write(3, "g"), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  EXPECT_EQ(ReadFile(path_).value(),
            "defg" + std::string(kSize - 4, '.') + "longer");
}

TEST_F(TransactionalFileTest, AReaderDoesNotKeepAWriterFromOpeningAndClosing) {
  const UniqueFd reader(open(path_.c_str(), O_RDONLY));
  ASSERT_EQ(flock(reader.get(), LOCK_SH | LOCK_NB), 0);
  for (const absl::string_view text : {"abc", "de"}) {
    const auto file = Open();
    ASSERT_THAT(file->Write(0, text), IsOk());
    ASSERT_THAT(file->Commit(), IsOk());
    ASSERT_THAT(file->Close(), IsOk());
  }
  EXPECT_EQ(ReadFile(path_).value().substr(0, 4), "....");
  EXPECT_EQ(Committed().substr(0, 4), "dec.");
  flock(reader.get(), LOCK_UN);
  EXPECT_THAT(RecoverFile(path_), IsOkAndHolds(2));
  EXPECT_EQ(ReadFile(path_).value().substr(0, 4), "dec.");
}

TEST_F(TransactionalFileTest, AReaderKeepsAWriterFromTakingBackOnlyItsOwn) {
  const UniqueFd reader(open(path_.c_str(), O_RDONLY));
  ASSERT_EQ(flock(reader.get(), LOCK_SH | LOCK_NB), 0);
  {
    const auto file = Open();
    ASSERT_THAT(file->Write(0, "abc"), IsOk());
    ASSERT_THAT(file->Commit(), IsOk());
    ASSERT_THAT(file->Write(1, "xyz"), IsOk());
  }
  EXPECT_EQ(Committed().substr(0, 4), "abc.");
}

TEST_F(TransactionalFileTest, ReadersStopAWriterOnlyAfterVeryMuch) {
  options_.max_pending = 0;
  const UniqueFd reader(open(path_.c_str(), O_RDONLY));
  ASSERT_EQ(flock(reader.get(), LOCK_SH | LOCK_NB), 0);
  const auto file = Open();
  ASSERT_THAT(file->Write(0, "abc"), IsOk());
  EXPECT_THAT(file->Commit(), IsOk());
  EXPECT_THAT(file->Commit(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(path_)));
  EXPECT_EQ(Committed().substr(0, 4), "abc.");
}

TEST_F(TransactionalFileTest, TheJournalBeginsAnewWhenItIsLong) {
  options_.journal_limit = 20000;
  const auto file = Open();
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(file->Write(0, std::string(kSize, 'a' + i % 26)), IsOk());
    ASSERT_THAT(file->Commit(), IsOk());
  }
  // Of which it takes space in steps.
  EXPECT_LE(std::filesystem::file_size(path_ + ".wal"), 256 << 10);
}

TEST_F(TransactionalFileTest, AFullDiskLosesNothing) {
  for (const bool sync : {true, false}) {
    options_.sync = sync;
    ASSERT_THAT(WriteFile(path_, std::string(kSize, '.')), IsOk());
    const pid_t child = fork();
    if (child == 0) {
      const auto file = Open();
      bool ok = file->Write(0, "abc").ok() && file->Commit().ok();
      const rlimit limit = {20000, 20000};
      setrlimit(RLIMIT_FSIZE, &limit);
      ok = ok && file->Write(0, "def").ok();
      file->Write(kSize, std::string(1 << 20, 'x')).IgnoreError();
      const absl::Status full = file->Commit();
      ok = ok && absl::IsResourceExhausted(full) && file->Close().ok();
      const rlimit no_limit = {RLIM_INFINITY, RLIM_INFINITY};
      setrlimit(RLIMIT_FSIZE, &no_limit);
      _exit(ok ? 0 : 1);
    }
    int status;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    const auto file = Open();
    EXPECT_EQ(ReadAll(*file), "abc" + std::string(kSize - 3, '.'));
    ASSERT_THAT(file->Write(kSize, std::string(1 << 20, 'x')), IsOk());
    EXPECT_THAT(file->Commit(), IsOk());
  }
}

TEST_F(TransactionalFileTest, AForkedChildChangesNothing) {
  const auto file = Open();
  ASSERT_THAT(file->Write(0, "abc"), IsOk());
  const pid_t child = fork();
  if (child == 0) {
    file->Write(0, "xyz").IgnoreError();
    file->Write(kSize, std::string(1 << 20, 'x')).IgnoreError();
    const bool refused = !file->Commit().ok();
    file->Close().IgnoreError();
    _exit(refused ? 0 : 1);
  }
  int status;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_THAT(TransactionalFile::Open(path_, options_),
              StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_THAT(file->Commit(), IsOk());
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadFile(path_).value(), "abc" + std::string(kSize - 3, '.'));
}

TEST_F(TransactionalFileTest, AFileToReadIsNotWritten) {
  const auto file = OpenToRead();
  EXPECT_THAT(file->Commit(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_FALSE(HasJournal());
}

TEST_F(TransactionalFileTest, LeavesNoJournalOfWhatIsNotThere) {
  EXPECT_THAT(TransactionalFile::Open(directory_.Path("no"), options_),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("no.wal")));
}

}  // namespace
}  // namespace cppet::journal
