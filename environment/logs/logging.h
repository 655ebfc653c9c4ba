#ifndef CPPET_ENVIRONMENT_LOGS_LOGGING_H_
#define CPPET_ENVIRONMENT_LOGS_LOGGING_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cppet {

struct RunLogOptions {
  // Made with its parents if it is not there.
  std::string folder;
  // The lowest severity of glog to write, 0 (INFO) to 3 (FATAL).
  int level = 0;
  // What is written to standard output and standard error is in the logs, too:
  // that of this process also goes where it goes without them, see
  // output_tee.h, and that of processes of runs only to their logs.
  bool capture_output = true;
};

// The logs of an environment, text files in one folder:
//
//   main.txt                          all of the main process
//   errors_and_warnings.txt           of that, WARNING and above
//   run_00000002_process_4.txt        the fourth process, which runs run 2
//   run_ALL_process_1.txt             the first process of a pool
//   queue_process.txt                 the process that stores, with QUEUE
//   pipe_process.txt                  the same, with PIPE
//
// A line is "2026-11-24 22:34:00.979 process_4 INFO    text", the name of the
// process being "main", "queue" or "pipe" elsewhere. What is logged with glog
// while one of these lives is in them as well, with file and line before the
// text; it also goes where it goes without them.
//
// What the main process and programs that it starts print meanwhile is in
// main.txt, in lines with STDOUT or STDERR for the severity. What glog prints
// there is such a line, and in errors_and_warnings.txt besides. Only one of
// these at a time records what is printed. In the logs of other processes what
// they print is as it is, and so is what they print with glog.
//
// Nothing is ever written to standard error, and what cannot be written (the
// disk is full) is lost: a log never stops a run.
class RunLog {
 public:
  // Errors:
  //   as the system's, naming the folder or file that cannot be made.
  static absl::StatusOr<std::unique_ptr<RunLog>> Open(
      const RunLogOptions& options);
  // Writes nothing.
  static std::unique_ptr<RunLog> None();
  ~RunLog();

  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  void Info(absl::string_view text);
  // A line for each of them, written all at once.
  void Info(absl::Span<const std::string> texts);
  void Warning(absl::string_view text);
  void Error(absl::string_view text);

  // Where standard error goes without the logs: what is written there is not
  // recorded, and is on a terminal if there is one.
  int standard_error() const;

  // In the parent, before fork: what is still in memory is written, lest the
  // child writes it again.
  static void BeforeFork();
  // In a forked child: all goes to the file `file_name` in the folder from now
  // on, and captured output as well. If that cannot be made, nothing is written
  // and output goes where it goes without the logs.
  void EnterChild(absl::string_view file_name, absl::string_view process);

 private:
  class Files;

  RunLog();

  std::unique_ptr<Files> files_;  // null: nothing is written
};

// Checks that the folder `path` is there, or that it could be made.
//
// Errors:
//   kFailedPrecondition: it, or what would be above it, is no folder.
//   kPermissionDenied: nothing can be written there.
absl::Status CheckFolderCanBeMade(const std::string& path);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_LOGS_LOGGING_H_
