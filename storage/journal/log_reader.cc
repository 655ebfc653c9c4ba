#include "cppet/storage/journal/log_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"

namespace cppet::journal {
namespace {

// The head is compared by words of this size: a disk keeps or loses them whole.
constexpr size_t kWord = 4;
// Words that a torn write may have mixed nevertheless.
constexpr int kMaxTornWords = 2;

void PatchHead(const LogChange& change, Head* head) {
  if (change.offset >= kHeadSize) return;
  const size_t size =
      std::min<uint64_t>(change.bytes.size(), kHeadSize - change.offset);
  std::copy_n(change.bytes.data(), size, head->data() + change.offset);
}

class LogReader {
 public:
  explicit LogReader(const RawFile& log) : log_(log) {}

  absl::StatusOr<LogContents> Read() {
    LogHeader header;
    CPPET_ASSIGN_OR_RETURN(const bool valid, ReadHeader(&header));
    if (!valid) return LogContents();
    contents_.valid = true;
    contents_.synced = header.synced != 0;
    contents_.generation = header.generation;
    contents_.base_size = header.base_size;
    contents_.base_commit = header.base_commit;
    contents_.chain = FirstChain(header.generation, header.salt);
    contents_.heads.push_back(header.head);
    head_ = header.head;
    chain_ = contents_.chain;
    while (true) {
      CPPET_ASSIGN_OR_RETURN(const bool fits, ReadFrame());
      if (!fits) return std::move(contents_);
    }
  }

 private:
  absl::StatusOr<bool> ReadHeader(LogHeader* header) const {
    CPPET_ASSIGN_OR_RETURN(
        const size_t size,
        log_.ReadAt(0, reinterpret_cast<char*>(header), sizeof(*header)));
    return size == sizeof(*header) &&
           memcmp(header->magic, kLogMagic, sizeof(header->magic)) == 0 &&
           header->version == kLogVersion &&
           header->checksum == HeaderChecksum(*header);
  }

  absl::StatusOr<bool> ReadFrame() {
    FrameHeader frame;
    CPPET_ASSIGN_OR_RETURN(
        const size_t size,
        log_.ReadAt(position_, reinterpret_cast<char*>(&frame), sizeof(frame)));
    const uint64_t number =
        contents_.base_commit + contents_.commits.size() + 1;
    if (size != sizeof(frame) || frame.commit != number ||
        frame.chain != NextChain(chain_, frame) || frame.size > kMaxFrameSize) {
      return false;
    }
    switch (frame.kind) {
      case kChange:
      case kNonce: {
        LogChange change = {frame.offset, std::string(frame.size, '\0')};
        CPPET_ASSIGN_OR_RETURN(const size_t read,
                               log_.ReadAt(position_ + sizeof(frame),
                                           change.bytes.data(), frame.size));
        if (read != frame.size || frame.content != Checksum(change.bytes)) {
          return false;
        }
        if (frame.kind == kChange) changes_.push_back(std::move(change));
        position_ += frame.size;
        break;
      }
      case kCommit:
        CPPET_RETURN_IF_ERROR(AddCommit(frame));
        break;
      default:
        return false;
    }
    position_ += sizeof(frame);
    chain_ = frame.chain;
    if (frame.kind == kCommit) {
      contents_.position = position_;
      contents_.chain = chain_;
    }
    return true;
  }

  absl::Status AddCommit(const FrameHeader& frame) {
    for (const LogChange& change : changes_) {
      if (change.offset >= kHeadSize) continue;
      // Each by itself, as applying the changes may have been cut short.
      PatchHead(change, &head_);
      contents_.heads.push_back(head_);
    }
    if (frame.offset < kHeadSize) {
      std::fill(head_.begin() + frame.offset, head_.end(), '\0');
    }
    if (frame.content != Checksum({head_.data(), head_.size()})) {
      return absl::DataLossError(
          absl::StrCat(log_.path(), " is damaged: its commit ", frame.commit,
                       " does not fit the changes in it"));
    }
    contents_.heads.push_back(head_);
    contents_.commits.push_back({frame.offset, std::exchange(changes_, {})});
    return absl::OkStatus();
  }

  const RawFile& log_;
  LogContents contents_;
  uint64_t position_ = kFirstFrame;
  uint64_t chain_ = 0;
  std::vector<LogChange> changes_;  // since the last commit
  Head head_;
};

}  // namespace

absl::StatusOr<LogContents> ReadLog(const RawFile& log) {
  return LogReader(log).Read();
}

bool BelongsToFile(const LogContents& log, absl::string_view head) {
  int torn = 0;
  // A word that is cut off by the end of the file says nothing.
  for (size_t i = 0; i + kWord <= std::min(head.size(), kHeadSize);
       i += kWord) {
    const auto has = [&](size_t from, size_t size) {
      return std::any_of(
          log.heads.begin(), log.heads.end(), [&](const Head& known) {
            return memcmp(known.data() + from, head.data() + from, size) == 0;
          });
    };
    if (has(i, kWord)) continue;
    if (++torn > kMaxTornWords) return false;
    for (size_t k = i; k < i + kWord; ++k) {
      if (!has(k, 1)) return false;
    }
  }
  return true;
}

}  // namespace cppet::journal
