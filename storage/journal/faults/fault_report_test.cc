#include "cppet/storage/journal/faults/fault_report.h"

#include <sstream>
#include <string>

#include "cppet/storage/journal/faults/runs_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Printed(const FaultReport& report) {
  std::ostringstream out;
  report.Print("title", out);
  return out.str();
}

TEST(FaultReportTest, PrintsColumnsInTheirOrder) {
  FaultReport report({"kills", "lost"});
  report.Count("lost", 2);
  EXPECT_EQ(report.count("lost"), 2);
  EXPECT_EQ(Printed(report), "title\n  kills  0\n  lost   2\n");
}

TEST(FaultReportTest, CountsProblemsThatDifferInNumbersOnly) {
  FaultReport report({});
  report.AddProblem("run 12 is lost\n", "kill 1");
  report.AddProblem("run 7 is lost", "kill 2");
  EXPECT_THAT(Printed(report),
              HasSubstr("2x run 12 is lost\n        first at kill 1\n"));
  EXPECT_THAT(Printed(report), Not(HasSubstr("run 7")));
}

TEST(FaultReportTest, CountsDamagedFiles) {
  FaultReport report({});
  RunsCheck check;
  report.AddCheck("recovered", check, "here");
  EXPECT_EQ(report.count("recovered damaged"), 0);
  check.lost = 3;
  check.problems = {"lost: run 1", "lost: run 2", "lost: run 3"};
  report.AddCheck("recovered", check, "there");
  EXPECT_EQ(report.count("recovered damaged"), 1);
  EXPECT_EQ(report.count("recovered lost"), 3);
  EXPECT_THAT(Printed(report), HasSubstr("3x recovered: lost: run 1"));
}

TEST(FaultReportTest, AddsUpWhatOtherProcessesFound) {
  FaultReport report({});
  report.Count("kills", 2);
  report.AddProblem("run 1 is lost", "here");
  FaultReport all({"kills"});
  all.MergeEncoded(report.Encode());
  all.MergeEncoded(report.Encode());
  EXPECT_EQ(all.count("kills"), 4);
  EXPECT_THAT(Printed(all),
              HasSubstr("2x run 1 is lost\n        first at here"));
}

}  // namespace
}  // namespace cppet
