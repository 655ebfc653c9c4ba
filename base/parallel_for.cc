#include "cppet/base/parallel_for.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "absl/cleanup/cleanup.h"

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

  void Do() {
    for (size_t i = next++; i < count; i = next++) call(i);
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
  const absl::Cleanup join = [&] {
    for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  };
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
  call(0);
  work.Do();
}

}  // namespace cppet
