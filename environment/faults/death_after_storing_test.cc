// A process that dies after it stored a run and before it did what comes next.

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/calls/return_codec.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/faults/in_child.h"
#include "cppet/environment/faults/stock_hdf5.h"
#include "cppet/environment/faults/sweep_values.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

constexpr int64_t kRuns = 10;

// Kills the first process of a run that stores, once it has stored.
class DeadlyStorage : public StorageService {
 public:
  // `flag` is the path of a folder that is there once it killed one.
  DeadlyStorage(std::unique_ptr<StorageService> storage, std::string flag)
      : storage_(std::move(storage)), flag_(std::move(flag)) {}

  absl::Status Store(Trajectory& trajectory,
                     const StoreOptions& options) override {
    return storage_->Store(trajectory, options);
  }
  absl::Status StoreRuns(const Trajectory& trajectory,
                         absl::Span<const RunRecord> records) override {
    stored_ = true;
    return storage_->StoreRuns(trajectory, records);
  }
  absl::StatusOr<std::vector<std::string>> List() override {
    return storage_->List();
  }
  absl::StatusOr<std::unique_ptr<Trajectory>> Load(
      absl::string_view name, const LoadOptions& options) override {
    return storage_->Load(name, options);
  }
  absl::Status Close() override {
    const absl::Status status = storage_->Close();
    if (stored_ && getpid() != main_ && mkdir(flag_.c_str(), 0777) == 0) {
      raise(SIGKILL);
    }
    return status;
  }

 private:
  const std::unique_ptr<StorageService> storage_;
  const std::string flag_;
  const pid_t main_ = getpid();
  bool stored_ = false;
};

// What a run returns whose main process dies once it knows that it is stored.
struct Deadly {
  int64_t index = 0;
};

}  // namespace

template <>
struct ReturnCodec<Deadly> {
  static absl::StatusOr<std::string> Encode(const Deadly& value) {
    return EncodeValue(Value(value.index));
  }
  static absl::StatusOr<Deadly> Decode(absl::string_view bytes) {
    CPPET_ASSIGN_OR_RETURN(const Value value, DecodeValue(bytes));
    CPPET_ASSIGN_OR_RETURN(const int64_t index, value.As<int64_t>());
    if (index == kRuns - 1) raise(SIGKILL);
    return Deadly{index};
  }
};

namespace {

EnvironmentOptions Options(const std::string& file) {
  EnvironmentOptions options;
  options.trajectory = "sweep";
  options.add_time = false;
  options.filename = file;
  options.log_level = std::nullopt;
  options.progress = ProgressMode::kNever;
  return options;
}

class DeathAfterStoringTest
    : public ::testing::TestWithParam<std::pair<bool, WrapMode>> {
 protected:
  // Of a sweep with a storage that is deadly.
  EnvironmentOptions DeadlyOptions() const {
    EnvironmentOptions options = Options("");
    options.multiproc = true;
    options.ncores = 2;
    std::tie(options.use_pool, options.wrap_mode) = GetParam();
    options.storage = std::make_shared<DeadlyStorage>(*OpenHdf5Storage(file_),
                                                      folder_.Path("killed"));
    return options;
  }

  void ExpectAllStored() const {
    EXPECT_EQ(access(folder_.Path("killed").c_str(), F_OK), 0);
    const auto storage = OpenHdf5Storage(file_);
    const auto loaded = (*storage)->Load("sweep", LoadAll());
    ASSERT_THAT(loaded, IsOk());
    for (int64_t i = 0; i < kRuns; ++i) {
      EXPECT_TRUE((*loaded)->completed(i)) << i;
      EXPECT_THAT(CheckValues(**loaded, i), IsOk());
    }
  }

  const TempDirectory folder_;
  const std::string file_ = folder_.Path("sweep.hdf5");
};

INSTANTIATE_TEST_SUITE_P(
    All, DeathAfterStoringTest,
    ::testing::Values(std::make_pair(false, WrapMode::kLock),
                      std::make_pair(true, WrapMode::kLock),
                      std::make_pair(false, WrapMode::kNone),
                      std::make_pair(true, WrapMode::kNone)));

TEST_P(DeathAfterStoringTest, CostsNoOtherRunAndNotTheSweep) {
  const auto environment = Environment::Create(DeadlyOptions());
  ASSERT_THAT(environment, IsOk());
  ASSERT_THAT(ExplorePoints((*environment)->trajectory(), kRuns), IsOk());
  // The run of that process is stored, whatever is said of it.
  EXPECT_THAT((*environment)->Run(AddValues),
              IsOkAndHolds(::testing::SizeIs(kRuns - 1)));
  ExpectAllStored();
}

TEST_P(DeathAfterStoringTest, CostsNothingIfTheRunIsTriedAgain) {
  EnvironmentOptions options = DeadlyOptions();
  options.retries = 1;
  const auto environment = Environment::Create(options);
  ASSERT_THAT(environment, IsOk());
  ASSERT_THAT(ExplorePoints((*environment)->trajectory(), kRuns), IsOk());
  const auto results = (*environment)->Run(AddValues);
  ASSERT_THAT(results, IsOkAndHolds(::testing::SizeIs(kRuns)));
  EXPECT_THAT(results->failures(), ::testing::IsEmpty());
  EXPECT_TRUE((*environment)->trajectory().completed());
  ExpectAllStored();
}

TEST(DeathAfterTheLastRunTest, ContinuingLeavesAPlainFileAllTheSame) {
  const TempDirectory folder;
  const std::string file = folder.Path("sweep.hdf5");
  const absl::StatusOr<pid_t> child = StartChild([&] {
    const auto environment = Environment::Create(Options(file));
    ExplorePoints((*environment)->trajectory(), kRuns).IgnoreError();
    (*environment)
        ->Run([](cppet::Run& run) -> absl::StatusOr<Deadly> {
          CPPET_RETURN_IF_ERROR(AddValues(run));
          return Deadly{run.index()};
        })
        .IgnoreError();
    return 0;
  });
  ASSERT_THAT(child, IsOk());
  const auto end = WaitForChild(*child, absl::Seconds(10));
  ASSERT_THAT(end, IsOk());
  EXPECT_EQ(DescribeEnd(*end), "was killed by signal 9 (Killed)");

  auto loaded = (*OpenHdf5Storage(file))->Load("sweep");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_TRUE((*loaded)->completed(kRuns - 1));
  const auto environment =
      Environment::Create(*std::move(loaded), Options(file));
  ASSERT_THAT(environment, IsOk());
  EXPECT_THAT((*environment)->Run(AddValues),
              IsOkAndHolds(::testing::IsEmpty()));
  EXPECT_NE(access((file + ".wal").c_str(), F_OK), 0)
      << "the journal is left, which must be copied and moved with the file";
  EXPECT_THAT(ReadWithStockHdf5(file), IsOk());
}

}  // namespace
}  // namespace cppet
