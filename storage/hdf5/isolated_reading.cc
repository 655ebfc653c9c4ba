#include "cppet/storage/hdf5/isolated_reading.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/isolated_call.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/object_note.h"

namespace cppet::hdf5 {
namespace {

// With what a small program has itself, less than 1 GiB.
constexpr int64_t kMinMemory = int64_t{960} << 20;
// What the other process sends is here as bytes, as values, and the largest of
// them once more.
constexpr int64_t kCopiesOfResult = 3;
// Of a file that is not compressed there are two copies, and what holds them.
constexpr int64_t kMemoryPerByte = 4;
constexpr int64_t kBlockSize = 512;  // that stat counts in

int64_t MaxMemory(const std::string& filename, const Hdf5ReadOptions& options) {
  if (options.max_memory > 0) return options.max_memory;
  struct stat info = {};
  if (stat(filename.c_str(), &info) != 0) return kMinMemory;
  // A file may have gaps of any size.
  const int64_t size =
      std::min<int64_t>(info.st_size, int64_t{info.st_blocks} * kBlockSize);
  return std::max(kMinMemory, size * kMemoryPerByte);
}

// Each after its size.
std::string Joined(const Texts& texts) {
  size_t total = 0;
  for (const std::string& text : texts) {
    total += sizeof(uint64_t) + text.size();
  }
  std::string bytes;
  bytes.reserve(total);
  for (const std::string& text : texts) {
    const uint64_t size = text.size();
    bytes.append(reinterpret_cast<const char*>(&size), sizeof(size));
    bytes.append(text);
  }
  return bytes;
}

absl::StatusOr<Texts> Split(std::string all) {
  Texts texts;
  absl::string_view bytes = all;
  while (!bytes.empty()) {
    uint64_t size;
    if (bytes.size() < sizeof(size)) return absl::DataLossError("sent no size");
    std::memcpy(&size, bytes.data(), sizeof(size));
    bytes.remove_prefix(sizeof(size));
    if (bytes.size() < size)
      return absl::DataLossError("sent less than it said");
    if (bytes.size() == size && size > all.size() / 2) {
      // There is not to be a second copy of the most of it.
      all.erase(0, all.size() - size);
      texts.push_back(std::move(all));
      break;
    }
    texts.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return texts;
}

absl::Status BadlyDamaged(const std::string& filename,
                          absl::string_view reason) {
  return absl::DataLossError(absl::StrCat(
      filename,
      ": it is damaged so badly, or takes so much more memory than it may, "
      "that reading it fails: what read it ",
      reason));
}

absl::Status Explained(const absl::Status& status,
                       const std::string& filename) {
  if (absl::IsAborted(status) || absl::IsDeadlineExceeded(status)) {
    return BadlyDamaged(filename, status.message());
  }
  if (absl::StrContains(status.message(), filename)) return status;
  return absl::Status(
      status.code(), absl::StrCat(filename, ": reading it ", status.message()));
}

}  // namespace

absl::StatusOr<Texts> ReadIsolated(
    const std::string& filename, const Hdf5ReadOptions& options,
    const std::function<absl::StatusOr<Texts>()>& read) {
  IsolatedCallOptions call;
  call.max_memory = MaxMemory(filename, options);
  call.max_result = call.max_memory / kCopiesOfResult;
  absl::StatusOr<std::string> bytes = CallIsolated(
      [&](const TakeNote& note) -> absl::StatusOr<std::string> {
        TakeObjectNotes(note);
        CPPET_ASSIGN_OR_RETURN(const Texts texts, read());
        return Joined(texts);
      },
      call);
  if (!bytes.ok()) return Explained(bytes.status(), filename);
  absl::StatusOr<Texts> texts = Split(*std::move(bytes));
  if (!texts.ok()) return BadlyDamaged(filename, texts.status().message());
  return texts;
}

}  // namespace cppet::hdf5
