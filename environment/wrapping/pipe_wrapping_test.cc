#include "cppet/environment/wrapping/pipe_wrapping.h"

#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/environment/logs/logging.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/processes/message_channel.h"
#include "cppet/environment/wrapping/record_file_storage.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

RunReport Report(int64_t index, size_t bytes = 10) {
  RunReport report;
  report.record.index = index;
  report.record.completed = true;
  report.record.leaves.emplace_back(LeafHead{"results.z"},
                                    Items{{"z", std::string(bytes, 'x')}});
  report.value = absl::StrCat("value ", index);
  return report;
}

RunReport Failure(int64_t index) {
  RunReport report;
  report.record.index = index;
  report.record.failure = "it failed";
  return report;
}

class PipeWrappingTest : public ::testing::Test {
 protected:
  void Start(RecordFileStorageOptions options = {}) {
    storage_ = std::make_unique<RecordFileStorage>(folder_.Path("records"),
                                                   std::move(options));
    wrapping_ = MakePipeWrapping(
        loop_, *storage_, trajectory_, *log_,
        [this](const RunRecord& record, absl::string_view value) {
          finished_.emplace_back(record.index, std::string(value));
          completed_.push_back(record.completed);
        });
    ASSERT_THAT(wrapping_->Start(), IsOk());
  }

  // The process of a run, which delivers and then reports.
  std::unique_ptr<ChildProcess> StartRun(RunReport report) {
    return ChildProcess::Start([&](int socket) {
             wrapping_->Deliver(report);
             SendMessage(socket, 0, EncodeRunReport(report)).IgnoreError();
           })
        .value();
  }

  // The report of that process.
  RunReport ReportOf(const ChildProcess& process) {
    MessageReader reader(process.socket());
    const auto message = reader.WaitForMessage();
    return DecodeRunReport((*message)->body).value();
  }

  // Does the run from its start to its end.
  absl::Status Do(RunReport report) {
    while (wrapping_->full()) {
      loop_.RunOnce();
      if (!wrapping_->status().ok()) return wrapping_->status();
    }
    if (!wrapping_->status().ok()) return wrapping_->status();
    const auto process = StartRun(std::move(report));
    return wrapping_->Take(ReportOf(*process));
  }

  // The storage waits until Go().
  RecordFileStorageOptions Waiting() {
    RecordFileStorageOptions options;
    options.while_committing = [this](absl::Span<const RunRecord>) {
      while (!ReadFile(folder_.Path("go")).ok()) std::this_thread::yield();
    };
    return options;
  }
  void Go() { ASSERT_THAT(WriteFile(folder_.Path("go"), ""), IsOk()); }

  RecordFileContent Stored() { return storage_->Read().value(); }

  const TempDirectory folder_;
  const Trajectory trajectory_{"traj"};
  const std::unique_ptr<RunLog> log_ = RunLog::None();
  EventLoop loop_;
  std::unique_ptr<RecordFileStorage> storage_;
  std::unique_ptr<Wrapping> wrapping_;
  std::vector<std::pair<int64_t, std::string>> finished_;
  std::vector<bool> completed_;
};

TEST_F(PipeWrappingTest, AnotherProcessStoresWhatTheMainProcessNeverHas) {
  Start();
  for (int i = 0; i < 3; ++i) {
    const auto process = StartRun(Report(i, 1 << 20));
    RunReport report = ReportOf(*process);
    EXPECT_TRUE(report.stored);
    EXPECT_EQ(report.encoded_record, "");
    EXPECT_THAT(report.record.leaves, IsEmpty());
    ASSERT_THAT(wrapping_->Take(std::move(report)), IsOk());
  }
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, ElementsAre(Pair(0, "value 0"), Pair(1, "value 1"),
                                     Pair(2, "value 2")));
  EXPECT_THAT(Stored().records, SizeIs(3));
  EXPECT_EQ(Stored().records.at(2).leaves.size(), 1);
  EXPECT_THAT(Stored().committers, Each(Not(getpid())));
}

TEST_F(PipeWrappingTest, ManyProcessesDeliverAtOnce) {
  Start();
  std::vector<std::unique_ptr<ChildProcess>> processes;
  for (int i = 0; i < 8; ++i) processes.push_back(StartRun(Report(i, 3 << 20)));
  for (const auto& process : processes) {
    ASSERT_THAT(wrapping_->Take(ReportOf(*process)), IsOk());
  }
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, SizeIs(8));
  EXPECT_THAT(Stored().records, SizeIs(8));
}

TEST_F(PipeWrappingTest, WhatArrivedIsStoredTogether) {
  Start(Waiting());
  for (int i = 0; i < 50; ++i) ASSERT_THAT(Do(Report(i)), IsOk());
  EXPECT_THAT(finished_, IsEmpty());
  Go();
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, SizeIs(50));
  EXPECT_LT(Stored().run_commits, 5);
}

