#include "cppet/environment/executors/executor_conformance.h"

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/environment/processes/open_files.h"
#include "cppet/trajectory/run_record.h"
#include "gmock/gmock.h"

namespace cppet {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

void TestClient::EnterChild(const RunProcess& process) {
  if (enter) enter(process);
}

RunReport TestClient::Compute(int64_t index) {
  RunReport report;
  report.record.index = index;
  report.record.completed = true;
  if (compute) compute(report);
  return report;
}

void TestClient::Deliver(RunReport& report) {
  if (deliver) deliver(report);
}

std::optional<int64_t> TestClient::NextRun() {
  if (holds && holds(active_)) return std::nullopt;
  if (again.empty() && next_ >= runs_) return std::nullopt;
  most_active = std::max(most_active, ++active_);
  if (again.empty()) return next_++;
  const int64_t index = again.front();
  again.pop_front();
  return index;
}

absl::Status TestClient::BeforeFork() {
  ++forks;
  return absl::OkStatus();
}

absl::Status TestClient::TakeReport(RunReport report) {
  --active_;
  // As those that come from other processes.
  if (report.encoded_record.empty() && !report.stored) {
    report.encoded_record = EncodeRunRecord(report.record);
  }
  absl::Status status = take ? take(report) : absl::OkStatus();
  reports.push_back(std::move(report));
  return status;
}

absl::Status TestClient::TakeDeath(int64_t index, std::string failure) {
  --active_;
  deaths[index] = std::move(failure);
  return absl::OkStatus();
}

namespace {

bool HasChildren() { return waitpid(-1, nullptr, WNOHANG) >= 0; }

std::vector<int64_t> SortedIndices(const TestClient& client) {
  std::vector<int64_t> indices;
  for (const RunReport& report : client.reports) {
    indices.push_back(report.record.index);
  }
  std::sort(indices.begin(), indices.end());
  return indices;
}

std::vector<int64_t> UpTo(int64_t count) {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < count; ++i) indices.push_back(i);
  return indices;
}

}  // namespace

TEST_P(ExecutorConformanceTest, DoesEachRunOnce) {
  TestClient client(200);
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_EQ(SortedIndices(client), UpTo(200));
  EXPECT_THAT(client.deaths, IsEmpty());
  EXPECT_LE(client.most_active, GetParam().processes);
}

TEST_P(ExecutorConformanceTest, DoesNothingWithoutRuns) {
  TestClient client(0);
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_EQ(client.forks, 0);
}

TEST_P(ExecutorConformanceTest, CanBeUsedAgain) {
  const std::unique_ptr<Executor> executor = GetParam().make(loop_);
  for (int i = 0; i < 3; ++i) {
    TestClient client(5);
    ASSERT_THAT(executor->Execute(client), IsOk());
    EXPECT_EQ(SortedIndices(client), UpTo(5));
  }
}

TEST_P(ExecutorConformanceTest, AsksAgainWhileARunIsAtWork) {
  TestClient client(50);
  client.holds = [](int64_t active) { return active > 0; };
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_EQ(SortedIndices(client), UpTo(50));
  EXPECT_EQ(client.most_active, 1);
}

TEST_P(ExecutorConformanceTest, AsksAgainWhileThereMayBeMore) {
  TestClient client(3);
  bool more = true;
  client.more = [&] { return more; };
  client.take = [&](const RunReport& report) {
    // It comes when no run is at work any more.
    if (report.record.index == 2) {
      loop_.CallAt(EventLoop::Clock::now() + std::chrono::milliseconds(20),
                   [&] {
                     client.again.push_back(7);
                     more = false;
                   });
    }
    return absl::OkStatus();
  };
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_EQ(SortedIndices(client), (std::vector<int64_t>{0, 1, 2, 7}));
}

TEST_P(ExecutorConformanceTest, BringsWhatRunsLeave) {
  TestClient client(10);
  client.compute = [](RunReport& report) {
    report.value = absl::StrCat("value ", report.record.index);
    report.record.failure = absl::StrCat("failure ", report.record.index);
    report.record.leaves.emplace_back(LeafHead{"results.z"},
                                      Items{{"z", report.record.index}});
  };
  ASSERT_THAT(Execute(client), IsOk());
  ASSERT_THAT(client.reports, SizeIs(10));
  for (const RunReport& report : client.reports) {
    const int64_t index = report.record.index;
    EXPECT_EQ(report.value, absl::StrCat("value ", index));
    EXPECT_EQ(report.record.failure, absl::StrCat("failure ", index));
    const auto record = DecodeRunRecord(report.encoded_record);
    ASSERT_THAT(record, IsOk());
    ASSERT_THAT(record->leaves, SizeIs(1));
    EXPECT_THAT(record->leaves[0].items, Contains(Pair("z", Value(index))));
  }
}

TEST_P(ExecutorConformanceTest, BringsWhatDeliverSays) {
  TestClient client(3);
  client.deliver = [](RunReport& report) {
    report.stored = true;
    report.storage_status = absl::ResourceExhaustedError("disk full");
  };
  ASSERT_THAT(Execute(client), IsOk());
  ASSERT_THAT(client.reports, SizeIs(3));
  EXPECT_TRUE(client.reports[0].stored);
  EXPECT_THAT(client.reports[0].storage_status,
              StatusIs(absl::StatusCode::kResourceExhausted, "disk full"));
  EXPECT_THAT(client.reports[0].encoded_record, IsEmpty());
}

TEST_P(ExecutorConformanceTest, BringsLargeReports) {
  constexpr size_t kSize = 100 << 20;
  TestClient client(3);
  client.compute = [](RunReport& report) {
    if (report.record.index != 1) return;
    report.record.leaves.emplace_back(
        LeafHead{"results.large"}, Items{{"large", std::string(kSize, 'x')}});
  };
  size_t large = 0;
  client.take = [&](const RunReport& report) {
    if (report.record.index == 1) large = report.encoded_record.size();
    return absl::OkStatus();
  };
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_EQ(SortedIndices(client), UpTo(3));
  EXPECT_GT(large, kSize);
}

TEST_P(ExecutorConformanceTest, EndsWithTheErrorOfTheClient) {
  TestClient client(1000);
  client.take = [](const RunReport& report) {
    return report.record.index == 5 ? absl::DataLossError("enough")
                                    : absl::OkStatus();
  };
  EXPECT_THAT(Execute(client),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("enough")));
  EXPECT_LT(client.reports.size(), 1000);
  EXPECT_FALSE(HasChildren());
}

TEST_P(ExecutorConformanceTest, EndsWithTheStatusOfTheClient) {
  TestClient client(1000);
  client.get_status = [&] {
    return client.reports.size() >= 10 ? absl::CancelledError("enough")
                                       : absl::OkStatus();
  };
  EXPECT_THAT(Execute(client),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("enough")));
  EXPECT_LT(client.reports.size(), 1000);
  EXPECT_FALSE(HasChildren());
}

TEST_P(ExecutorConformanceTest, GivesTheLoopItsTurn) {
  TestClient client(50);
  client.compute = [](RunReport&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  int turns = 0;
  std::function<void()> turn = [&] {
    ++turns;
    loop_.CallAt(EventLoop::Clock::now(), turn);
  };
  turn();
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_GT(turns, 10);
}

TEST_P(ExecutorConformanceTest, LeavesNoFilesAndNoProcesses) {
  const int open_files = OpenFiles();
  TestClient client(300);
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_EQ(OpenFiles(), open_files);
  EXPECT_FALSE(HasChildren());
}

}  // namespace cppet
