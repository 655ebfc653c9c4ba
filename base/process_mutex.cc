#include "cppet/base/process_mutex.h"

#include <pthread.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "glog/logging.h"

namespace cppet {

struct ProcessMutex::Shared {
  pthread_mutex_t mutex;
};

absl::StatusOr<std::unique_ptr<ProcessMutex>> ProcessMutex::Create() {
  void* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return absl::ErrnoToStatus(errno, "memory for a mutex between processes");
  }
  auto* const shared = static_cast<Shared*>(memory);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  const absl::Cleanup destroy = [&] { pthread_mutexattr_destroy(&attributes); };
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  if (const int error = pthread_mutex_init(&shared->mutex, &attributes);
      error != 0) {
    munmap(memory, sizeof(Shared));
    return absl::ErrnoToStatus(error, "a mutex between processes");
  }
  return absl::WrapUnique(new ProcessMutex(shared));
}

ProcessMutex::ProcessMutex(Shared* shared) : shared_(shared) {}

// The mutex itself is not destroyed: others may hold it.
ProcessMutex::~ProcessMutex() { munmap(shared_, sizeof(Shared)); }

ProcessMutex::LockResult ProcessMutex::Lock() {
  const int error = pthread_mutex_lock(&shared_->mutex);
  if (error == EOWNERDEAD) {
    CHECK_EQ(pthread_mutex_consistent(&shared_->mutex), 0);
    return LockResult::kPreviousHolderDied;
  }
  CHECK_EQ(error, 0) << "ProcessMutex::Lock: " << strerror(error);
  return LockResult::kLocked;
}

bool ProcessMutex::TryLock() {
  const int error = pthread_mutex_trylock(&shared_->mutex);
  if (error == EBUSY) return false;
  if (error == EOWNERDEAD) {
    CHECK_EQ(pthread_mutex_consistent(&shared_->mutex), 0);
    return true;
  }
  CHECK_EQ(error, 0) << "ProcessMutex::TryLock: " << strerror(error);
  return true;
}

void ProcessMutex::Unlock() {
  const int error = pthread_mutex_unlock(&shared_->mutex);
  CHECK_EQ(error, 0) << "ProcessMutex::Unlock: " << strerror(error);
}

}  // namespace cppet
