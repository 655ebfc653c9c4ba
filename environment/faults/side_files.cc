#include "cppet/environment/faults/side_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/file_util.h"
#include "cppet/base/unique_fd.h"
#include "glog/logging.h"

namespace cppet {
namespace {

void Append(const std::string& path, absl::string_view text) {
  const UniqueFd fd(
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  // Without it the test would find errors that are none.
  PCHECK(write(fd.get(), text.data(), text.size()) == text.size()) << path;
}

// The numbers of the lines of `path` that begin with `start`.
std::vector<int64_t> NumbersAfter(absl::string_view start,
                                  const std::string& path) {
  std::vector<int64_t> numbers;
  const absl::StatusOr<std::string> content = ReadFile(path);
  if (!content.ok()) return numbers;  // nothing is noted yet
  for (absl::string_view line : absl::StrSplit(*content, '\n')) {
    int64_t number;
    if (absl::ConsumePrefix(&line, start) && absl::SimpleAtoi(line, &number)) {
      numbers.push_back(number);
    }
  }
  return numbers;
}

}  // namespace

absl::Status SideFiles::Make() const {
  std::error_code error;
  std::filesystem::create_directories(absl::StrCat(folder_, "/CALLS"), error);
  if (error) return absl::ErrnoToStatus(error.value(), folder_);
  return absl::OkStatus();
}

void SideFiles::NoteCall(int64_t index) const {
  Append(absl::StrCat(folder_, "/CALLS/", index), ".");
}

void SideFiles::NoteAck(int64_t index) const {
  Append(absl::StrCat(folder_, "/ACKS"), absl::StrCat("ACK ", index, "\n"));
}

void SideFiles::NoteMain() const {
  Append(absl::StrCat(folder_, "/PIDS"), absl::StrCat("main ", getpid(), "\n"));
}

void SideFiles::NoteWorker() const {
  static pid_t noted = 0;
  if (noted == getpid()) return;
  noted = getpid();
  Append(absl::StrCat(folder_, "/PIDS"), absl::StrCat("worker ", noted, "\n"));
}

std::vector<int> SideFiles::Calls(int64_t runs) const {
  std::vector<int> calls(runs, 0);
  for (int64_t i = 0; i < runs; ++i) {
    struct stat info;
    const std::string path = absl::StrCat(folder_, "/CALLS/", i);
    if (stat(path.c_str(), &info) == 0) calls[i] = info.st_size;
  }
  return calls;
}

std::set<int64_t> SideFiles::Acks() const {
  const std::vector<int64_t> acks =
      NumbersAfter("ACK ", absl::StrCat(folder_, "/ACKS"));
  return std::set<int64_t>(acks.begin(), acks.end());
}

std::vector<pid_t> SideFiles::Workers() const {
  const std::vector<int64_t> pids =
      NumbersAfter("worker ", absl::StrCat(folder_, "/PIDS"));
  return std::vector<pid_t>(pids.begin(), pids.end());
}

}  // namespace cppet
