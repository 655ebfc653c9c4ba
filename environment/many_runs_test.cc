// What 100 000 runs leave behind in the process that they are run from.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/processes/open_files.h"
#include "cppet/storage/durability.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::SizeIs;

constexpr int kRuns = 100000;
constexpr int kFirst = 10000;
// Sanitizers keep memory that was freed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsFreed = false;
#else
constexpr bool kMemoryIsFreed = true;
#endif

// Pages of memory that the process has.
int64_t ResidentPages(pid_t process) {
  std::ifstream file(absl::StrCat("/proc/", process, "/statm"));
  int64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident;
}

class ManyRunsTest : public ::testing::Test {
 protected:
  EnvironmentOptions Options() const {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.progress = ProgressMode::kNever;
    options.multiproc = true;
    options.ncores = 2;
    options.use_pool = true;
    options.use_hdf5 = false;
    return options;
  }

  // Runs them, and expects that nothing is left but what they returned.
  static void ExpectNothingLeft(EnvironmentOptions options) {
    const int open_files = OpenFiles();
    const pid_t parent = getpid();
    const bool adds = options.use_hdf5;
    auto env = Environment::Create(std::move(options)).value();
    const auto i = env->trajectory().AddParameter("i", 0);
    ASSERT_THAT(
        env->trajectory().Explore(CartesianProduct(i.In(Arange(0, kRuns)))),
        IsOk());
    // Now and then a run looks at how much memory the parent has.
    const auto results =
        env->Run([=](cppet::Run& run) -> absl::StatusOr<int64_t> {
          if (adds) {
            absl::Status status = run.AddResult("z", run[i]);
            if (!status.ok()) return status;
          }
          return run.index() % kFirst == 0 ? ResidentPages(parent) : 0;
        });
    ASSERT_THAT(results, IsOk());
    EXPECT_THAT(*results, SizeIs(kRuns));
    int64_t first = 0, most = 0;
    for (const auto& [index, pages] : *results) {
      if (index == kFirst) first = pages;
      if (index > kFirst) most = std::max(most, pages);
    }
    EXPECT_GT(first, 0);
    if (kMemoryIsFreed) {
      EXPECT_LE(most, first * 1.1);
    }
    env = nullptr;
    EXPECT_EQ(OpenFiles(), open_files);
    EXPECT_LT(waitpid(-1, nullptr, WNOHANG), 0) << "a child is left";
  }

  const TempDirectory folder_;
};

TEST_F(ManyRunsTest, LeaveNothingBehindInAPool) {
  ExpectNothingLeft(Options());
}

// Takes minutes, and has a target of its own. With LOCAL it is the main process
// that has what HDF5 keeps in memory of a growing file.
TEST_F(ManyRunsTest, LeaveNothingBehindWhenTheyAreStored) {
  for (const WrapMode wrap_mode : {WrapMode::kQueue, WrapMode::kPipe}) {
    SCOPED_TRACE(WrapModeName(wrap_mode));
    EnvironmentOptions options = Options();
    options.use_hdf5 = true;
    options.wrap_mode = wrap_mode;
    options.filename =
        folder_.Path(absl::StrCat(WrapModeName(wrap_mode), ".hdf5"));
    options.durability = Durability::kProcess;
    ExpectNothingLeft(std::move(options));
  }
}

}  // namespace
}  // namespace cppet
