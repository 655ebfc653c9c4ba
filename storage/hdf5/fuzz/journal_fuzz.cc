// Journals of files.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/journal/log_reader.h"
#include "cppet/storage/journal/log_writer.h"
#include "cppet/storage/journal/raw_file.h"

namespace cppet {
namespace {

using journal::Head;
using journal::LogWriter;
using journal::RawFile;

// A file in memory.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("journal", MFD_CLOEXEC)) {}
  ~MemoryFile() { close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return absl::StrCat("/proc/self/fd/", fd_); }

  void Write(absl::string_view bytes) const {
    if (pwrite(fd_, bytes.data(), bytes.size(), 0) < 0) abort();
  }

  std::string Read() const {
    std::ifstream file(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  const int fd_;
};

}  // namespace

std::vector<std::string> FuzzSeeds() {
  const MemoryFile file;
  const Head head = {};
  LogWriter writer(RawFile::Open(file.path(), O_RDWR).value(), /*sync=*/false);
  std::vector<std::string> seeds;
  if (!writer.Begin(2000, head).ok()) abort();
  for (int i = 0; i < 3; ++i) {
    writer.AddChange(1000, std::string(10 + i, 'a'));
    writer.AddChange(0, std::string(sizeof(Head), '\0'));
    if (!writer.Commit(2000 + i, head).ok()) abort();
    seeds.push_back(file.Read().substr(0, writer.size()));
  }
  return seeds;
}

}  // namespace cppet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const cppet::MemoryFile file;
  file.Write({reinterpret_cast<const char*>(data), size});
  const auto log = cppet::journal::RawFile::Open(file.path(), O_RDONLY);
  if (!log.ok()) abort();
  const auto contents = cppet::journal::ReadLog(*log);
  if (contents.ok()) cppet::journal::BelongsToFile(*contents, "head");
  return 0;
}
