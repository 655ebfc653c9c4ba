#ifndef CPPET_BASE_PROCESS_MUTEX_H_
#define CPPET_BASE_PROCESS_MUTEX_H_

#include <memory>

#include "absl/base/attributes.h"
#include "absl/status/statusor.h"

namespace cppet {

// A mutex that is shared with all processes forked after its creation. When a
// process dies while it holds the mutex, even by SIGKILL, the next one gets it.
//
//   CPPET_ASSIGN_OR_RETURN(auto mutex, ProcessMutex::Create());
//   ...                                    // fork workers, in each of them:
//   const ProcessMutexLock lock(mutex.get());
//   if (lock.previous_holder_died()) Repair();
//
// It is not reentrant. A process that is forked while its parent holds the
// mutex does not hold it.
class ProcessMutex {
 public:
  // Errors:
  //   kResourceExhausted, kInternal: the system has no memory to share.
  static absl::StatusOr<std::unique_ptr<ProcessMutex>> Create();

  // In the other processes the mutex lives on. None in this one may hold it.
  ~ProcessMutex();

  ProcessMutex(const ProcessMutex&) = delete;
  ProcessMutex& operator=(const ProcessMutex&) = delete;

  enum class LockResult {
    kLocked,
    // Locked, but the previous holder died: what the mutex guards may be half
    // changed. Only the first to lock it after the death is told.
    kPreviousHolderDied,
  };

  // Waits until the calling thread holds the mutex.
  LockResult Lock();

  // Locks it, unless another one holds it. Returns whether it is locked.
  bool TryLock();

  // The calling thread must hold the mutex.
  void Unlock();

 private:
  struct Shared;

  explicit ProcessMutex(Shared* shared);

  Shared* const shared_;  // in anonymous memory, shared between processes
};

// Holds a mutex while it lives.
class ABSL_MUST_USE_RESULT ProcessMutexLock {
 public:
  explicit ProcessMutexLock(ProcessMutex* mutex)
      : mutex_(*mutex),
        previous_holder_died_(mutex->Lock() ==
                              ProcessMutex::LockResult::kPreviousHolderDied) {}
  ~ProcessMutexLock() { mutex_.Unlock(); }

  ProcessMutexLock(const ProcessMutexLock&) = delete;
  ProcessMutexLock& operator=(const ProcessMutexLock&) = delete;

  bool previous_holder_died() const { return previous_holder_died_; }

 private:
  ProcessMutex& mutex_;
  const bool previous_holder_died_;
};

}  // namespace cppet

#endif  // CPPET_BASE_PROCESS_MUTEX_H_
