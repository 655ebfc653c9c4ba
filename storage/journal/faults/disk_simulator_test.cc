#include "cppet/storage/journal/faults/disk_simulator.h"

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/journal/faults/fault_trace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr uint64_t kInode = 7;
constexpr int64_t kSector = 512;
constexpr int kStates = 2000;

TracedOperation Create(const std::string& path, uint64_t inode = kInode) {
  return {FaultOperation::kCreate, inode, 0, 0, 0, 0, path};
}
TracedOperation Write(int64_t offset, const std::string& data) {
  return {FaultOperation::kWrite, kInode, offset, 0, 0, 0, data};
}
TracedOperation Truncate(int64_t size) {
  return {FaultOperation::kTruncate, kInode, size};
}
TracedOperation Allocate(int mode, int64_t offset, int64_t length) {
  return {FaultOperation::kAllocate, kInode, offset, length, mode};
}
TracedOperation Sync() { return {FaultOperation::kSync, kInode}; }
TracedOperation SyncFolder() {
  return {FaultOperation::kSyncFolder, 0, 0, 0, 0, 0, "/d"};
}
TracedOperation Names(FaultOperation operation, const std::string& from,
                      const std::string& to) {
  return {operation, 0, 0, 0, 0, 0, from + '\0' + to};
}
TracedOperation Unlink(const std::string& path) {
  return {FaultOperation::kUnlink, 0, 0, 0, 0, 0, path};
}

class DiskSimulatorTest : public testing::Test {
 protected:
  void Apply(const std::vector<TracedOperation>& operations) {
    for (const TracedOperation& operation : operations) {
      ASSERT_THAT(disk_.Apply(operation), IsOk());
    }
  }

  // All states that come up in many tries.
  std::set<DiskFiles> States() {
    std::mt19937_64 random(1);
    std::set<DiskFiles> states;
    for (int i = 0; i < kStates; ++i) states.insert(disk_.LosePower(random));
    return states;
  }

  // The same for the content of the only file.
  std::set<std::string> Contents() {
    std::set<std::string> contents;
    for (const DiskFiles& files : States()) {
      for (const auto& [path, content] : files) contents.insert(content);
    }
    return contents;
  }

  DiskSimulator disk_;
};

TEST_F(DiskSimulatorTest, KeepsWhatIsSynced) {
  Apply({Create("/d/f"), Write(0, "abc"), Write(1, "B"), Truncate(2), Sync(),
         SyncFolder()});
  EXPECT_THAT(States(), ElementsAre(DiskFiles{{"/d/f", "aB"}}));
  EXPECT_EQ(disk_.Present(), (DiskFiles{{"/d/f", "aB"}}));
}

TEST_F(DiskSimulatorTest, KeepsWhatWasThereBefore) {
  disk_.AddFile("/d/f", kInode, "abc");
  EXPECT_THAT(States(), ElementsAre(DiskFiles{{"/d/f", "abc"}}));
}

TEST_F(DiskSimulatorTest, MayLoseWhatIsNotSynced) {
  disk_.AddFile("/d/f", kInode, "abc");
  Apply({Write(0, "ABC")});
  EXPECT_THAT(Contents(), IsSubsetOf({"abc", "Abc", "ABc", "ABC"}));
  EXPECT_THAT(Contents(), Contains("abc"));
  EXPECT_THAT(Contents(), Contains("ABC"));
  EXPECT_EQ(disk_.Present(), (DiskFiles{{"/d/f", "ABC"}}));
}

TEST_F(DiskSimulatorTest, MayHaveLaterWritesWithoutEarlierOnes) {
  disk_.AddFile("/d/f", kInode, std::string(3 * kSector, 'o'));
  Apply({Write(0, "1"), Write(kSector, "2"), Write(2 * kSector, "3")});
  std::set<std::string> seen;
  for (const std::string& content : Contents()) {
    seen.insert({content[0], content[kSector], content[2 * kSector]});
  }
  EXPECT_THAT(seen, UnorderedElementsAre("ooo", "1oo", "o2o", "oo3", "12o",
                                         "1o3", "o23", "123"));
}

