#include "cppet/environment/scheduling/placement.h"

#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cppet {
namespace {

// Keeps this thread on a core; returns errno, 0 if that is done.
int StayOn(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  return sched_setaffinity(0, sizeof(cores), &cores) == 0 ? 0 : errno;
}

// The same for niceness.
int BeNicer(int by) {
  errno = 0;
  // It may return -1 as the new niceness.
  return nice(by) == -1 ? errno : 0;
}

// False, and one with forked processes; null if there is no memory.
std::atomic<bool>* NewSharedFlag() {
  static_assert(std::atomic<bool>::is_always_lock_free);
  void* const memory =
      mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) std::atomic<bool>(false);
}

}  // namespace

absl::Status CheckAffinity(const std::vector<int>& cpu_affinity) {
  int refused = -1;
  const auto try_all = [&] {
    for (const int core : cpu_affinity) {
      // Other errors are not the core's.
      if (StayOn(core) != EINVAL) continue;
      refused = core;
      return;
    }
  };
  if (cpu_affinity.empty()) return absl::OkStatus();
  try {
    // This one stays where it is.
    std::thread(try_all).join();
  } catch (const std::system_error& error) {
    return absl::ErrnoToStatus(error.code().value(), "a thread");
  }
  if (refused < 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("EnvironmentOptions.cpu_affinity = ", refused,
                   ": not a core that this process may use"));
}

Placer::Placer(Placement placement)
    : placement_(std::move(placement)), warned_(NewSharedFlag()) {}

Placer::~Placer() {
  if (warned_ != nullptr) munmap(warned_, sizeof(*warned_));
}

int Placer::MostProcesses(int processes) const {
  for (const auto& [variable, values] : placement_.resource_slots) {
    processes = std::min<int>(processes, values.size());
  }
  return processes;
}

bool Placer::exclusive() const {
  return !placement_.cpu_affinity.empty() || !placement_.resource_slots.empty();
}

void Placer::Enter(int place, RunLog& log) const {
  std::vector<std::string> refused;
  const std::vector<int>& cores = placement_.cpu_affinity;
  if (!cores.empty()) {
    const int core = cores[place % cores.size()];
    if (const int error = StayOn(core); error != 0) {
      refused.push_back(absl::StrCat("stay on core ", core,
                                     " (cpu_affinity): ", strerror(error)));
    }
  }
  if (placement_.niceness > 0) {
    if (const int error = BeNicer(placement_.niceness); error != 0) {
      refused.push_back(absl::StrCat("have niceness = ", placement_.niceness,
                                     ": ", strerror(error)));
    }
  }
  for (const auto& [variable, values] : placement_.resource_slots) {
    const std::string& value = values[place % values.size()];
    if (setenv(variable.c_str(), value.c_str(), /*overwrite=*/1) != 0) {
      refused.push_back(absl::StrCat("have ", variable, "=", value,
                                     " (resource_slots): ", strerror(errno)));
    }
  }
  if (refused.empty()) return;
  if (warned_ != nullptr && warned_->exchange(true)) return;
  log.Warning(absl::StrCat("a process of runs cannot ",
                           absl::StrJoin(refused, ", nor "),
                           "; of others that is not said again"));
}

}  // namespace cppet