TEST_F(PipeWrappingTest, TellsOfARunWhoseReportComesAfterItIsStored) {
  Start();
  const auto process = StartRun(Report(0));
  RunReport report = ReportOf(*process);
  while (!ReadFile(folder_.Path("records")).ok() || Stored().records.empty()) {
    std::this_thread::yield();
  }
  loop_.RunOnce();
  EXPECT_THAT(finished_, IsEmpty());
  ASSERT_THAT(wrapping_->Take(std::move(report)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, ElementsAre(Pair(0, "value 0")));
}

TEST_F(PipeWrappingTest, AFailedRunIsStoredAsWell) {
  Start();
  ASSERT_THAT(Do(Failure(0)), IsOk());
  ASSERT_THAT(Do(Report(1)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, UnorderedElementsAre(Pair(0, ""), Pair(1, "value 1")));
  EXPECT_FALSE(Stored().records.at(0).completed);
  EXPECT_EQ(Stored().records.at(0).failure, "it failed");
}

TEST_F(PipeWrappingTest, ARefusedRunFails) {
  Start();
  RunReport refused = Report(1);
  refused.record.leaves[0].items[0].first = "refused";
  ASSERT_THAT(Do(Report(0)), IsOk());
  ASSERT_THAT(Do(std::move(refused)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, UnorderedElementsAre(Pair(0, "value 0"), Pair(1, "")));
  EXPECT_FALSE(Stored().records.at(1).completed);
}

TEST_F(PipeWrappingTest, AProcessThatIsKilledWhileItDeliversCostsItsRunOnly) {
  Start(Waiting());
  ASSERT_THAT(Do(Report(0)), IsOk());
  // It waits with the most of that.
  const auto process = StartRun(Report(1, 20 << 20));
  const auto other = StartRun(Report(2, 20 << 20));
  process->Kill();
  ASSERT_THAT(wrapping_->Take(Failure(1)), IsOk());
  Go();
  ASSERT_THAT(wrapping_->Take(ReportOf(*other)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, UnorderedElementsAre(Pair(0, "value 0"), Pair(1, ""),
                                              Pair(2, "value 2")));
  EXPECT_FALSE(Stored().records.at(1).completed);
  EXPECT_TRUE(Stored().records.at(2).completed);
}

TEST_F(PipeWrappingTest, ARunThatBeginsAgainReplacesAPart) {
  Start(Waiting());
  ASSERT_THAT(Do(Report(0)), IsOk());
  StartRun(Report(1, 20 << 20))->Kill();
  Go();
  ASSERT_THAT(Do(Report(1)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_,
              UnorderedElementsAre(Pair(0, "value 0"), Pair(1, "value 1")));
  EXPECT_TRUE(Stored().records.at(1).completed);
}

TEST_F(PipeWrappingTest, AProcessThatDiesAfterDeliveringLosesTheValueOnly) {
  for (const bool is_stored_before : {false, true}) {
    finished_.clear();
    completed_.clear();
    unlink(folder_.Path("records").c_str());
    Start();
    ReportOf(*StartRun(Report(0)));
    while (is_stored_before && (!ReadFile(folder_.Path("records")).ok() ||
                                Stored().records.empty())) {
      std::this_thread::yield();
    }
    if (is_stored_before) loop_.RunOnce();
    ASSERT_THAT(wrapping_->Take(Failure(0)), IsOk());
    ASSERT_THAT(wrapping_->Finish(), IsOk());
    EXPECT_THAT(finished_, ElementsAre(Pair(0, "")));
    EXPECT_THAT(completed_, ElementsAre(true));
    EXPECT_TRUE(Stored().records.at(0).completed);
    EXPECT_EQ(Stored().records.size(), 1);
  }
}

TEST_F(PipeWrappingTest, ARunThatIsTriedAgainAfterItWasDeliveredIsStoredOnce) {
  Start();
  ReportOf(*StartRun(Report(0)));
  ASSERT_THAT(Do(Report(0)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, ElementsAre(Pair(0, "value 0")));
  EXPECT_EQ(Stored().records.size(), 1);
}

TEST_F(PipeWrappingTest, TellsOfRunsThatWereDeliveredAndNotReported) {
  Start();
  ReportOf(*StartRun(Report(4)));
  ASSERT_THAT(Do(Report(2)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, UnorderedElementsAre(Pair(2, "value 2"), Pair(4, "")));
  EXPECT_THAT(completed_, ElementsAre(true, true));
}

TEST_F(PipeWrappingTest, AnErrorOfTheStorageArrives) {
  RecordFileStorageOptions full;
  full.commits_until_full = 1;
  Start(full);
  absl::Status status;
  for (int i = 0; status.ok() && i < 10000; ++i) {
    loop_.RunOnce(EventLoop::Clock::now());
    status = Do(Report(i));
  }
  status.Update(wrapping_->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                               HasSubstr("No space left")));
  EXPECT_EQ(finished_.size(), Stored().records.size());
}

TEST_F(PipeWrappingTest, TheDeathOfTheProcessThatStoresIsAnError) {
  RecordFileStorageOptions deadly;
  deadly.while_committing = [](absl::Span<const RunRecord> records) {
    if (records.back().index >= 10) raise(SIGKILL);
  };
  Start(deadly);
  absl::Status status;
  for (int i = 0; status.ok() && i < 10000; ++i) {
    loop_.RunOnce(EventLoop::Clock::now());
    status = Do(Report(i, 1 << 20));
  }
  status.Update(wrapping_->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted,
                               AllOf(HasSubstr("killed by signal 9"),
                                     HasSubstr("not known as stored"))));
  EXPECT_LT(finished_.size(), 20);
}

}  // namespace
}  // namespace cppet
