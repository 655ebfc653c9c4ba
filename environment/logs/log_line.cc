#include "cppet/environment/logs/log_line.h"

#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace cppet {
namespace {

iovec Part(absl::string_view text) {
  return {const_cast<char*>(text.data()), text.size()};
}

}  // namespace

LogLineStart::LogLineStart(absl::Time time, const absl::TimeZone& zone,
                           absl::string_view process, absl::string_view label) {
  const absl::TimeZone::CivilInfo at = zone.At(time);
  constexpr size_t kMaxName = 64;
  const int size = snprintf(
      buffer_.data(), buffer_.size(),
      "%04lld-%02d-%02d %02d:%02d:%02d.%03d %.*s %-7.*s ",
      static_cast<long long>(at.cs.year()),  // NOLINT: what printf knows
      at.cs.month(), at.cs.day(), at.cs.hour(), at.cs.minute(), at.cs.second(),
      static_cast<int>(absl::ToInt64Milliseconds(at.subsecond)),
      static_cast<int>(std::min(process.size(), kMaxName)), process.data(),
      static_cast<int>(std::min<size_t>(label.size(), 7)), label.data());
  size_ = std::clamp<int>(size, 0, buffer_.size() - 1);
}

void WriteLogLine(int fd, const LogLineStart& start, absl::string_view text) {
  const absl::string_view parts[] = {start.text(), text, "\n"};
  const iovec vectors[] = {Part(parts[0]), Part(parts[1]), Part(parts[2])};
  ssize_t written;
  do {
    written = writev(fd, vectors, 3);
  } while (written < 0 && errno == EINTR);
  if (written < 0) return;
  // The disk became full, or a signal came in between.
  for (absl::string_view part : parts) {
    const size_t done = std::min<size_t>(written, part.size());
    written -= done;
    WriteAll(fd, part.substr(done));
  }
}

void WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(written);
    } else if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      pollfd room = {fd, POLLOUT, 0};
      poll(&room, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      return;
    }
  }
}

}  // namespace cppet
