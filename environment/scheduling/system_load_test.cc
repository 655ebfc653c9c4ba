#include "cppet/environment/scheduling/system_load.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::Ge;
using ::testing::Le;

// A machine whose files the test writes.
class SystemLoadTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, const std::string& content) {
    const fs::path file = folder_.Path(path);
    fs::create_directories(file.parent_path());
    EXPECT_THAT(WriteFile(file, content), IsOk());
  }
  // The times of two cores in ticks, one line each.
  void WriteStat(const std::string& core0, const std::string& core1) {
    Write("proc/stat",
          absl::StrCat("cpu  999 999 999 999 0 0 0 0 0 0\ncpu0 ", core0,
                       "\ncpu1 ", core1, "\nintr 12 0 0\nctxt 5\n"));
  }
  void WriteMeminfo(int64_t total, int64_t available, int64_t swap_total,
                    int64_t swap_free) {
    Write("proc/meminfo",
          absl::StrCat("MemTotal:       ", total, " kB\nMemFree: 1 kB\n",
                       "MemAvailable:   ", available, " kB\nSwapTotal: ",
                       swap_total, " kB\nSwapFree: ", swap_free, " kB\n"));
  }
  void UseVersion2() {
    Write("proc/self/cgroup", "0::/outer/inner\n");
    Write("proc/self/mountinfo",
          "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  }
  SystemLoad Make() {
    SystemLoadOptions options;
    options.root = folder_.path();
    options.now = [this] { return now_; };
    return SystemLoad(options);
  }

  const TempDirectory folder_;
  std::chrono::steady_clock::time_point now_;
};

constexpr char kOuter[] = "sys/fs/cgroup/outer/";
constexpr char kInner[] = "sys/fs/cgroup/outer/inner/";

TEST_F(SystemLoadTest, CpuIsWhatWasNotIdleSinceTheLastTime) {
  WriteStat("100 0 0 1000 0 0 0 0 0 0", "0 0 0 0 0 0 0 0 0 0");
  SystemLoad load = Make();
  // All but the fourth and fifth count; the last two are part of others.
  WriteStat("105 5 5 1015 10 5 3 2 7 7", "40 0 0 10 0 0 0 0 0 0");
  EXPECT_DOUBLE_EQ(load.Measure().cpu, 0.65);
  EXPECT_DOUBLE_EQ(load.Measure().cpu, 0.65) << "no tick has passed";
  WriteStat("105 5 5 1065 10 5 3 2 7 7", "40 0 0 60 0 0 0 0 0 0");
  EXPECT_DOUBLE_EQ(load.Measure().cpu, 0);
}

TEST_F(SystemLoadTest, OnlyCoresCountThatThisProcessMayUse) {
  Write("proc/self/status", "Name: x\nCpus_allowed_list:\t1,3-70\n");
  WriteStat("0 0 0 0", "0 0 0 0");
  SystemLoad load = Make();
  WriteStat("0 0 0 100", "30 0 0 70");
  EXPECT_DOUBLE_EQ(load.Measure().cpu, 0.3);
}

TEST_F(SystemLoadTest, CoresMayComeAndGo) {
  WriteStat("0 0 0 100", "0 0 0 100");
  SystemLoad load = Make();
  Write("proc/stat", "cpu0 50 0 0 150\ncpu2 1000 0 0 0\n");
  EXPECT_DOUBLE_EQ(load.Measure().cpu, 0.5);
  // Numbers that go back tell nothing.
  Write("proc/stat", "cpu0 0 0 0 0\ncpu2 1030 0 0 70\n");
  EXPECT_DOUBLE_EQ(load.Measure().cpu, 0.3);
}

TEST_F(SystemLoadTest, MemoryIsWhatIsNotAvailable) {
  WriteMeminfo(1000, 250, 0, 0);
  SystemLoad load = Make();
  EXPECT_DOUBLE_EQ(load.Measure().memory, 0.75);
  EXPECT_EQ(load.Measure().swap, 0) << "there is none";
  WriteMeminfo(1000, 900, 200, 50);
  EXPECT_DOUBLE_EQ(load.Measure().memory, 0.1);
  EXPECT_DOUBLE_EQ(load.Measure().swap, 0.75);
}

TEST_F(SystemLoadTest, AGroupOfVersion2MayHaveLess) {
  UseVersion2();
  WriteMeminfo(1000, 1000, 1000, 1000);
  const std::string folder = kInner;
  Write(folder + "memory.max", "512000\n");
  Write(folder + "memory.current", "256000\n");
  Write(folder + "memory.stat", "anon 5\ninactive_file 128000\nfile 9\n");
  Write(folder + "memory.swap.max", "1000\n");
  Write(folder + "memory.swap.current", "900\n");
  Write(std::string(kOuter) + "memory.max", "max\n");
  Write(std::string(kOuter) + "memory.current", "999999\n");
  SystemLoad load = Make();
  EXPECT_DOUBLE_EQ(load.Measure().memory, 0.25);
  EXPECT_DOUBLE_EQ(load.Measure().swap, 0.9);
  // No limit is one that the machine has not.
  Write(folder + "memory.max", "1024000\n");
  Write(folder + "memory.swap.max", "max\n");
  EXPECT_EQ(load.Measure().memory, 0);
  EXPECT_EQ(load.Measure().swap, 0);
}

TEST_F(SystemLoadTest, TheTightestOfGroupsCounts) {
  UseVersion2();
  WriteMeminfo(1000, 1000, 0, 0);
  Write(absl::StrCat(kInner, "memory.max"), "1000\n");
  Write(absl::StrCat(kInner, "memory.current"), "100\n");
  Write(absl::StrCat(kOuter, "memory.max"), "2000\n");
  Write(absl::StrCat(kOuter, "memory.current"), "1800\n");
  SystemLoad load = Make();
  EXPECT_DOUBLE_EQ(load.Measure().memory, 0.9);
  Write(absl::StrCat(kInner, "memory.current"), "950\n");
  EXPECT_DOUBLE_EQ(load.Measure().memory, 0.95);
}

TEST_F(SystemLoadTest, AGroupOfVersion1MayHaveLess) {
  Write("proc/self/cgroup", "4:memory:/job\n2:cpu,cpuacct:/job\n0::/\n");
  Write("proc/self/mountinfo",
        "32 31 0:29 / /cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        "35 31 0:32 / /memory rw - cgroup cgroup rw,memory\n");
  WriteMeminfo(1000, 1000, 1000, 1000);
  WriteStat("0 0 0 0", "0 0 0 0");
  Write("memory/job/memory.limit_in_bytes", "512000\n");
  Write("memory/job/memory.usage_in_bytes", "256000\n");
  Write("memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 1000");
  Write("memory/job/memory.memsw.limit_in_bytes", "612000\n");
  Write("memory/job/memory.memsw.usage_in_bytes", "306000\n");
  Write("memory/memory.limit_in_bytes", "9223372036854771712\n");
  Write("memory/memory.usage_in_bytes", "1000000\n");
  Write("cpu/job/cpu.cfs_quota_us", "50000\n");
  Write("cpu/job/cpu.cfs_period_us", "100000\n");
  Write("cpu/job/cpuacct.usage", "7000000000\n");
  Write("cpu/cpu.cfs_quota_us", "-1\n");
  Write("cpu/cpu.cfs_period_us", "100000\n");
  Write("cpu/cpuacct.usage", "0\n");
  SystemLoad load = Make();
  EXPECT_DOUBLE_EQ(load.Measure().memory, 255.0 / 512);
  EXPECT_DOUBLE_EQ(load.Measure().swap, 0.5);
  now_ += std::chrono::seconds(2);
  Write("cpu/job/cpuacct.usage", "7800000000\n");
  Write("cpu/cpuacct.usage", "90000000000\n");
  EXPECT_THAT(load.Measure().cpu, DoubleNear(0.8, 1e-9));
}

TEST_F(SystemLoadTest, AGroupMayUseCoresForAPartOfTheTime) {
  UseVersion2();
  WriteStat("0 0 0 0", "0 0 0 0");
  Write(absl::StrCat(kInner, "cpu.max"), "150000 100000\n");
  Write(absl::StrCat(kInner, "cpu.stat"), "usage_usec 1000000\nnr_periods 5\n");
  Write(absl::StrCat(kOuter, "cpu.max"), "max 100000\n");
  Write(absl::StrCat(kOuter, "cpu.stat"), "usage_usec 0\n");
  SystemLoad load = Make();
  now_ += std::chrono::seconds(1);
  WriteStat("1 0 0 99", "1 0 0 99");
  Write(absl::StrCat(kInner, "cpu.stat"), "usage_usec 2200000\nnr_periods 9\n");
  EXPECT_THAT(load.Measure().cpu, DoubleNear(0.8, 1e-9));
  // That limits nothing, as there are two.
  Write(absl::StrCat(kInner, "cpu.max"), "200000 100000\n");
  now_ += std::chrono::seconds(1);
  WriteStat("11 0 0 189", "11 0 0 189");
  EXPECT_DOUBLE_EQ(load.Measure().cpu, 0.1);
}

TEST_F(SystemLoadTest, WhatIsNotThereIsUnused) {
  SystemLoad load = Make();
  for (int i = 0; i < 2; ++i) {
    const Load measured = load.Measure();
    EXPECT_EQ(measured.cpu, 0);
    EXPECT_EQ(measured.memory, 0);
    EXPECT_EQ(measured.swap, 0);
    UseVersion2();
    fs::create_directories(folder_.Path("proc/stat"));
    fs::create_directories(folder_.Path("proc/meminfo"));
  }
}

TEST_F(SystemLoadTest, NoFileBreaksIt) {
  UseVersion2();
  const std::vector<std::string> files = {
      "proc/stat",
      "proc/meminfo",
      "proc/self/status",
      absl::StrCat(kInner, "memory.max"),
      absl::StrCat(kInner, "memory.current"),
      absl::StrCat(kInner, "memory.stat"),
      absl::StrCat(kInner, "memory.swap.max"),
      absl::StrCat(kInner, "memory.swap.current"),
      absl::StrCat(kOuter, "cpu.max"),
      absl::StrCat(kOuter, "cpu.stat"),
  };
  const std::vector<std::string> words = {"cpu",
                                          "cpu0",
                                          "cpu1",
                                          "cpu-1",
                                          "MemTotal:",
                                          "MemAvailable:",
                                          "SwapTotal:",
                                          "SwapFree:",
                                          "Cpus_allowed_list:",
                                          "0-3",
                                          "3-0",
                                          "0-99999999999",
                                          "usage_usec",
                                          "max",
                                          "inactive_file",
                                          "0",
                                          "1",
                                          "-1",
                                          "100000",
                                          "nan",
                                          "18446744073709551615",
                                          "1e300",
                                          " ",
                                          " ",
                                          "\n",
                                          "\n",
                                          "\t",
                                          "kB",
                                          std::string("\0", 1),
                                          "\xff"};
  std::mt19937 random(1);
  for (int i = 0; i < 100; ++i) {
    for (const std::string& file : files) {
      std::string content;
      for (int n = random() % 40; n > 0; --n) {
        content += words[random() % words.size()];
        if (random() % 2 == 0) content += random() % 3 == 0 ? "\n" : " ";
      }
      Write(file, content);
    }
    SystemLoad load = Make();
    for (int j = 0; j < 2; ++j) {
      now_ += std::chrono::milliseconds(random() % 200);
      const Load measured = load.Measure();
      const auto is_fraction = AllOf(Ge(0), Le(1));
      ASSERT_THAT(measured.cpu, is_fraction);
      ASSERT_THAT(measured.memory, is_fraction);
      ASSERT_THAT(measured.swap, is_fraction);
      Write("proc/stat", absl::StrCat("cpu0 ", random(), " ", random(), " ",
                                      random(), " ", random(), "\n"));
    }
  }
}

TEST(SystemLoadOfThisMachineTest, MemoryIsInUse) {
  SystemLoad load;
  const Load measured = load.Measure();
  EXPECT_GT(measured.memory, 0);
  EXPECT_LE(measured.memory, 1);
}

}  // namespace
}  // namespace cppet
