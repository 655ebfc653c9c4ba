#ifndef CPPET_ENVIRONMENT_LOGS_OUTPUT_TEE_H_
#define CPPET_ENVIRONMENT_LOGS_OUTPUT_TEE_H_

#include <signal.h>
#include <sys/types.h>

#include <array>
#include <atomic>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/unique_fd.h"
#include "cppet/environment/logs/output_copier.h"

namespace cppet {

// While one of these lives, what is written to the standard output and the
// standard error of this process goes where it would go, unchanged and at once,
// and line by line into a log as well: by whatever library, and by programs
// that this process starts. In the log it looks so, and a line of more than 64
// KiB is several:
//
//   2026-11-24 22:34:00.979 main STDOUT  text
//
// A process does the copying, which wait(2) for any child does not see. Should
// this one die, that one copies what was written and ends. Should that one be
// killed, another takes its place.
//
// The two are pipes meanwhile, for isatty(3) as well. The order of what is
// written to one is kept, and of one to the other only almost. A process that
// outlives the object and still writes to them gets SIGPIPE.
class OutputTee {
 public:
  // `log` is a file that is open to append. It must outlive the object.
  //
  // Errors:
  //   kFailedPrecondition: there is one already in this process, or both
  //     standard output and standard error are closed.
  //   Others as the system's: there are no more files or processes.
  static absl::StatusOr<std::unique_ptr<OutputTee>> Start(
      int log, absl::string_view process);
  // As End().
  ~OutputTee();

  OutputTee(const OutputTee&) = delete;
  OutputTee& operator=(const OutputTee&) = delete;

  // When it returns, all that this process wrote is in both places, and its
  // standard output and error are what they were before.
  //
  // Errors:
  //   kDataLoss: the process that copied was killed, and what it had to write
  //     then is lost.
  absl::Status End();

  // In a child that was forked: standard output and error are what they were
  // before, and the object does nothing any more.
  void LeaveInChild();

  // What the standard error was before; -1 if it was closed.
  int standard_error() const { return streams_[1].original.get(); }

  // Whether the log has what is written to standard output or standard error.
  bool copies_standard_output() const;
  bool copies_standard_error() const;

 private:
  struct Stream {
    UniqueFd original;  // none if it was closed
    UniqueFd read_end;
    UniqueFd write_end;  // until it is in place
    dev_t device;        // of the pipe
    ino_t inode;
  };

  OutputTee();

  static void AtUrgentSignal(int signal, siginfo_t* info, void* context);
  static void AtExit();
  static void AfterForkInChild();

  absl::Status MakePipes();
  bool StartCopier();
  void Redirect();
  void Watch();
  void StopWatching();
  void RestoreHandler();
  // Starts another process if the one that copies has died, or gives up. Takes
  // no memory and no lock.
  void HandleDeath();
  // Standard output and error are what they were, unless they are no longer
  // what this made them.
  void Restore();
  void CopyRest();
  bool Copies(int stream) const;

  const pid_t owner_;
  // Standard output and standard error.
  std::array<Stream, 2> streams_;
  std::unique_ptr<OutputCopier> copier_;
  UniqueFd control_;
  std::atomic<pid_t> copier_pid_{0};  // 0: none is left
  std::atomic<int> deaths_{0};
  struct sigaction old_urgent_;
  std::atomic<bool> ended_{false};
};

// `fd`, or a copy in its place that is neither standard input, output nor
// error. None if there is none or there are no more files.
UniqueFd AboveStandard(UniqueFd fd);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_LOGS_OUTPUT_TEE_H_
