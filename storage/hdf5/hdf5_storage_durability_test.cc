#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kRuns = 20;

std::unique_ptr<Trajectory> MakeTrajectory() {
  auto trajectory = std::make_unique<Trajectory>("t");
  const auto x = trajectory->AddParameter("x", 0.0);
  trajectory->Explore(CartesianProduct(x.In(Linspace(0, 1, kRuns))))
      .IgnoreError();
  return trajectory;
}

// A completed run whose result has `size` numbers.
RunRecord MakeRecord(int64_t index, int64_t size = 1) {
  RunRecord record;
  record.index = index;
  record.completed = true;
  record.leaves.emplace_back(LeafHead{"results.runs.$.z"},
                             Items{{"z", std::vector<double>(size, index)}});
  return record;
}

class Hdf5StorageDurabilityTest : public ::testing::TestWithParam<Durability> {
 protected:
  std::unique_ptr<StorageService> Open() {
    Hdf5StorageOptions options;
    options.durability = GetParam();
    options.complevel = 0;
    options.lock_timeout = absl::Milliseconds(100);
    return OpenHdf5Storage(path_, options).value();
  }

  int64_t CountCompleted() {
    const auto loaded = Open()->Load("t", LoadAll());
    EXPECT_THAT(loaded, IsOk());
    if (!loaded.ok()) return -1;
    int64_t completed = 0;
    for (int64_t i = 0; i < (*loaded)->length(); ++i) {
      if (!(*loaded)->completed(i)) continue;
      ++completed;
      EXPECT_THAT((*loaded)->Get<std::vector<double>>(
                      absl::StrCat("results.runs.", RunName(i), ".z")),
                  IsOk());
    }
    return completed;
  }

  // As any program that uses HDF5 finds them.
  bool HasResultsPlainly(int64_t index) {
    const hdf5::SilentErrors silent;
    const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    EXPECT_GE(file, 0);
    const std::string name = absl::StrCat("/t/results/runs/", RunName(index));
    const bool found = H5Oexists_by_name(file, name.c_str(), H5P_DEFAULT) > 0;
    H5Fclose(file);
    return found;
  }

  // Runs `work` in a process of its own, which is true.
  void InChild(const std::function<bool()>& work, bool kill = false) {
    const pid_t child = fork();
    if (child == 0) {
      const bool ok = work();
      if (ok && kill) raise(SIGKILL);
      _exit(ok ? 0 : 1);
    }
    int status;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, kill ? SIGKILL : 0);
  }

  const TempDirectory directory_;
  const std::string path_ = directory_.Path("file.hdf5");
};

TEST_P(Hdf5StorageDurabilityTest, WhatWasStoredSurvivesAKill) {
  InChild(
      [this] {
        auto* const service = Open().release();
        const auto trajectory = MakeTrajectory();
        bool ok = service->Store(*trajectory).ok();
        for (int64_t i = 0; i < kRuns; ++i) {
          const RunRecord record = MakeRecord(i);
          ok = ok && service->StoreRuns(*trajectory, {&record, 1}).ok();
        }
        return ok;
      },
      /*kill=*/true);
  EXPECT_EQ(CountCompleted(), kRuns);
}

TEST_P(Hdf5StorageDurabilityTest, ProcessesTakeTurns) {
  const auto trajectory = MakeTrajectory();
  const auto service = Open();
  ASSERT_THAT(service->Store(*trajectory), IsOk());
  ASSERT_THAT(service->Close(), IsOk());
  for (int64_t i = 0; i < 3; ++i) {
    // The second one is killed while it has the file.
    InChild(
        [&] {
          const RunRecord record = MakeRecord(i);
          return service->StoreRuns(*trajectory, {&record, 1}).ok() &&
                 (i == 1 || service->Close().ok());
        },
        /*kill=*/i == 1);
  }
  const RunRecord record = MakeRecord(3);
  ASSERT_THAT(service->StoreRuns(*trajectory, {&record, 1}), IsOk());
  ASSERT_THAT(service->Close(), IsOk());
  EXPECT_FALSE(std::filesystem::exists(path_ + ".wal"));
  EXPECT_EQ(CountCompleted(), 4);
  EXPECT_TRUE(HasResultsPlainly(1));
}

