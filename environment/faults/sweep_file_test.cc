// Whoever looks for damage finds it.

#include "cppet/environment/faults/sweep_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/faults/in_child.h"
#include "cppet/environment/faults/run_faulty_sweep.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kRuns = 12;
constexpr char kResult[] = "/sweep/results/runs/run_00000003/z";
constexpr char kNumbers[] =
    "/sweep/results/runs/run_00000003/found/items/array";

class SweepFileTest : public ::testing::Test {
 protected:
  SweepFileTest() {
    FaultySweepOptions options;
    options.runs = kRuns;
    const auto failed = CallInChild(
        [&] {
          const auto count = RunFaultySweep(folder_.path(), options);
          return std::string(count.status().message());
        },
        absl::Seconds(30));
    EXPECT_THAT(failed, IsOkAndHolds(""));
  }

  // HDF5 is to be used in children only, which no other file is open in.
  template <typename Change>
  void ChangeFile(Change change) {
    const auto changed = CallInChild(
        [&] {
          const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
          const bool done = file >= 0 && change(file) >= 0;
          return std::string(H5Fclose(file) >= 0 && done ? "done" : "failed");
        },
        absl::Seconds(30));
    EXPECT_THAT(changed, IsOkAndHolds("done"));
  }

  const TempDirectory folder_;
  const std::string path_ = folder_.Path(kFaultySweepFile);
};

TEST_F(SweepFileTest, OneThatIsWholeIsFine) {
  const SweepFileState state = ReadSweepFile(path_);
  EXPECT_EQ(state.damage, "");
  EXPECT_THAT(state.completed, SizeIs(kRuns));
  EXPECT_THAT(state.wrong, IsEmpty());
  EXPECT_THAT(state.digest, SizeIs(40));
  EXPECT_THAT(RecoverSweepFile(path_), IsOk());
  EXPECT_EQ(ReadSweepFile(path_).digest, state.digest);
}

TEST_F(SweepFileTest, OneThatIsNotThereIsFine) {
  EXPECT_EQ(ReadSweepFile(folder_.Path("no.hdf5")).damage, "");
}

TEST_F(SweepFileTest, ACompletedRunWithoutAResultIsWrong) {
  ChangeFile([](hid_t file) { return H5Ldelete(file, kResult, H5P_DEFAULT); });
  const SweepFileState state = ReadSweepFile(path_);
  EXPECT_THAT(state.completed, SizeIs(kRuns));
  EXPECT_THAT(state.wrong, ElementsAre(3));
  EXPECT_THAT(state.why_wrong, HasSubstr("no results.runs.run_00000003.z"));
}

TEST_F(SweepFileTest, ACompletedRunWithAnotherValueIsWrong) {
  ChangeFile([](hid_t file) {
    const hid_t numbers = H5Dopen2(file, kNumbers, H5P_DEFAULT);
    const double other[400] = {1};
    const herr_t written = H5Dwrite(numbers, H5T_NATIVE_DOUBLE, H5S_ALL,
                                    H5S_ALL, H5P_DEFAULT, other);
    return H5Dclose(numbers) < 0 ? -1 : written;
  });
  const SweepFileState state = ReadSweepFile(path_);
  EXPECT_EQ(state.damage, "");
  EXPECT_THAT(state.wrong, ElementsAre(3));
  EXPECT_THAT(state.why_wrong, HasSubstr("array is wrong"));
}

TEST_F(SweepFileTest, OneThatIsCutIsDamaged) {
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  ASSERT_EQ(truncate(path_.c_str(), info.st_size / 2), 0);
  EXPECT_THAT(ReadSweepFile(path_).damage, Not(IsEmpty()));
}

TEST_F(SweepFileTest, OneWithOverwrittenBytesIsDamagedOrWrong) {
  std::string content = ReadFile(path_).value();
  for (size_t i = content.size() / 4; i < content.size(); i += 1009) {
    content[i] ^= 0x55;
  }
  ASSERT_THAT(WriteFile(path_, content), IsOk());
  EXPECT_THAT(ReadSweepFile(path_).damage, Not(IsEmpty()));
}

}  // namespace
}  // namespace cppet
