#include "cppet/base/debugger.h"

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(DebuggerTest, KnowsWhetherAnotherProcessFollowsThisOne) {
  const pid_t child = fork();
  if (child == 0) {
    if (UnderDebugger()) _exit(1);
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(2);
    _exit(UnderDebugger() ? 0 : 3);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace cppet
