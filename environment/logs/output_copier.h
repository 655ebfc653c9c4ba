#ifndef CPPET_ENVIRONMENT_LOGS_OUTPUT_COPIER_H_
#define CPPET_ENVIRONMENT_LOGS_OUTPUT_COPIER_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/environment/logs/line_cutter.h"

namespace cppet {

// What the process of an OutputTee does: it copies from pipes, whose reading
// must not wait, at once to where they would go without it, and line by line
// into a log.
class OutputCopier {
 public:
  // The lines in the log are those of `process`.
  OutputCopier(absl::string_view process, int log);

  // What comes from the pipe `from` goes to the file `to`; its lines have
  // `label` in the place of the severity.
  void Add(int from, int to, absl::string_view label);

  // In the child process of `parent`: closes all other files, and copies until
  // the other end of the socket `control` is shut down or `parent` has ended.
  // What is in the pipes then is the last, whoever still writes to them. Takes
  // no memory and no lock, as it may be called between a raw clone(2) and the
  // end of that process.
  void Work(int control, pid_t parent);

 private:
  struct Stream {
    int from;
    int to;
    std::string label;
    LineCutter lines;
    bool open = true;
  };

  void CloseOthers(int control);
  // At most `limit` bytes; returns how many.
  size_t Copy(Stream& stream, size_t limit);
  void CopyRest(Stream& stream);
  void Log(const Stream& stream, absl::string_view line);

  const absl::TimeZone zone_ = absl::LocalTimeZone();
  const std::string process_;
  const int log_;
  std::vector<Stream> streams_;
  const std::unique_ptr<char[]> buffer_;
  std::vector<int> kept_;  // files, for which there is room
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_LOGS_OUTPUT_COPIER_H_
