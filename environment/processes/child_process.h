#ifndef CPPET_ENVIRONMENT_PROCESSES_CHILD_PROCESS_H_
#define CPPET_ENVIRONMENT_PROCESSES_CHILD_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "cppet/base/unique_fd.h"

namespace cppet {

// A forked copy of this process that does one thing, and what that starts: they
// live no longer than this process, nor than the object.
//
//   CPPET_ASSIGN_OR_RETURN(auto child, ChildProcess::Start([](int socket) {
//     SendMessage(socket, 1, "done").IgnoreError();
//   }));
//   MessageReader reader(child->socket());
//
// It leads a process group of its own, so that Ctrl-C does not reach it and it
// can be ended with all that it started. It reads /dev/null. It ends without
// what a program does at its end, whether it returns or calls exit: no atexit,
// no destructors, only its standard output is flushed. When this process dies
// in whatever way, the child and its group are killed.
//
// The thread that calls Start must live as long as the child.
class ChildProcess {
 public:
  // In the child, `body` gets its end of a socket whose other end is
  // socket(), and the child ends when it returns. It must not throw.
  //
  // Errors:
  //   As the system's: there are no more processes or files.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::function<void(int socket)>& body);
  // Kills it if it still runs.
  ~ChildProcess();

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.get(); }

  // Whether the child has ended, in whatever way.
  bool Ended() const;

  // Kills what is left of the child and of what it started, and returns how it
  // ended: "exited with code 3", "was killed by signal 9 (Killed)". Only once.
  std::string Kill();

  // In the child: what was printed until now is written.
  static void FlushOutput();

  // In the child: while one of these lives, the death of the parent does not
  // kill it, but as soon as it is gone.
  class HoldDeath {
   public:
    HoldDeath();
    ~HoldDeath();
    HoldDeath(const HoldDeath&) = delete;
    HoldDeath& operator=(const HoldDeath&) = delete;
  };

 private:
  ChildProcess(pid_t pid, UniqueFd socket)
      : pid_(pid), socket_(std::move(socket)) {}

  const pid_t pid_;
  UniqueFd socket_;
  bool reaped_ = false;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_PROCESSES_CHILD_PROCESS_H_
