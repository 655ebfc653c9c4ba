#include "cppet/base/process_mutex.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <new>
#include <vector>

#include "gtest/gtest.h"

namespace cppet {
namespace {

using LockResult = ProcessMutex::LockResult;

class ProcessMutexTest : public ::testing::Test {
 protected:
  struct Shared {
    std::atomic<bool> locked{false};
    int counter = 0;  // guarded by the mutex
  };

  ProcessMutexTest()
      : mutex_(ProcessMutex::Create().value()),
        shared_(new (mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Shared) {}
  ~ProcessMutexTest() override { munmap(shared_, sizeof(Shared)); }

  static pid_t Fork(const std::function<void()>& child) {
    const pid_t pid = fork();
    if (pid == 0) {
      child();
      _exit(0);
    }
    return pid;
  }

  // Returns a process that holds the mutex until it is killed.
  pid_t ForkHolder() {
    const pid_t pid = Fork([this] {
      mutex_->Lock();
      shared_->locked = true;
      while (true) pause();
    });
    while (!shared_->locked) usleep(100);
    return pid;
  }

  static int Wait(pid_t pid) {
    int status = -1;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return status;
  }

  static void Kill(pid_t pid) {
    kill(pid, SIGKILL);
    Wait(pid);
  }

  const std::unique_ptr<ProcessMutex> mutex_;
  Shared* const shared_;
};

TEST_F(ProcessMutexTest, IsHeldByOneProcessAtATime) {
  constexpr int kProcesses = 4;
  constexpr int kRounds = 2000;
  std::vector<pid_t> pids;
  for (int i = 0; i < kProcesses; ++i) {
    pids.push_back(Fork([this] {
      for (int round = 0; round < kRounds; ++round) {
        const ProcessMutexLock lock(mutex_.get());
        volatile int& counter = shared_->counter;
        const int before = counter;
        if (round % 100 == 0) usleep(10);
        counter = before + 1;
      }
    }));
  }
  for (const pid_t pid : pids) EXPECT_EQ(Wait(pid), 0);
  EXPECT_EQ(shared_->counter, kProcesses * kRounds);
}

TEST_F(ProcessMutexTest, PassesFromAKilledHolderToTheNext) {
  Kill(ForkHolder());
  EXPECT_EQ(mutex_->Lock(), LockResult::kPreviousHolderDied);
  mutex_->Unlock();
  EXPECT_EQ(mutex_->Lock(), LockResult::kLocked) << "is told once only";
  mutex_->Unlock();
}

TEST_F(ProcessMutexTest, WakesAWaiterWhenTheHolderIsKilled) {
  const pid_t holder = ForkHolder();
  const pid_t waiter = Fork([this] {
    const ProcessMutexLock lock(mutex_.get());
    _exit(lock.previous_holder_died() ? 3 : 4);
  });
  usleep(20000);  // it most likely waits by now
  Kill(holder);
  const int status = Wait(waiter);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 3);
  // The waiter ended inside of the lock itself.
  EXPECT_EQ(mutex_->Lock(), LockResult::kPreviousHolderDied);
  mutex_->Unlock();
}

TEST_F(ProcessMutexTest, CanBeTried) {
  ASSERT_TRUE(mutex_->TryLock());
  EXPECT_EQ(Wait(Fork([this] { _exit(mutex_->TryLock() ? 1 : 0); })), 0);
  mutex_->Unlock();
  Kill(ForkHolder());
  ASSERT_TRUE(mutex_->TryLock());
  mutex_->Unlock();
}

TEST_F(ProcessMutexTest, OutlivesManyDeaths) {
  for (int i = 0; i < 50; ++i) {
    shared_->locked = false;
    Kill(ForkHolder());
  }
  EXPECT_EQ(mutex_->Lock(), LockResult::kPreviousHolderDied);
  mutex_->Unlock();
}

TEST_F(ProcessMutexTest, LivesOnWhenOneProcessDropsIt) {
  auto mutex = ProcessMutex::Create().value();
  ASSERT_EQ(Wait(Fork([&] { mutex.reset(); })), 0);
  EXPECT_EQ(mutex->Lock(), LockResult::kLocked);
  mutex->Unlock();
}

using ProcessMutexDeathTest = ProcessMutexTest;

TEST_F(ProcessMutexDeathTest, DiesWhenItIsUsedWrongly) {
  EXPECT_DEATH(mutex_->Unlock(), "ProcessMutex::Unlock");
  EXPECT_DEATH(
      {
        mutex_->Lock();
        mutex_->Lock();
      },
      "ProcessMutex::Lock");
  const ProcessMutexLock after_the_death(mutex_.get());
  EXPECT_TRUE(after_the_death.previous_holder_died());
  EXPECT_DEATH(mutex_->Unlock(), "ProcessMutex::Unlock")
      << "a child of the holder does not hold it";
}

}  // namespace
}  // namespace cppet
