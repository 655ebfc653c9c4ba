#include "cppet/environment/calls/run_report.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::IsEmpty;

RunReport SomeReport() {
  RunReport report;
  report.record.index = 7;
  report.record.completed = true;
  report.record.failure = "none";
  report.record.start_timestamp = 1.25;
  report.record.finish_timestamp = 2.5;
  report.record.environment_hexsha = "1234567";
  report.record.leaves.resize(2);
  report.value = std::string("\0value", 6);
  report.stored = true;
  report.storage_status = absl::DataLossError("broken");
  return report;
}

TEST(RunReportTest, GoesAndComesBackWithoutLeaves) {
  const auto report = DecodeRunReport(EncodeRunReport(SomeReport()));
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->record.index, 7);
  EXPECT_TRUE(report->record.completed);
  EXPECT_EQ(report->record.failure, "none");
  EXPECT_EQ(report->record.start_timestamp, 1.25);
  EXPECT_EQ(report->record.finish_timestamp, 2.5);
  EXPECT_EQ(report->record.environment_hexsha, "1234567");
  EXPECT_THAT(report->record.leaves, IsEmpty());
  EXPECT_EQ(report->value, std::string("\0value", 6));
  EXPECT_TRUE(report->stored);
  EXPECT_THAT(report->storage_status,
              StatusIs(absl::StatusCode::kDataLoss, "broken"));
}

TEST(RunReportTest, PartsOfAReportAreNone) {
  RunReport report = SomeReport();
  report.value.clear();
  const std::string bytes = EncodeRunReport(report);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeRunReport(absl::string_view(bytes).substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss))
        << size;
  }
}

TEST(RunReportTest, AStatusGoesAndComesBack) {
  EXPECT_THAT(DecodeStatus(EncodeStatus(absl::OkStatus())), IsOk());
  EXPECT_THAT(DecodeStatus(EncodeStatus(absl::NotFoundError("no file"))),
              StatusIs(absl::StatusCode::kNotFound, "no file"));
  EXPECT_THAT(DecodeStatus("x"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(RunReportTest, AFailureMessageIsAlwaysText) {
  EXPECT_EQ(FailureMessage("kein Brot für ☃\nweil"), "kein Brot für ☃\nweil");
  EXPECT_EQ(FailureMessage("\xff!"), "\\377!");
  EXPECT_EQ(FailureMessage(absl::string_view("a\0b", 3)), "a\\000b");
  const std::string cut = FailureMessage(std::string(99999, 'x') + "☃");
  EXPECT_LE(cut.size(), 8192);
  EXPECT_TRUE(IsValidUtf8(FailureMessage(std::string(8191, 'x') + "☃")));
}

}  // namespace
}  // namespace cppet
