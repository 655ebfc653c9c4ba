#include "cppet/storage/journal/hdf5_driver.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/journal/transactional_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::journal {
namespace {

constexpr int kSize = 50000;

struct Format {
  std::string name;
  H5F_libver_t version;
  H5F_fspace_strategy_t space;
};

// With files in each of HDF5's formats.
class Hdf5DriverTest : public ::testing::TestWithParam<Format> {
 protected:
  Hdf5DriverTest() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    if (GetParam().version == H5F_LIBVER_LATEST) {
      H5Pset_file_space_strategy(creation, GetParam().space, true, 1);
    }
    const hid_t access = Access();
    const hid_t file = H5Fcreate(path_.c_str(), H5F_ACC_EXCL, creation, access);
    EXPECT_GE(file, 0);
    AddDataset(file, "first", 1);
    EXPECT_GE(H5Fclose(file), 0);
    H5Pclose(access);
    H5Pclose(creation);
  }

  static hid_t Access() {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(access, GetParam().version,
                         GetParam().version == H5F_LIBVER_EARLIEST
                             ? H5F_LIBVER_LATEST
                             : GetParam().version);
    return access;
  }

  // A dataset full of `value`, in chunks.
  static void AddDataset(hid_t file, const std::string& name, int value) {
    const hsize_t size = kSize, chunk = 5000;
    const hid_t space = H5Screate_simple(1, &size, nullptr);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 1, &chunk);
    const hid_t dataset = H5Dcreate2(file, name.c_str(), H5T_NATIVE_INT, space,
                                     H5P_DEFAULT, creation, H5P_DEFAULT);
    const std::vector<int> values(kSize, value);
    EXPECT_GE(H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                       values.data()),
              0);
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
  }

  // What AddDataset put there; 0 if it is not there or not whole.
  static int ReadDataset(hid_t file, const std::string& name) {
    const hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
    if (dataset < 0) return 0;
    std::vector<int> values(kSize);
    const herr_t read = H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL,
                                H5P_DEFAULT, values.data());
    H5Dclose(dataset);
    const bool whole =
        read >= 0 && values == std::vector<int>(kSize, values[0]);
    return whole ? values[0] : 0;
  }

  std::unique_ptr<TransactionalFile> Transactions(bool writable = true) {
    TransactionalFileOptions options;
    options.writable = writable;
    options.lock_timeout = absl::Milliseconds(50);
    return TransactionalFile::Open(path_, options).value();
  }
  hid_t Open(TransactionalFile& file, unsigned flags = H5F_ACC_RDWR) {
    const hid_t access = Access();
    EXPECT_TRUE(OpenWithJournal(access, &file));
    const hid_t id = H5Fopen(path_.c_str(), flags, access);
    EXPECT_GE(id, 0);
    H5Pclose(access);
    return id;
  }
  static void Commit(TransactionalFile& file, hid_t id) {
    ASSERT_GE(H5Fflush(id, H5F_SCOPE_GLOBAL), 0);
    ASSERT_THAT(file.Commit(), IsOk());
  }

  // The dataset `name` as any program that uses HDF5 reads it.
  int ReadPlainly(const std::string& name) {
    const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    EXPECT_GE(file, 0);
    const int value = ReadDataset(file, name);
    H5Fclose(file);
    return value;
  }

  static void RunAndKill(const std::function<void()>& work) {
    const pid_t child = fork();
    if (child == 0) {
      work();
      raise(SIGKILL);
    }
    waitpid(child, nullptr, 0);
  }

  const TempDirectory directory_;
  const std::string path_ = directory_.Path("f.hdf5");
};

TEST_P(Hdf5DriverTest, WritesAFileThatAnyProgramReads) {
  const auto file = Transactions();
  const hid_t id = Open(*file);
  AddDataset(id, "second", 2);
  ASSERT_GE(H5Fclose(id), 0);
  ASSERT_THAT(file->Commit(), IsOk());
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadPlainly("first"), 1);
  EXPECT_EQ(ReadPlainly("second"), 2);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".wal"));
}

