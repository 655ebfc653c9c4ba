#ifndef CPPET_ENVIRONMENT_EXECUTORS_EXECUTOR_CONFORMANCE_H_
#define CPPET_ENVIRONMENT_EXECUTORS_EXECUTOR_CONFORMANCE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/environment/executors/executor.h"
#include "cppet/environment/processes/event_loop.h"
#include "gtest/gtest.h"

namespace cppet {

// A client for tests, with runs 0, 1, ..., but first those in `again`.
class TestClient : public ExecutorClient {
 public:
  explicit TestClient(int64_t runs) : runs_(runs) {}

  // What to do; each may be set.
  std::function<void(const RunProcess&)> enter;
  std::function<void(RunReport&)> compute;  // index and completed are set
  std::function<void(RunReport&)> deliver;
  std::function<absl::Status(const RunReport&)> take;
  std::function<bool()> is_full;
  std::function<bool(int64_t active)> holds;  // there is no next run now
  std::function<bool()> more;
  std::function<absl::Status()> get_status;

  std::deque<int64_t> again;

  // What was found.
  std::vector<RunReport> reports;
  std::map<int64_t, std::string> deaths;
  int64_t forks = 0;
  // The most runs that were begun and not finished.
  int64_t most_active = 0;

  void EnterChild(const RunProcess& process) override;
  RunReport Compute(int64_t index) override;
  void Deliver(RunReport& report) override;
  std::optional<int64_t> NextRun() override;
  absl::Status BeforeFork() override;
  absl::Status TakeReport(RunReport report) override;
  absl::Status TakeDeath(int64_t index, std::string failure) override;
  bool may_have_more() override { return more && more(); }
  bool full() override { return is_full && is_full(); }
  absl::Status status() override {
    return get_status ? get_status() : absl::OkStatus();
  }

 private:
  const int64_t runs_;
  int64_t next_ = 0;
  int64_t active_ = 0;
};

// A kind of executor under test.
struct ExecutorConformanceParam {
  std::string name;
  std::function<std::unique_ptr<Executor>(EventLoop& loop)> make;
  // The most runs at a time.
  int processes = 1;
};

// What every executor must do. A kind of executor passes by
//
//   INSTANTIATE_TEST_SUITE_P(Fork, ExecutorConformanceTest,
//                            ::testing::Values(ExecutorConformanceParam{...}));
class ExecutorConformanceTest
    : public ::testing::TestWithParam<ExecutorConformanceParam> {
 protected:
  absl::Status Execute(TestClient& client) {
    return GetParam().make(loop_)->Execute(client);
  }

  EventLoop loop_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_EXECUTORS_EXECUTOR_CONFORMANCE_H_
