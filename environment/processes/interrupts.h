#ifndef CPPET_ENVIRONMENT_PROCESSES_INTERRUPTS_H_
#define CPPET_ENVIRONMENT_PROCESSES_INTERRUPTS_H_

#include <signal.h>
#include <unistd.h>

#include <memory>

#include "absl/status/statusor.h"
#include "cppet/base/unique_fd.h"

namespace cppet {

// Counts the signals SIGINT and SIGTERM in place of what they do else, as long
// as it lives. A signal that was ignored stays ignored.
//
//   CPPET_ASSIGN_OR_RETURN(auto interrupts, Interrupts::Install(3));
//   while (interrupts->count() == 0) ...
class Interrupts {
 public:
  // The signal number `exit_at` ends this process at once, with a word to
  // `message_fd` and the exit code that a shell gives to a program which that
  // signal kills.
  //
  // Errors:
  //   kFailedPrecondition: there is one already.
  //   Others as the system's: there are no more files.
  static absl::StatusOr<std::unique_ptr<Interrupts>> Install(
      int exit_at, int message_fd = STDERR_FILENO);
  ~Interrupts();

  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  int count() const;

  // Can be read once a signal came since the last Drain().
  int fd() const { return read_end_.get(); }
  void Drain();

  // While one of these lives, no signal ends the process; one that would have
  // does it afterwards. Without Interrupts it does nothing.
  class HoldExit {
   public:
    HoldExit();
    ~HoldExit();
    HoldExit(const HoldExit&) = delete;
    HoldExit& operator=(const HoldExit&) = delete;
  };

 private:
  Interrupts() = default;

  UniqueFd read_end_;
  UniqueFd write_end_;
  struct sigaction old_interrupt_;
  struct sigaction old_terminate_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_PROCESSES_INTERRUPTS_H_
