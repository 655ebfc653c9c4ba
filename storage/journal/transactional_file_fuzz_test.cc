// Random transactions, compared with what they should do to a file.

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "cppet/storage/journal/transactional_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::journal {
namespace {

namespace fs = std::filesystem;

class Fuzzer {
 public:
  explicit Fuzzer(unsigned seed) : random_(seed) {
    options_.writable = true;
    options_.sync = Below(2) == 0;
    options_.keep_journal = Below(2) == 0;
    options_.journal_limit = 20000;
    options_.journaled_data = 6000;
    committed_ = RandomBytes(3000);
    EXPECT_THAT(WriteFile(path_, committed_), IsOk());
  }

  void Run(int transactions) {
    Open();
    for (int i = 0; i < transactions && !testing::Test::HasFailure(); ++i) {
      MaybeRead();
      ChangeMuch();
      if (Below(3) == 0) CheckCopy();
      if (Below(10) == 0) {
        file_->Abandon(absl::CancelledError("abandoned"));
        Reopen();
      } else {
        ASSERT_THAT(file_->Commit(), IsOk());
        committed_ = changed_;
      }
      if (Below(3) == 0) CheckCopy();
      if (Below(8) == 0) Reopen();
    }
    reader_.Reset();
    Reopen();
    ASSERT_THAT(file_->Close(), IsOk());
    ASSERT_THAT(RecoverFile(path_), IsOk());
    EXPECT_EQ(ReadFile(path_).value() == committed_, true);
  }

 private:
  size_t Below(size_t limit) { return random_() % limit; }

  std::string RandomBytes(size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  void Open() {
    auto opened = TransactionalFile::Open(path_, options_);
    ASSERT_THAT(opened, IsOk());
    file_ = *std::move(opened);
    changed_ = committed_;
    Compare(*file_, committed_);
  }

  void Reopen() {
    ASSERT_THAT(file_->Close(), IsOk());
    file_.reset();
    Open();
  }

  static void Compare(TransactionalFile& file, const std::string& expected) {
    std::string bytes(file.size(), '\0');
    ASSERT_THAT(file.Read(0, bytes.data(), bytes.size()), IsOk());
    ASSERT_TRUE(bytes == expected)
        << bytes.size() << " bytes instead of " << expected.size();
  }

  // Another process comes to read, or goes.
  void MaybeRead() {
    if (Below(6) != 0) return;
    if (reader_.is_open()) {
      reader_.Reset();
    } else {
      reader_.Reset(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
      ASSERT_EQ(flock(reader_.get(), LOCK_SH | LOCK_NB), 0);
    }
  }

  void Write(size_t offset, const std::string& bytes) {
    ASSERT_THAT(file_->Write(offset, bytes), IsOk());
    changed_.resize(std::max(changed_.size(), offset + bytes.size()));
    changed_.replace(offset, bytes.size(), bytes);
  }

  void ChangeMuch() {
    for (size_t i = 1 + Below(8); i > 0; --i) {
      const size_t size = changed_.size();
      switch (Below(6)) {
        case 0:
          Write(Below(96), RandomBytes(1 + Below(64)));
          break;
        case 1:
          Write(Below(size), RandomBytes(1 + Below(300)));
          break;
        case 2:
          Write(Below(size), RandomBytes(1 + Below(9000)));
          break;
        case 3:
          Write(size, RandomBytes(1 + Below(12000)));
          break;
        case 4:
          Write(Below(size) / 4096 * 4096, RandomBytes(4096 * (1 + Below(3))));
          break;
        default:
          if (Below(4) != 0 && size < 60000) break;
          changed_.resize(600 + Below(std::min<size_t>(size, 30000)));
          if (changed_.size() < size) {
            file_->Resize(changed_.size());
          } else {
            changed_.resize(size);
          }
      }
    }
    // As HDF5's superblock does, the beginning tells commits apart.
    Write(8, RandomBytes(16));
    Compare(*file_, changed_);
  }

  // What a kill at this moment leaves is the last commit, or, with those that
  // are in the journal only, can be made that.
  void CheckCopy() {
    fs::copy_file(path_, copy_, fs::copy_options::overwrite_existing);
    fs::copy_file(path_ + ".wal", copy_ + ".wal",
                  fs::copy_options::overwrite_existing);
    TransactionalFileOptions read_only;
    auto reader = TransactionalFile::Open(copy_, read_only);
    ASSERT_THAT(reader, IsOk());
    Compare(**reader, committed_);
    reader->reset();
    ASSERT_THAT(RecoverFile(copy_), IsOk());
    ASSERT_TRUE(ReadFile(copy_).value() == committed_);
    ASSERT_FALSE(fs::exists(copy_ + ".wal"));
  }

  std::mt19937_64 random_;
  const TempDirectory directory_;
  const std::string path_ = directory_.Path("f");
  const std::string copy_ = directory_.Path("copy");
  TransactionalFileOptions options_;
  std::unique_ptr<TransactionalFile> file_;
  UniqueFd reader_;
  std::string committed_;
  std::string changed_;  // with the transaction that is open
};

class TransactionalFileFuzzTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(TransactionalFileFuzzTest, IsAsAfterTheLastCommitAtAnyMoment) {
  Fuzzer(GetParam()).Run(100);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TransactionalFileFuzzTest,
                         ::testing::Range(0u, 40u));

}  // namespace
}  // namespace cppet::journal
