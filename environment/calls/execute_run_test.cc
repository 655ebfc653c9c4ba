#include "cppet/environment/calls/execute_run.h"

#include <stdexcept>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/time_format.h"
#include "cppet/environment/calls/run_function.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

RunReport Execute(const RunFunction& function) {
  Trajectory traj("traj");
  return ExecuteRun(traj, 0, function, "1234567");
}

std::string FailureOf(const RunFunction& function) {
  const RunReport report = Execute(function);
  EXPECT_FALSE(report.record.completed);
  EXPECT_THAT(report.value, IsEmpty());
  return report.record.failure;
}

TEST(ExecuteRunTest, ReportsWhatTheRunDid) {
  const double before = UnixNow();
  const RunReport report =
      Execute([](cppet::Run& run) -> absl::StatusOr<std::string> {
        EXPECT_EQ(run.name(), "run_00000000");
        run.AddResult("z", 1).IgnoreError();
        return "value";
      });
  EXPECT_EQ(report.record.index, 0);
  EXPECT_TRUE(report.record.completed);
  EXPECT_THAT(report.record.failure, IsEmpty());
  EXPECT_EQ(report.record.environment_hexsha, "1234567");
  EXPECT_THAT(report.record.leaves, SizeIs(1));
  EXPECT_GE(report.record.start_timestamp, before);
  EXPECT_GE(report.record.finish_timestamp, report.record.start_timestamp);
  EXPECT_EQ(report.value, "value");
  EXPECT_FALSE(report.stored);
}

TEST(ExecuteRunTest, WhatARunThrowsIsItsFailure) {
  EXPECT_EQ(FailureOf([](cppet::Run&) -> std::string {
              throw std::out_of_range("too far");
            }),
            "threw std::out_of_range: too far");
  EXPECT_EQ(FailureOf([](cppet::Run&) -> std::string { throw 7; }),
            "threw int");
}

TEST(ExecuteRunTest, AnErrorIsItsFailure) {
  EXPECT_EQ(
      FailureOf([](cppet::Run&) { return absl::NotFoundError("no file"); }),
      "NOT_FOUND: no file");
}

TEST(ExecuteRunTest, AChangeOfTheTrajectoryIsItsFailure) {
  Trajectory traj("traj");
  const RunReport report = ExecuteRun(
      traj, 0,
      [&](cppet::Run&) {
        traj.AddParameter("late", 1);
        return "value";
      },
      "1234567");
  EXPECT_FALSE(report.record.completed);
  EXPECT_THAT(report.record.failure, HasSubstr("to add parameters.late"));
  EXPECT_FALSE(traj.Contains("late"));
  traj.AddParameter("later", 1);
  EXPECT_THAT(traj.status(), absl::OkStatus());
}

TEST(ExecuteRunTest, AnErrorThatTheRunIgnoredIsItsFailure) {
  const RunReport report = Execute([](cppet::Run& run) {
    run.AddResult("good", 1).IgnoreError();
    run.AddResult("b a d", 1).IgnoreError();
    return "value";
  });
  EXPECT_FALSE(report.record.completed);
  EXPECT_THAT(report.record.failure, HasSubstr("b a d"));
  EXPECT_THAT(report.record.leaves, SizeIs(1));
}

}  // namespace
}  // namespace cppet
