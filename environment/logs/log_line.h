#ifndef CPPET_ENVIRONMENT_LOGS_LOG_LINE_H_
#define CPPET_ENVIRONMENT_LOGS_LOG_LINE_H_

#include <array>
#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cppet {

// What a line of a log starts with: "2026-11-24 22:34:00.979 main STDOUT  ".
// To make one takes no memory and no lock. A long name of a process is cut.
class LogLineStart {
 public:
  LogLineStart(absl::Time time, const absl::TimeZone& zone,
               absl::string_view process, absl::string_view label);

  absl::string_view text() const { return {buffer_.data(), size_}; }

 private:
  std::array<char, 128> buffer_;
  size_t size_;
};

// Writes `start`, `text` and the end of a line, all at once; what cannot be
// written (the disk is full) is lost. Takes no memory and no lock.
void WriteLogLine(int fd, const LogLineStart& start, absl::string_view text);

// Writes all of `bytes`, and waits as long as that takes, or until an error.
// Takes no memory and no lock.
void WriteAll(int fd, absl::string_view bytes);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_LOGS_LOG_LINE_H_
