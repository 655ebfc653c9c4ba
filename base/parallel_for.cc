#include "cppet/base/parallel_for.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <vector>

namespace cppet {
namespace {

// More gain little: somebody has to give them work, and store what they did.
constexpr size_t kMaxThreads = 16;

size_t NumProcessors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

struct Work {
  const size_t count;
  const absl::FunctionRef<void(size_t)> call;
  std::atomic<size_t> next{1};
  std::atomic<bool> failed{false};
  std::exception_ptr error;  // of whoever set `failed`

  void Call(size_t i) {
    try {
      call(i);
    } catch (...) {
      if (!failed.exchange(true)) error = std::current_exception();
    }
  }
  void Do() {
    for (size_t i = next++; i < count; i = next++) Call(i);
  }
};

void* DoWork(void* work) {
  static_cast<Work*>(work)->Do();
  return nullptr;
}

}  // namespace

void ParallelFor(size_t count, absl::FunctionRef<void(size_t)> call) {
  if (count == 0) return;
  Work work = {count, call};
  std::vector<pthread_t> threads;
  if (count > 1) {
    const size_t wanted = std::min({count, NumProcessors(), kMaxThreads}) - 1;
    threads.reserve(wanted);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    // Where there can be no more threads, this one does it.
    while (threads.size() < wanted &&
           pthread_create(&thread, nullptr, DoWork, &work) == 0) {
      threads.push_back(thread);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  work.Call(0);
  work.Do();
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  if (work.failed) std::rethrow_exception(work.error);
}

}  // namespace cppet
