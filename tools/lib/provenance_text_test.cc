#include "cppet/tools/lib/provenance_text.h"

#include <string>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

constexpr char kHexsha[] = "1c6080f78edad95a5941461dafc4104ed36aec52";

TEST(ProvenanceTextTest, IsEmptyIfNothingIsKnown) {
  Trajectory trajectory("t");
  trajectory.AddConfig("environment.e.hexsha", "12");
  EXPECT_EQ(ProvenanceText(trajectory), "");
  EXPECT_THAT(UncommittedPatch(trajectory),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(ProvenanceTextTest, ShowsCommitsChangesAndRecords) {
  Trajectory trajectory("t");
  trajectory.AddConfig("git.commit_1c6080f_x.hexsha", kHexsha);
  trajectory.AddConfig("git.commit_1c6080f_x.name_rev",
                       std::string(kHexsha) + " main~2");
  trajectory.AddConfig("git.commit_1c6080f_x.message", "faster\nsolver");
  trajectory.AddConfig("environment.e.git_commit", kHexsha);
  trajectory.AddConfig("environment.e.git_patch", "diff --git a/x b/x\n");
  trajectory.AddConfig("sumatra.record_one.label", "one");
  trajectory.AddConfig("sumatra.record_one.reason", "");
  ASSERT_THAT(trajectory.status(), IsOk());
  EXPECT_EQ(ProvenanceText(trajectory),
            "code: 1c6080f main~2, \"faster\\nsolver\"\n"
            "code: changed since 1c6080f, see --patch\n"
            "Sumatra record: one\n");
}

TEST(ProvenanceTextTest, PassesOverWhatOthersHaveMadeOfThoseNames) {
  Trajectory trajectory("t");
  trajectory.AddConfig("git.commit_x.hexsha", 1.0);
  trajectory.AddConfig("git.mine", "text");
  trajectory.AddConfig("sumatra", "text");
  trajectory.AddConfig("environment.e.git_patch", true);
  ASSERT_THAT(trajectory.status(), IsOk());
  EXPECT_EQ(ProvenanceText(trajectory), "");
}

TEST(ProvenanceTextTest, HasThePatchOfTheLastEnvironment) {
  Trajectory trajectory("t");
  trajectory.AddConfig("environment.a.timestamp", 20.0);
  trajectory.AddConfig("environment.a.git_patch", Bytes{"later \xff"});
  trajectory.AddConfig("environment.b.timestamp", 10.0);
  trajectory.AddConfig("environment.b.git_patch", "earlier");
  trajectory.AddConfig("environment.c.timestamp", 30.0);
  ASSERT_THAT(trajectory.status(), IsOk());
  EXPECT_THAT(UncommittedPatch(trajectory), IsOkAndHolds("later \xff"));
}

}  // namespace
}  // namespace cppet
