#include "cppet/storage/journal/write_buffer.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

#include "cppet/base/status_macros.h"

namespace cppet::journal {

WriteBuffer::Pieces::const_iterator WriteBuffer::PieceBefore(
    uint64_t offset) const {
  const auto after = pieces_.upper_bound(offset);
  return after == pieces_.begin() ? pieces_.end() : std::prev(after);
}

void WriteBuffer::Write(uint64_t offset, absl::string_view bytes) {
  while (!bytes.empty()) {
    const auto next = pieces_.upper_bound(offset);
    const uint64_t next_begin = next == pieces_.end()
                                    ? std::numeric_limits<uint64_t>::max()
                                    : next->first;
    auto piece = next == pieces_.begin() ? pieces_.end() : std::prev(next);
    if (piece == pieces_.end() ||
        offset > piece->first + piece->second.size()) {
      piece = pieces_.emplace_hint(next, offset, std::string());
    }
    const size_t size = std::min<uint64_t>(bytes.size(), next_begin - offset);
    const size_t at = offset - piece->first;
    std::string& own = piece->second;
    const size_t over = std::min(size, own.size() - at);
    std::memcpy(own.data() + at, bytes.data(), over);
    own.append(bytes.data() + over, size - over);
    bytes_ += size - over;
    offset += size;
    bytes.remove_prefix(size);
  }
}

bool WriteBuffer::ReadWithin(uint64_t offset, char* buffer, size_t size) const {
  const auto piece = PieceBefore(offset);
  if (piece == pieces_.end()) return false;
  const uint64_t at = offset - piece->first;
  if (at > piece->second.size() || size > piece->second.size() - at) {
    return false;
  }
  std::memcpy(buffer, piece->second.data() + at, size);
  return true;
}

void WriteBuffer::Patch(uint64_t offset, char* buffer, size_t size) const {
  const uint64_t end = offset + size;
  auto piece = PieceBefore(offset);
  if (piece == pieces_.end()) piece = pieces_.begin();
  for (; piece != pieces_.end() && piece->first < end; ++piece) {
    const uint64_t begin = std::max(offset, piece->first);
    const uint64_t stop = std::min(end, piece->first + piece->second.size());
    if (begin >= stop) continue;
    std::memcpy(buffer + (begin - offset),
                piece->second.data() + (begin - piece->first), stop - begin);
  }
}

absl::Status WriteBuffer::Visit(
    const std::function<absl::Status(uint64_t, absl::string_view)>& visit)
    const {
  for (const auto& [offset, bytes] : pieces_) {
    CPPET_RETURN_IF_ERROR(visit(offset, bytes));
  }
  return absl::OkStatus();
}

void WriteBuffer::Clear() {
  pieces_.clear();
  bytes_ = 0;
}

}  // namespace cppet::journal
