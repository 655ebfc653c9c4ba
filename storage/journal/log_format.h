#ifndef CPPET_STORAGE_JOURNAL_LOG_FORMAT_H_
#define CPPET_STORAGE_JOURNAL_LOG_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cppet::journal {

// The journal of a file holds what changed in it since the journal was begun:
// a header, and from kFirstFrame on frames without gaps. Each change is a frame
// with its bytes; a commit frame makes all before it count. Checksums are
// chained, so that neither a torn frame nor one of an earlier generation of the
// journal is taken for one of this.
//
// Numbers are little endian.

// The journal of the file `path`.
inline std::string LogPath(absl::string_view path) {
  return std::string(path) + ".wal";
}

inline constexpr uint64_t kFirstFrame = 4096;
inline constexpr size_t kMaxFrameSize = 1 << 20;

// The first bytes of the file that the journal belongs to, which tell whether
// it is the one. HDF5's superblock, which changes at each commit, is in them.
inline constexpr size_t kHeadSize = 512;
using Head = std::array<char, kHeadSize>;

struct LogHeader {
  char magic[8];
  uint32_t version;
  uint32_t synced;       // 1 if all of the generation survives a loss of power
  uint64_t generation;   // one more at each new beginning
  uint64_t salt;         // random
  uint64_t base_size;    // of the file when the generation began
  uint64_t base_commit;  // number of the last commit then
  uint64_t checksum;     // of this header without this field
  Head head;             // of the file then
};
static_assert(sizeof(LogHeader) == 568);

inline constexpr char kLogMagic[] = "CPPETWAL";
inline constexpr uint32_t kLogVersion = 1;

enum FrameKind : uint32_t {
  kChange = 0x474e4843,  // "CHNG": bytes of the file
  kCommit = 0x54494d43,  // "CMIT": all frames since the last one count
  kNonce = 0x434e4f4e,   // "NONC": random bytes, so that no stale frame fits
};

struct FrameHeader {
  uint32_t kind;
  uint32_t size;     // of the bytes that follow; 0 for kCommit
  uint64_t offset;   // in the file; for kCommit the new size of the file
  uint64_t commit;   // number of the commit that it belongs to
  uint64_t content;  // checksum of the bytes; for kCommit of the file's Head
  uint64_t chain;    // checksum of the above and the chain of the last frame
};
static_assert(sizeof(FrameHeader) == 40);

uint64_t Checksum(absl::string_view bytes);

// The `checksum` and `chain` fields as they must be.
uint64_t HeaderChecksum(const LogHeader& header);
uint64_t FirstChain(uint64_t generation, uint64_t salt);
uint64_t NextChain(uint64_t chain, const FrameHeader& frame);

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_LOG_FORMAT_H_
