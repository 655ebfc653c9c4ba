#include "cppet/storage/journal/page_overlay.h"

#include <string>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using Changes = std::vector<std::pair<uint64_t, std::string>>;

// Over a file of dots.
class PageOverlayTest : public ::testing::Test {
 protected:
  void Write(uint64_t offset, absl::string_view bytes) {
    ASSERT_THAT(overlay_.Write(offset, bytes,
                               [](uint64_t, char* page) {
                                 std::fill_n(page, kPageSize, '.');
                                 return absl::OkStatus();
                               }),
                IsOk());
  }
  Changes New(uint64_t end) {
    Changes changes;
    EXPECT_THAT(overlay_.VisitNew(end, Collect(&changes)), IsOk());
    return changes;
  }
  Changes Pending(uint64_t old_end) {
    Changes changes;
    EXPECT_THAT(overlay_.VisitPending(old_end, Collect(&changes)), IsOk());
    return changes;
  }
  std::string Read(uint64_t offset, size_t size) {
    std::string buffer(size, '.');
    overlay_.Patch(offset, buffer.data(), size);
    return buffer;
  }

  PageOverlay overlay_;

 private:
  static std::function<absl::Status(uint64_t, absl::string_view)> Collect(
      Changes* changes) {
    return [changes](uint64_t offset, absl::string_view bytes) {
      changes->emplace_back(offset, std::string(bytes));
      return absl::OkStatus();
    };
  }
};

TEST_F(PageOverlayTest, LiesOverTheFile) {
  Write(kPageSize - 2, "abcd");
  EXPECT_EQ(Read(kPageSize - 4, 8), "..abcd..");
  EXPECT_EQ(Read(5 * kPageSize, 2), "..");
  char buffer[3];
  ASSERT_TRUE(overlay_.ReadWithin(kPageSize, buffer, 3));
  EXPECT_EQ(std::string(buffer, 3), "cd.");
  EXPECT_FALSE(overlay_.ReadWithin(kPageSize - 1, buffer, 3));
  EXPECT_FALSE(overlay_.ReadWithin(5 * kPageSize, buffer, 3));
}

TEST_F(PageOverlayTest, KnowsTheNextPage) {
  Write(3 * kPageSize + 7, "x");
  EXPECT_EQ(overlay_.NextPage(0), 3 * kPageSize);
  EXPECT_EQ(overlay_.NextPage(3 * kPageSize + 100), 3 * kPageSize);
  EXPECT_GT(overlay_.NextPage(4 * kPageSize), 1'000'000'000);
}

TEST_F(PageOverlayTest, VisitsNewChangesInOrderAlignedAndJoined) {
  Write(3 * kPageSize + 3, "c");
  Write(3 * kPageSize - 1, "b");
  Write(17, "a");
  EXPECT_THAT(New(4 * kPageSize),
              ElementsAre(Pair(16, ".a......"),
                          Pair(3 * kPageSize - 8, ".......b...c....")));
}

TEST_F(PageOverlayTest, LeavesOutWhatIsBehindTheEnd) {
  Write(0, "abcdefgh");
  Write(8 * kPageSize, "x");
  EXPECT_THAT(New(5), ElementsAre(Pair(0, "abcde")));
  overlay_.Commit(5);
  EXPECT_EQ(overlay_.bytes(), kPageSize);
}

TEST_F(PageOverlayTest, ChangesBecomePendingWithTheCommit) {
  Write(1, "a");
  EXPECT_TRUE(overlay_.has_new());
  EXPECT_THAT(Pending(0), IsEmpty());
  overlay_.Commit(10);
  EXPECT_FALSE(overlay_.has_new());
  EXPECT_THAT(New(10), IsEmpty());
  EXPECT_THAT(Pending(0), ElementsAre(Pair(1, "a")));
  Write(3, "b");
  overlay_.Commit(10);
  EXPECT_THAT(Pending(0), ElementsAre(Pair(1, "a.b")));
}

TEST_F(PageOverlayTest, VisitsNewPagesFirstAndTheBeginningLast) {
  Write(0, "first");
  Write(2 * kPageSize, "middle");
  Write(4 * kPageSize, "new");
  Write(6 * kPageSize, "newer");
  overlay_.Commit(7 * kPageSize);
  EXPECT_THAT(
      Pending(3 * kPageSize),
      ElementsAre(Pair(4 * kPageSize, "new"), Pair(6 * kPageSize, "newer"),
                  Pair(2 * kPageSize, "middle"), Pair(0, "first")));
}

}  // namespace
}  // namespace cppet::journal
