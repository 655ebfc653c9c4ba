#include "cppet/environment/wrapping/record_pipe.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace cppet {
namespace {

constexpr size_t kPacketSize = 64 << 10;

// Before each part of a record, in this machine's order. A packet arrives whole
// or not at all.
struct Header {
  int64_t index;
  uint64_t size;    // of the whole record
  uint64_t offset;  // of this part
};

absl::Status WritePacket(int pipe, const Header& header,
                         absl::string_view part) {
  iovec parts[] = {
      {const_cast<Header*>(&header), sizeof(header)},
      {const_cast<char*>(part.data()), part.size()},
  };
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  while (sendmsg(pipe, &message, MSG_NOSIGNAL) < 0) {
    if (errno == EINTR) continue;
    if (errno == EPIPE || errno == ECONNRESET || errno == ECONNREFUSED) {
      return absl::UnavailableError("the process that stores is gone");
    }
    return absl::ErrnoToStatus(errno, "send");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::pair<UniqueFd, UniqueFd>> MakeRecordPipe() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "a pipe for records");
  }
  return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

absl::Status WriteRecord(int pipe, int64_t index, absl::string_view record) {
  constexpr size_t kPartSize = kPacketSize - sizeof(Header);
  Header header = {index, record.size(), 0};
  do {
    const absl::string_view part = record.substr(header.offset, kPartSize);
    if (const absl::Status status = WritePacket(pipe, header, part);
        !status.ok()) {
      return status;
    }
    header.offset += part.size();
  } while (header.offset < record.size());
  return absl::OkStatus();
}

absl::StatusOr<std::optional<RecordPipeReader::Record>>
RecordPipeReader::Next() {
  std::array<char, kPacketSize> packet;
  while (true) {
    const ssize_t size =
        recv(pipe_, packet.data(), packet.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size == 0 || (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))) {
      return std::nullopt;
    }
    if (size < 0) return absl::ErrnoToStatus(errno, "recv");
    Header header;
    if (size < sizeof(header)) continue;
    std::memcpy(&header, packet.data(), sizeof(header));
    if (header.offset == 0) parts_[header.index].clear();
    const auto part = parts_.find(header.index);
    if (part == parts_.end() || part->second.size() != header.offset) continue;
    part->second.append(packet.data() + sizeof(header), size - sizeof(header));
    if (part->second.size() < header.size) continue;
    Record record = {header.index, std::move(part->second)};
    parts_.erase(part);
    return record;
  }
}

}  // namespace cppet
