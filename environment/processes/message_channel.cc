#include "cppet/environment/processes/message_channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

// Before each body: its type and size, in this machine's order.
constexpr size_t kHeaderSize = 1 + sizeof(uint64_t);
// No message is that large: something else writes to the socket.
constexpr uint64_t kMaxSize = uint64_t{1} << 48;
constexpr size_t kBufferSize = 64 << 10;
// How often ReadSome fills its buffer.
constexpr int kReads = 8;

std::string Header(uint8_t type, uint64_t size) {
  std::string header(1, static_cast<char>(type));
  header.append(reinterpret_cast<const char*>(&size), sizeof(size));
  return header;
}

absl::Status SendError(int error) {
  if (error == EPIPE || error == ECONNRESET) {
    return absl::UnavailableError("the other end is closed");
  }
  return absl::ErrnoToStatus(error, "send");
}

absl::Status SendAll(int socket, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return SendError(errno);
    }
    bytes.remove_prefix(sent);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::pair<UniqueFd, UniqueFd>> MakeSocketPair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "a pair of sockets");
  }
  return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

absl::Status SendMessage(int socket, uint8_t type, absl::string_view body) {
  std::string start = Header(type, body.size());
  // A small message needs one call.
  if (body.size() <= kBufferSize) {
    start.append(body.data(), body.size());
    return SendAll(socket, start);
  }
  CPPET_RETURN_IF_ERROR(SendAll(socket, start));
  return SendAll(socket, body);
}

void MessageReader::Parse(absl::string_view bytes) {
  while (true) {
    if (!in_body_) {
      const size_t taken = std::min(kHeaderSize - header_.size(), bytes.size());
      header_.append(bytes.data(), taken);
      bytes.remove_prefix(taken);
      if (header_.size() < kHeaderSize) return;
      message_.type = static_cast<uint8_t>(header_[0]);
      std::memcpy(&missing_, &header_[1], sizeof(missing_));
      header_.clear();
      in_body_ = true;
    }
    const size_t taken = std::min<uint64_t>(missing_, bytes.size());
    message_.body.append(bytes.data(), taken);
    bytes.remove_prefix(taken);
    missing_ -= taken;
    if (missing_ > 0) return;
    messages_.push_back(std::exchange(message_, {}));
    in_body_ = false;
  }
}

absl::StatusOr<MessageReader::Result> MessageReader::Read(int flags,
                                                          int reads) {
  std::array<char, kBufferSize> buffer;
  for (int i = 0; i < reads; ++i) {
    const ssize_t received = recv(socket_, buffer.data(), buffer.size(), flags);
    if (received < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return Result::kDrained;
      if (errno != ECONNRESET) return absl::ErrnoToStatus(errno, "recv");
    }
    if (received <= 0) {
      if (!in_body_ && header_.empty()) return Result::kClosed;
      return absl::DataLossError("the end of a message is missing");
    }
    Parse(absl::string_view(buffer.data(), received));
    if (in_body_ && missing_ > kMaxSize) {
      return absl::DataLossError("these bytes are no message");
    }
  }
  return Result::kMore;
}

absl::StatusOr<MessageReader::Result> MessageReader::ReadSome() {
  return Read(MSG_DONTWAIT, kReads);
}

std::optional<Message> MessageReader::Next() {
  if (messages_.empty()) return std::nullopt;
  Message message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

absl::StatusOr<std::optional<Message>> MessageReader::WaitForMessage() {
  while (messages_.empty()) {
    CPPET_ASSIGN_OR_RETURN(const Result result, Read(0, 1));
    if (result == Result::kClosed) return std::nullopt;
  }
  return Next();
}

void MessageWriter::Add(uint8_t type, std::string body) {
  std::string header = Header(type, body.size());
  pending_bytes_ += header.size() + body.size();
  parts_.push_back(std::move(header));
  if (!body.empty()) parts_.push_back(std::move(body));
}

absl::Status MessageWriter::WriteSome() {
  while (!parts_.empty()) {
    const absl::string_view rest =
        absl::string_view(parts_.front()).substr(offset_);
    const ssize_t sent =
        send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return absl::OkStatus();
      return SendError(errno);
    }
    pending_bytes_ -= sent;
    offset_ += sent;
    if (offset_ == parts_.front().size()) {
      parts_.pop_front();
      offset_ = 0;
    }
  }
  return absl::OkStatus();
}

}  // namespace cppet
