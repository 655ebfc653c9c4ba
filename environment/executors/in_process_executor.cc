#include "cppet/environment/executors/in_process_executor.h"

#include <chrono>
#include <optional>
#include <utility>

#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

constexpr std::chrono::milliseconds kLookTime(1);

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
        LookAround();
      } else {
        if (!client.may_have_more()) return absl::OkStatus();
        loop_.RunOnce();
      }
      CPPET_RETURN_IF_ERROR(client.status());
    }
  }

 private:
  // Serves what waits, which need not be after each of many short runs.
  void LookAround() {
    const EventLoop::Clock::time_point now = EventLoop::Clock::now();
    if (now < next_look_) return;
    loop_.RunOnce(now);
    next_look_ = now + kLookTime;
  }

  EventLoop& loop_;
  EventLoop::Clock::time_point next_look_;
};

}  // namespace

std::unique_ptr<Executor> MakeInProcessExecutor(EventLoop& loop) {
  return std::make_unique<InProcessExecutor>(loop);
}

}  // namespace cppet
