#include "cppet/environment/faults/h5py_reader.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/faults/in_child.h"

namespace cppet {
namespace {

constexpr int kStartMilliseconds = 60'000;
constexpr int kReadMilliseconds = 20'000;

// Says "ready", and answers each name of a file with a line.
constexpr char kProgram[] = R"(
import sys, h5py
def visit(name, node):
    for key in node.attrs:
        node.attrs[key]
    if isinstance(node, h5py.Dataset):
        node[()]
print("ready", flush=True)
for line in sys.stdin:
    try:
        with h5py.File(line[:-1], "r") as file:
            visit("/", file)
            file.visititems(visit)
        print("ok", flush=True)
    except Exception as error:
        print("raised", repr(error).replace("\n", " "), flush=True)
)";

absl::StatusOr<std::string> ReadLine(int fd, int milliseconds) {
  std::string line;
  pollfd ready = {fd, POLLIN, 0};
  while (!absl::EndsWith(line, "\n")) {
    if (poll(&ready, 1, milliseconds) == 0) {
      return absl::DataLossError("h5py hung");
    }
    char buffer[4096];
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return absl::DataLossError("h5py crashed");
    line.append(buffer, size);
  }
  line.pop_back();
  return line;
}

}  // namespace

absl::Status H5pyReader::Start() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "a socket");
  }
  socket_.Reset(ends[0]);
  const UniqueFd child_end(ends[1]);
  CPPET_ASSIGN_OR_RETURN(pid_, StartChild([&] {
                           dup2(child_end.get(), STDIN_FILENO);
                           dup2(child_end.get(), STDOUT_FILENO);
                           execl("/usr/bin/python3", "python3", "-c", kProgram,
                                 nullptr);
                           return 1;
                         }));
  const absl::StatusOr<std::string> line =
      ReadLine(socket_.get(), kStartMilliseconds);
  if (line.ok() && *line == "ready") return absl::OkStatus();
  Stop();
  return absl::FailedPreconditionError("there is no python3 with h5py");
}

void H5pyReader::Stop() {
  socket_.Reset();
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

absl::Status H5pyReader::Read(const std::string& path) {
  if (pid_ == 0) CPPET_RETURN_IF_ERROR(Start());
  const std::string line = absl::StrCat(path, "\n");
  // If it is dead, reading says so.
  send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL);
  const absl::StatusOr<std::string> answer =
      ReadLine(socket_.get(), kReadMilliseconds);
  if (!answer.ok()) {
    Stop();
    return answer.status();
  }
  if (*answer == "ok") return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("h5py ", *answer));
}

}  // namespace cppet