TEST_P(Hdf5DriverTest, NothingCountsBeforeTheCommit) {
  const auto file = Transactions();
  const hid_t id = Open(*file);
  AddDataset(id, "second", 2);
  H5Oflush(id);
  ASSERT_GE(H5Fclose(id), 0);
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadPlainly("first"), 1);
  EXPECT_EQ(ReadPlainly("second"), 0);
}

TEST_P(Hdf5DriverTest, ClosesQuietlyWhatIsAbandoned) {
  const auto file = Transactions();
  const hid_t id = Open(*file);
  AddDataset(id, "second", 2);
  Commit(*file, id);
  ASSERT_GE(H5Ldelete(id, "first", H5P_DEFAULT), 0);
  AddDataset(id, "third", 3);
  file->Abandon(absl::CancelledError("abandoned"));
  EXPECT_GE(H5Fclose(id), 0);
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadPlainly("first"), 1);
  EXPECT_EQ(ReadPlainly("second"), 2);
  EXPECT_EQ(ReadPlainly("third"), 0);
}

TEST_P(Hdf5DriverTest, AKilledWriterLeavesTheLastCommit) {
  RunAndKill([this] {
    auto* const file = Transactions().release();
    const hid_t id = Open(*file);
    AddDataset(id, "second", 2);
    Commit(*file, id);
    H5Ldelete(id, "first", H5P_DEFAULT);
    AddDataset(id, "third", 3);
    H5Fflush(id, H5F_SCOPE_GLOBAL);
  });
  {
    const auto file = Transactions(/*writable=*/false);
    const hid_t id = Open(*file, H5F_ACC_RDONLY);
    EXPECT_EQ(ReadDataset(id, "second"), 2);
    EXPECT_EQ(ReadDataset(id, "third"), 0);
    H5Fclose(id);
  }
  ASSERT_THAT(RecoverFile(path_), IsOk());
  EXPECT_EQ(ReadPlainly("first"), 1);
  EXPECT_EQ(ReadPlainly("second"), 2);
  EXPECT_EQ(ReadPlainly("third"), 0);
}

TEST_P(Hdf5DriverTest, ReusesSpaceOfWhatIsDeleted) {
  const auto file = Transactions();
  const hid_t id = Open(*file);
  for (int i = 0; i < 20; ++i) {
    AddDataset(id, "second", 100 + i);
    Commit(*file, id);
    EXPECT_EQ(ReadPlainly("second"), 100 + i);
    ASSERT_GE(H5Ldelete(id, "second", H5P_DEFAULT), 0);
  }
  AddDataset(id, "second", 2);
  ASSERT_GE(H5Fclose(id), 0);
  ASSERT_THAT(file->Commit(), IsOk());
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadPlainly("first"), 1);
  EXPECT_EQ(ReadPlainly("second"), 2);
  EXPECT_LT(std::filesystem::file_size(path_), 10 * kSize * sizeof(int));
}

TEST_P(Hdf5DriverTest, AForkedChildThatExitsChangesNothing) {
  const auto file = Transactions();
  const hid_t id = Open(*file);
  AddDataset(id, "second", 2);
  const pid_t child = fork();
  // Closes what HDF5 has open.
  if (child == 0) exit(0);
  int status;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(ReadPlainly("second"), 0);
  ASSERT_GE(H5Fclose(id), 0);
  ASSERT_THAT(file->Commit(), IsOk());
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadPlainly("second"), 2);
}

INSTANTIATE_TEST_SUITE_P(
    Formats, Hdf5DriverTest,
    ::testing::Values(
        Format{"Earliest", H5F_LIBVER_EARLIEST, H5F_FSPACE_STRATEGY_FSM_AGGR},
        Format{"V18", H5F_LIBVER_V18, H5F_FSPACE_STRATEGY_FSM_AGGR},
        Format{"Latest", H5F_LIBVER_LATEST, H5F_FSPACE_STRATEGY_FSM_AGGR},
        Format{"Paged", H5F_LIBVER_LATEST, H5F_FSPACE_STRATEGY_PAGE}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace cppet::journal
