#ifndef CPPET_ENVIRONMENT_PROCESSES_MESSAGE_CHANNEL_H_
#define CPPET_ENVIRONMENT_PROCESSES_MESSAGE_CHANNEL_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/unique_fd.h"

namespace cppet {

// What two processes tell each other over a socket.
struct Message {
  uint8_t type = 0;
  std::string body;
};

// Two sockets that are connected with each other, closed at exec.
//
// Errors:
//   As the system's: there are no more files.
absl::StatusOr<std::pair<UniqueFd, UniqueFd>> MakeSocketPair();

// Sends a whole message, however long that takes.
//
// Errors:
//   kUnavailable: nobody will read it, as the other end is closed.
//   Others as the system's.
absl::Status SendMessage(int socket, uint8_t type, absl::string_view body);

// Takes messages from a socket, piece by piece.
class MessageReader {
 public:
  explicit MessageReader(int socket) : socket_(socket) {}

  enum class Result {
    kMore,     // there may be more to read now
    kDrained,  // there is no more for the time being
    kClosed,   // there will be no more, as the other end is closed
  };

  // Reads what is there, but not more than some hundred kilobytes, and does not
  // wait for it.
  //
  // Errors:
  //   kDataLoss: it is closed in the middle of a message.
  //   Others as the system's.
  absl::StatusOr<Result> ReadSome();

  // The next message that has arrived whole.
  std::optional<Message> Next();

  // Waits for a message and returns it; none if the other end is closed. Errors
  // as above.
  absl::StatusOr<std::optional<Message>> WaitForMessage();

 private:
  void Parse(absl::string_view bytes);
  absl::StatusOr<Result> Read(int flags, int reads);

  const int socket_;
  std::string header_;  // as far as it is there
  bool in_body_ = false;
  uint64_t missing_ = 0;  // bytes of the body that is being read
  Message message_;
  std::deque<Message> messages_;
};

// Gives messages to a socket, piece by piece.
class MessageWriter {
 public:
  explicit MessageWriter(int socket) : socket_(socket) {}

  // Takes a message to be written later.
  void Add(uint8_t type, std::string body);
  // Writes what the socket takes without waiting. Errors as SendMessage.
  absl::Status WriteSome();
  // Bytes that are not written yet.
  size_t pending_bytes() const { return pending_bytes_; }

 private:
  const int socket_;
  std::deque<std::string> parts_;
  size_t offset_ = 0;  // of what is written of the first part
  size_t pending_bytes_ = 0;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_PROCESSES_MESSAGE_CHANNEL_H_