TEST_F(DiskSimulatorTest, MayTearOneWrite) {
  const std::string old(4 * kSector, 'o');
  disk_.AddFile("/d/f", kInode, old);
  Apply({Write(0, std::string(4 * kSector, 'n'))});
  EXPECT_THAT(Contents(), Contains(std::string(2 * kSector, 'n') +
                                   std::string(2 * kSector, 'o')));
  EXPECT_THAT(Contents(), Contains(std::string(kSector, 'o') +
                                   std::string(3 * kSector, 'n')));
}

TEST_F(DiskSimulatorTest, MayHaveAnOlderVersionOfASector) {
  disk_.AddFile("/d/f", kInode, "a");
  Apply({Write(0, "b"), Write(0, "c")});
  EXPECT_THAT(Contents(), UnorderedElementsAre("a", "b", "c"));
}

TEST_F(DiskSimulatorTest, MayHaveAnyEndOfAFile) {
  disk_.AddFile("/d/f", kInode, "abcd");
  Apply({Truncate(2), Truncate(3)});
  EXPECT_THAT(Contents(), Contains("abcd"));
  EXPECT_THAT(Contents(), Contains("ab"));
  EXPECT_THAT(Contents(), Contains(std::string("ab\0", 3)));
}

TEST_F(DiskSimulatorTest, MayHaveStaleDataInNewBlocks) {
  disk_.AddFile("/d/f", kInode, "");
  Apply({Write(0, std::string(kSector, '\0')), Truncate(2 * kSector)});
  const std::string zeros(2 * kSector, '\0');
  EXPECT_THAT(Contents(), Contains(Not(zeros.substr(0, kSector))));
  bool stale = false;
  for (const std::string& content : Contents()) {
    stale |= content != zeros.substr(0, content.size());
  }
  EXPECT_TRUE(stale);
}

TEST_F(DiskSimulatorTest, LosesNamesInTheirOrder) {
  disk_.AddFile("/d/f", kInode, "x");
  Apply({Names(FaultOperation::kLink, "/d/f", "/d/g"), Unlink("/d/f"),
         Names(FaultOperation::kRename, "/d/g", "/d/h")});
  EXPECT_THAT(
      States(),
      UnorderedElementsAre(DiskFiles{{"/d/f", "x"}},
                           DiskFiles{{"/d/f", "x"}, {"/d/g", "x"}},
                           DiskFiles{{"/d/g", "x"}}, DiskFiles{{"/d/h", "x"}}));
  Apply({SyncFolder()});
  EXPECT_THAT(States(), ElementsAre(DiskFiles{{"/d/h", "x"}}));
}

TEST_F(DiskSimulatorTest, KeepsNamesAndContentApart) {
  Apply({Create("/d/f"), Write(0, "x"), SyncFolder()});
  EXPECT_THAT(Contents(), Contains(""));
  Apply({Create("/d/g", kInode + 1)});
  EXPECT_THAT(States(), Contains(SizeIs(1)));
  EXPECT_THAT(States(), Contains(SizeIs(2)));
  EXPECT_THAT(States(), Not(Contains(IsEmpty())));
}

TEST_F(DiskSimulatorTest, KnowsFallocate) {
  constexpr int kKeepSize = 1;
  constexpr int kPunchHole = 2;
  disk_.AddFile("/d/f", kInode, "abcd");
  Apply({Allocate(kKeepSize, 0, 100)});
  EXPECT_THAT(disk_.Present(), ElementsAre(Pair("/d/f", "abcd")));
  Apply({Allocate(kKeepSize | kPunchHole, 1, 2)});
  EXPECT_THAT(disk_.Present(),
              ElementsAre(Pair("/d/f", std::string("a\0\0d", 4))));
  Apply({Allocate(0, 0, 6)});
  EXPECT_THAT(disk_.Present(),
              ElementsAre(Pair("/d/f", std::string("a\0\0d\0\0", 6))));
}

TEST_F(DiskSimulatorTest, RefusesAFileThatWasNotMade) {
  EXPECT_THAT(disk_.Apply(Write(0, "x")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(DiskSimulatorTest, RepeatsAStateWithTheSameSeed) {
  disk_.AddFile("/d/f", kInode, std::string(10000, 'o'));
  Apply({Write(100, std::string(9000, 'n')), Truncate(9500)});
  std::mt19937_64 one(5);
  std::mt19937_64 two(5);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(disk_.LosePower(one), disk_.LosePower(two));
  }
}

}  // namespace
}  // namespace cppet
