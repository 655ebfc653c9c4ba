// Journals of files: as they are, and with checksums that fit.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/journal/log_format.h"
#include "cppet/storage/journal/log_reader.h"
#include "cppet/storage/journal/log_writer.h"
#include "cppet/storage/journal/raw_file.h"

namespace cppet {
namespace journal {
namespace {

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

// Gives the header and the frames in `log` the numbers and checksums that they
// must have, as far as there are whole frames.
class Forger {
 public:
  explicit Forger(std::string log) : log_(std::move(log)) {}

  std::string Run() {
    LogHeader header;
    if (!Get(0, &header)) return std::move(log_);
    std::memcpy(header.magic, kLogMagic, sizeof(header.magic));
    header.version = kLogVersion;
    header.checksum = HeaderChecksum(header);
    Put(0, header);
    head_ = header.head;
    commit_ = header.base_commit + 1;
    chain_ = FirstChain(header.generation, header.salt);
    uint64_t position = kFirstFrame;
    FrameHeader frame;
    while (Get(position, &frame)) {
      const uint64_t begin = position + sizeof(frame);
      if (frame.kind != kCommit && log_.size() - begin < frame.size) break;
      Forge(begin, &frame);
      Put(position, frame);
      position = begin + (frame.kind == kCommit ? 0 : frame.size);
    }
    return std::move(log_);
  }

 private:
  template <typename T>
  bool Get(uint64_t at, T* out) const {
    if (log_.size() < sizeof(T) || at > log_.size() - sizeof(T)) return false;
    std::memcpy(out, &log_[at], sizeof(T));
    return true;
  }

  template <typename T>
  void Put(uint64_t at, const T& what) {
    std::memcpy(&log_[at], &what, sizeof(T));
  }

  void Forge(uint64_t begin, FrameHeader* frame) {
    frame->commit = commit_;
    if (frame->kind == kCommit) {
      ++commit_;
      if (frame->offset < kHeadSize) {
        std::fill(head_.begin() + frame->offset, head_.end(), '\0');
      }
      frame->content = Checksum({head_.data(), head_.size()});
    } else {
      const absl::string_view bytes(log_.data() + begin, frame->size);
      frame->content = Checksum(bytes);
      if (frame->kind == kChange && frame->offset < kHeadSize) {
        const size_t size =
            std::min<size_t>(bytes.size(), kHeadSize - frame->offset);
        std::copy_n(bytes.begin(), size, head_.begin() + frame->offset);
      }
    }
    chain_ = frame->chain = NextChain(chain_, *frame);
  }

  std::string log_;
  Head head_ = {};
  uint64_t commit_ = 0;
  uint64_t chain_ = 0;
};

void Read(absl::string_view bytes) {
  const MemoryFile file;
  file.Write(bytes);
  const auto log = RawFile::Open(file.path(), O_RDONLY);
  if (!log.ok()) abort();
  const auto contents = ReadLog(*log);
  if (contents.ok()) BelongsToFile(*contents, "head");
}

}  // namespace
}  // namespace journal

std::vector<std::string> FuzzSeeds() {
  using journal::Head;
  using journal::LogWriter;
  using journal::MemoryFile;
  using journal::RawFile;
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
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  cppet::journal::Read(bytes);
  cppet::journal::Read(cppet::journal::Forger(bytes).Run());
  return 0;
}
