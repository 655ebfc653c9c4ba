#include "cppet/trajectory/names.h"

#include <string>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

TEST(NamesTest, NameRuns) {
  EXPECT_EQ(RunName(42), "run_00000042");
  EXPECT_EQ(RunName(kNoRun), "run_ALL");
  EXPECT_EQ(RunSetName(1500), "run_set_00001");
  EXPECT_EQ(RunIndex("run_00000042"), 42);
  EXPECT_EQ(RunIndex("run_ALL"), kNoRun);
  EXPECT_EQ(RunIndex("run_7"), kNoRun);
}

TEST(NamesTest, HaveShortForms) {
  EXPECT_EQ(ResolveAlias("par"), "parameters");
  EXPECT_EQ(ResolveAlias("dpar"), "derived_parameters");
  EXPECT_EQ(ResolveAlias("res"), "results");
  EXPECT_EQ(ResolveAlias("conf"), "config");
  EXPECT_EQ(ResolveAlias("run_7"), "run_00000007");
  EXPECT_EQ(ResolveAlias("r_7"), "run_00000007");
  EXPECT_EQ(ResolveAlias("run_A"), "run_ALL");
  EXPECT_EQ(ResolveAlias("rts_1500"), "run_set_00001");
  EXPECT_EQ(ResolveAlias("runtoset_7"), "run_set_00000");
  EXPECT_EQ(ResolveAlias("run_x"), "run_x");
}

TEST(NamesTest, AcceptsWhatPypetAccepts) {
  EXPECT_THAT(CheckNodeName("parameters.a-b_c.0digit"), IsOk());
  EXPECT_THAT(CheckNodeName(std::string(127, 'n')), IsOk());
}

TEST(NamesTest, SaysWhichRuleANameBreaks) {
  const auto refused = [](const char* why) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why));
  };
  EXPECT_THAT(CheckNodeName("a b"), refused("letters"));
  EXPECT_THAT(CheckNodeName("ä"), refused("letters"));
  EXPECT_THAT(CheckNodeName("a..b"), refused("empty part"));
  EXPECT_THAT(CheckNodeName("a._b"), refused("'_b' begins with an underscore"));
  EXPECT_THAT(CheckNodeName(std::string(128, 'n')), refused("127"));
  EXPECT_THAT(CheckNodeName("overview"), refused("run table"));
  EXPECT_THAT(CheckTrajectoryName("a.b"), refused("letters"));
  EXPECT_THAT(CheckTrajectoryName(""), refused("empty"));
}

TEST(NamesTest, PutsWhatARunAddsBelowTheRun) {
  EXPECT_EQ(FullName("results", "z", 0), "results.runs.run_00000000.z");
  EXPECT_EQ(FullName("results", "g.z", 0), "results.runs.run_00000000.g.z");
  EXPECT_EQ(FullName("results", "runs.k", 0),
            "results.runs.run_00000000.runs.k");
  EXPECT_EQ(FullName("results", "results.abc", 0), "results.abc");
  EXPECT_EQ(FullName("results", "$.a", 0), "results.run_00000000.a");
  EXPECT_EQ(FullName("results", "runs.$.c", 0), "results.runs.run_00000000.c");
  EXPECT_EQ(FullName("results", "$set.$.w", 0),
            "results.run_set_00000.run_00000000.w");
  EXPECT_EQ(FullName("results", "run_ALL.x", 0), "results.run_ALL.x");
  EXPECT_EQ(FullName("results", "crun.a", 0), "results.run_00000000.a");
  EXPECT_EQ(FullName("results", "sub.$.q", 0), "results.sub.run_00000000.q");
  EXPECT_EQ(FullName("results", "q.$", 0), "results.q.run_00000000");
  EXPECT_EQ(FullName("results", "run_1.x", 0),
            "results.runs.run_00000000.run_00000001.x");
  EXPECT_EQ(FullName("results", "run_0.x", 0), "results.run_00000000.x");
  EXPECT_EQ(FullName("results", "gr", 0), "results.runs.run_00000000.gr");
  EXPECT_EQ(FullName("results", "results.sub.deep", 0), "results.sub.deep");
  EXPECT_EQ(FullName("derived_parameters", "d", 3),
            "derived_parameters.runs.run_00000003.d");
}

TEST(NamesTest, PutsWhatIsAddedOutsideOfRunsBelowTheBranch) {
  EXPECT_EQ(FullName("results", "z", kNoRun), "results.z");
  EXPECT_EQ(FullName("results", "sub.$.q", kNoRun), "results.sub.run_ALL.q");
  EXPECT_EQ(FullName("results", "g.z", kNoRun), "results.g.z");
  EXPECT_EQ(FullName("results", "runs.k", kNoRun), "results.runs.k");
  EXPECT_EQ(FullName("results", "crun.a", kNoRun), "results.run_ALL.a");
  EXPECT_EQ(FullName("results", "runs.$.c", kNoRun), "results.runs.run_ALL.c");
  EXPECT_EQ(FullName("results", "q.$", kNoRun), "results.q.run_ALL");
  EXPECT_EQ(FullName("results", "$set.$.w", kNoRun),
            "results.run_set_ALL.run_ALL.w");
  EXPECT_EQ(FullName("results", "run_ALL.x", kNoRun), "results.run_ALL.x");
  EXPECT_EQ(FullName("results", "run_1.x", kNoRun), "results.run_00000001.x");
  EXPECT_EQ(FullName("derived_parameters", "d", kNoRun),
            "derived_parameters.d");
  EXPECT_EQ(FullName("parameters", "parameters.x", kNoRun), "parameters.x");
}

TEST(NamesTest, HaveTheRunTakenOutAndPutInAgain) {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"results.runs.run_00000007.z", "results.runs.$.z"},
      {"run_00000007.run_00000007", "$.$"},
      {"results.run_00000007", "results.$"},
      {"run_00000007", "$"},
      {"results.run_00000008.z", "results.run_00000008.z"},
      {"results.run_000000071.run_00000007x", ""},
      {"results.xrun_00000007.crun.run_set_00000", ""},
      {"", ""}};
  for (const auto& [full_name, any] : names) {
    const std::string& expected = any.empty() ? full_name : any;
    EXPECT_EQ(NameForAnyRun(full_name, 7), expected);
    EXPECT_EQ(NameInRun(expected, 7), full_name);
  }
  EXPECT_EQ(NameInRun("a.$b.c$.$set.$", 1), "a.$b.c$.$set.run_00000001");
}

}  // namespace
}  // namespace cppet
