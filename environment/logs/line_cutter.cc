#include "cppet/environment/logs/line_cutter.h"

#include <algorithm>
#include <cstring>

namespace cppet {

LineCutter::LineCutter(size_t max_line)
    : max_line_(max_line), buffer_(new char[max_line]) {}

void LineCutter::Add(absl::string_view bytes, Take take) {
  while (!bytes.empty()) {
    const absl::string_view text =
        bytes.substr(0, std::min(bytes.find('\n'), max_line_ - size_));
    bytes.remove_prefix(text.size());
    if (bytes.empty()) {
      // Also if there is no more room: it may be all of the line.
      std::memcpy(&buffer_[size_], text.data(), text.size());
      size_ += text.size();
      return;
    }
    Emit(text, take);
    if (bytes.front() == '\n') bytes.remove_prefix(1);
  }
}

void LineCutter::Finish(Take take) {
  if (size_ > 0) Emit("", take);
}

void LineCutter::Emit(absl::string_view rest, Take take) {
  if (size_ == 0) return take(rest);
  std::memcpy(&buffer_[size_], rest.data(), rest.size());
  take({buffer_.get(), size_ + rest.size()});
  size_ = 0;
}

}  // namespace cppet
