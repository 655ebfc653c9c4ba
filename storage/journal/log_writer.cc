#include "cppet/storage/journal/log_writer.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>

#include "cppet/base/status_macros.h"

namespace cppet::journal {
namespace {

// Space is taken in steps of this size.
constexpr uint64_t kSpaceStep = 256 << 10;
// A journal that became longer is cut when it begins anew.
constexpr uint64_t kLongestKept = 16 << 20;

uint64_t RandomNumber() {
  uint64_t number;
  if (getrandom(&number, sizeof(number), 0) != sizeof(number)) {
    number = (static_cast<uint64_t>(time(nullptr)) << 32) ^ getpid();
  }
  return number;
}

template <typename T>
absl::string_view BytesOf(const T& object) {
  return {reinterpret_cast<const char*>(&object), sizeof(object)};
}

}  // namespace

void LogWriter::ContinueAfter(const LogContents& contents) {
  begun_ = true;
  // What follows was not committed, but may fit if the same is written again.
  needs_nonce_ = true;
  generation_ = contents.generation;
  commit_ = contents.base_commit + contents.commits.size();
  position_ = contents.position;
  chain_ = contents.chain;
}

absl::Status LogWriter::Begin(uint64_t file_size, const Head& head) {
  LogHeader header = {};
  memcpy(header.magic, kLogMagic, sizeof(header.magic));
  header.version = kLogVersion;
  header.synced = sync_ ? 1 : 0;
  header.generation = generation_ + 1;
  header.salt = RandomNumber();
  header.base_size = file_size;
  header.base_commit = commit_;
  header.head = head;
  header.checksum = HeaderChecksum(header);
  CPPET_RETURN_IF_ERROR(log_.WriteAt(0, BytesOf(header)));
  if (position_ > kLongestKept) {
    CPPET_RETURN_IF_ERROR(log_.Resize(kFirstFrame));
    space_ = 0;
  }
  // Before frames of this generation go where older ones are.
  CPPET_RETURN_IF_ERROR(Sync());
  begun_ = true;
  needs_nonce_ = false;
  generation_ = header.generation;
  position_ = kFirstFrame;
  chain_ = FirstChain(header.generation, header.salt);
  return absl::OkStatus();
}

void LogWriter::AddFrame(FrameKind kind, uint64_t offset,
                         absl::string_view bytes, uint64_t content) {
  FrameHeader frame;
  frame.kind = kind;
  frame.size = bytes.size();
  frame.offset = offset;
  frame.commit = commit_ + 1;
  frame.content = content;
  frame.chain = chain_ = NextChain(chain_, frame);
  const absl::string_view header = BytesOf(frame);
  frames_.append(header.data(), header.size());
  frames_.append(bytes.data(), bytes.size());
}

void LogWriter::AddChange(uint64_t offset, absl::string_view bytes) {
  if (needs_nonce_) {
    const uint64_t nonce[] = {RandomNumber(), RandomNumber()};
    AddFrame(kNonce, 0, BytesOf(nonce), Checksum(BytesOf(nonce)));
    needs_nonce_ = false;
  }
  while (!bytes.empty()) {
    const absl::string_view part = bytes.substr(0, kMaxFrameSize);
    AddFrame(kChange, offset, part, Checksum(part));
    bytes.remove_prefix(part.size());
    offset += part.size();
  }
}

// So that a commit is not stopped half way, and is synced fast.
absl::Status LogWriter::MakeSpace(uint64_t end) {
  if (end <= space_) return absl::OkStatus();
  const uint64_t step = (end + kSpaceStep - 1) / kSpaceStep * kSpaceStep;
  if ((sync_ ? log_.Extend(step) : log_.Reserve(0, step)).ok()) {
    space_ = step;
    return absl::OkStatus();
  }
  // There may be no space for a whole step.
  CPPET_RETURN_IF_ERROR(log_.Reserve(0, end));
  space_ = end;
  return absl::OkStatus();
}

absl::Status LogWriter::Commit(uint64_t file_size, const Head& head) {
  AddFrame(kCommit, file_size, "", Checksum({head.data(), head.size()}));
  const uint64_t end = position_ + frames_.size();
  CPPET_RETURN_IF_ERROR(MakeSpace(end));
  CPPET_RETURN_IF_ERROR(log_.WriteAt(position_, frames_));
  if (const absl::Status synced = Sync(); !synced.ok()) {
    in_doubt_ = true;
    return synced;
  }
  position_ = end;
  ++commit_;
  frames_.clear();
  if (frames_.capacity() > kMaxFrameSize) frames_.shrink_to_fit();
  return absl::OkStatus();
}

}  // namespace cppet::journal