TEST_P(Hdf5StorageDurabilityTest, OthersReadWhileOneWrites) {
  const auto trajectory = MakeTrajectory();
  const auto service = Open();
  ASSERT_THAT(service->Store(*trajectory), IsOk());
  for (int64_t i = 0; i < 3; ++i) {
    const RunRecord record = MakeRecord(i);
    ASSERT_THAT(service->StoreRuns(*trajectory, {&record, 1}), IsOk());
    EXPECT_EQ(CountCompleted(), i + 1);
    EXPECT_TRUE(HasResultsPlainly(i));
    EXPECT_FALSE(HasResultsPlainly(i + 1));
  }
}

TEST_P(Hdf5StorageDurabilityTest, AReaderThatStaysDoesNotStopTheWriter) {
  const auto trajectory = MakeTrajectory();
  const auto service = Open();
  ASSERT_THAT(service->Store(*trajectory), IsOk());
  const hid_t reader = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(reader, 0);
  for (int64_t i = 0; i < 3; ++i) {
    const RunRecord record = MakeRecord(i);
    ASSERT_THAT(service->StoreRuns(*trajectory, {&record, 1}), IsOk());
    if (i == 1) {
      ASSERT_THAT(service->Close(), IsOk());
    }
  }
  EXPECT_LE(H5Oexists_by_name(reader, "/t/results/runs", H5P_DEFAULT), 0);
  EXPECT_EQ(CountCompleted(), 3);
  H5Fclose(reader);
  ASSERT_THAT(service->Close(), IsOk());
  EXPECT_TRUE(HasResultsPlainly(2));
}

TEST_P(Hdf5StorageDurabilityTest, ASecondWriterIsTold) {
  const auto trajectory = MakeTrajectory();
  const auto service = Open();
  ASSERT_THAT(service->Store(*trajectory), IsOk());
  const RunRecord record = MakeRecord(0);
  EXPECT_THAT(Open()->StoreRuns(*trajectory, {&record, 1}),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("in use by another process")));
  InChild([this] {
    // A stranger, whose HDF5 is not ours.
    return execlp("sh", "sh", "-c", "exec 9<>\"$0\"; ! flock -xn 9",
                  path_.c_str(), nullptr) == 0;
  });
}

TEST_P(Hdf5StorageDurabilityTest, AFullDiskCostsOnlyWhatDidNotFit) {
  const auto trajectory = MakeTrajectory();
  {
    const auto service = Open();
    ASSERT_THAT(service->Store(*trajectory), IsOk());
    const RunRecord record = MakeRecord(0);
    ASSERT_THAT(service->StoreRuns(*trajectory, {&record, 1}), IsOk());
    ASSERT_THAT(service->Close(), IsOk());
  }
  InChild([&] {
    const rlim_t size = std::filesystem::file_size(path_) + 50000;
    rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = size;
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto service = Open();
    const RunRecord large = MakeRecord(1, 100000);
    const RunRecord small = MakeRecord(2);
    EXPECT_THAT(service->StoreRuns(*trajectory, {&large, 1}),
                StatusIs(absl::StatusCode::kResourceExhausted,
                         AllOf(HasSubstr(path_), HasSubstr("limit"))));
    EXPECT_THAT(service->StoreRuns(*trajectory, {&small, 1}), IsOk())
        << "there is space for it";
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_THAT(service->StoreRuns(*trajectory, {&large, 1}), IsOk());
    EXPECT_THAT(service->Close(), IsOk());
    return !HasFailure();
  });
  EXPECT_EQ(CountCompleted(), 3);
  EXPECT_TRUE(HasResultsPlainly(1));
}

INSTANTIATE_TEST_SUITE_P(Durabilities, Hdf5StorageDurabilityTest,
                         ::testing::Values(Durability::kPower,
                                           Durability::kProcess),
                         [](const auto& info) {
                           return std::string(DurabilityName(info.param));
                         });

}  // namespace
}  // namespace cppet
