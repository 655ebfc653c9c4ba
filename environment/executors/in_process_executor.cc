#include "cppet/environment/executors/in_process_executor.h"

#include <optional>
#include <utility>

#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

class InProcessExecutor : public Executor {
 public:
  explicit InProcessExecutor(EventLoop& loop) : loop_(loop) {}

  absl::Status Execute(ExecutorClient& client) override {
    while (true) {
      const std::optional<int64_t> index = client.NextRun();
      if (index.has_value()) {
        RunReport report = client.Compute(*index);
        client.Deliver(report);
        CPPET_RETURN_IF_ERROR(client.TakeReport(std::move(report)));
        loop_.RunOnce(EventLoop::Clock::now());
      } else {
        if (!client.may_have_more()) return absl::OkStatus();
        loop_.RunOnce();
      }
      CPPET_RETURN_IF_ERROR(client.status());
    }
  }

 private:
  EventLoop& loop_;
};

}  // namespace

std::unique_ptr<Executor> MakeInProcessExecutor(EventLoop& loop) {
  return std::make_unique<InProcessExecutor>(loop);
}

}  // namespace cppet
