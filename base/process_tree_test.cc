#include "cppet/base/process_tree.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

// A child with a child of its own; both wait to be killed.
class ProcessTreeTest : public ::testing::Test {
 protected:
  ProcessTreeTest() {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    child_ = fork();
    if (child_ == 0) {
      prctl(PR_SET_NAME, "a) R 1 (b");  // a name to confuse a parser
      const pid_t grandchild = fork();
      if (grandchild != 0 && write(ends[1], &grandchild, sizeof(pid_t)) < 0) {
        _exit(1);
      }
      while (true) pause();
    }
    EXPECT_EQ(read(ends[0], &grandchild_, sizeof(pid_t)), sizeof(pid_t));
    close(ends[0]);
    close(ends[1]);
  }

  ~ProcessTreeTest() override {
    kill(grandchild_, SIGKILL);
    kill(child_, SIGKILL);
    while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) continue;
  }

  pid_t child_ = 0;
  pid_t grandchild_ = 0;
};

TEST_F(ProcessTreeTest, HasTheDescendantsOfARoot) {
  const ProcessId child = FindProcess(child_);
  const ProcessId grandchild = FindProcess(grandchild_);
  EXPECT_THAT(ProcessTree({child}), UnorderedElementsAre(child, grandchild));
  EXPECT_THAT(ProcessTree({grandchild}), ElementsAre(grandchild));
  EXPECT_THAT(ProcessTree({child, grandchild}),
              UnorderedElementsAre(child, grandchild));
  EXPECT_THAT(ProcessTree({FindProcess(getpid())}), Contains(grandchild));
}

TEST_F(ProcessTreeTest, HasNoEndedProcesses) {
  const ProcessId child = FindProcess(child_);
  kill(child_, SIGKILL);
  siginfo_t info;
  waitid(P_PID, child_, &info, WEXITED | WNOWAIT);  // leaves a zombie
  EXPECT_THAT(ProcessTree({child}), IsEmpty());
  EXPECT_THAT(ProcessTree({FindProcess(getpid())}), Not(Contains(child)));
}

TEST_F(ProcessTreeTest, TellsAProcessFromAnotherOfTheSameNumber) {
  EXPECT_THAT(ProcessTree({ProcessId{child_, 1}}), IsEmpty());
  EXPECT_THAT(ProcessTree({ProcessId{child_, -1}}), IsEmpty());
}

TEST_F(ProcessTreeTest, KnowsParents) {
  EXPECT_EQ(ParentOf(child_), getpid());
  EXPECT_EQ(ParentOf(grandchild_), child_);
  EXPECT_EQ(ParentOf(-1), 0);
}

}  // namespace
}  // namespace cppet
