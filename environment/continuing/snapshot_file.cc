#include "cppet/environment/continuing/snapshot_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

// A file is a magic text, which is of another kind for each kind of snapshot,
// the version, the size of the content, the SHA-1 of all that and the content,
// and the content. The frame is the same in all versions; numbers are in the
// machine's order of bytes, as the content is of this program only.
constexpr uint32_t kVersion = 6;
constexpr size_t kMagicSize = 8;
constexpr size_t kHashSize = 40;
constexpr size_t kHashedHeader =
    kMagicSize + sizeof(uint32_t) + sizeof(uint64_t);
constexpr size_t kHeader = kHashedHeader + kHashSize;
constexpr size_t kMaxContent = size_t{4} << 30;

absl::string_view Magic(SnapshotKind kind) {
  return kind == SnapshotKind::kEnvironment ? "CPPETenv" : "CPPETres";
}

template <typename T>
void Append(T number, std::string* out) {
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  out->append(bytes, sizeof(bytes));
}

template <typename T>
T NumberAt(absl::string_view bytes, size_t position) {
  T number;
  std::memcpy(&number, bytes.data() + position, sizeof(number));
  return number;
}

absl::Status Damaged(const std::string& path, absl::string_view how) {
  return absl::DataLossError(absl::StrCat(path, " is damaged: ", how));
}

}  // namespace

absl::Status WriteSnapshotFile(const std::string& path, SnapshotKind kind,
                               absl::string_view content, bool durable) {
  if (content.size() > kMaxContent) {
    return absl::ResourceExhaustedError(absl::StrCat(
        path, ": ", content.size(),
        " bytes are too long for a snapshot, which has at most ", kMaxContent));
  }
  std::string file(Magic(kind));
  file.reserve(kHeader + content.size());
  Append(kVersion, &file);
  Append(uint64_t{content.size()}, &file);
  absl::StrAppend(&file, Sha1Hex(absl::StrCat(file, content)), content);
  return WriteFileAtomically(path, file, durable);
}

absl::StatusOr<std::string> ReadSnapshotFile(const std::string& path,
                                             SnapshotKind kind) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return absl::ErrnoToStatus(errno, path);
  if (!S_ISREG(info.st_mode)) return Damaged(path, "it is no file");
  if (info.st_size > kMaxContent + kHeader) {
    return Damaged(path, "it is too long");
  }
  CPPET_ASSIGN_OR_RETURN(
      std::string file,
      ReadFile(path, {.max_bytes = static_cast<size_t>(info.st_size)}));
  const absl::string_view magic = Magic(kind);
  if (absl::string_view(file).substr(0, kMagicSize) != magic) {
    return Damaged(path, "it does not begin as a snapshot of its kind");
  }
  if (file.size() < kHeader) return Damaged(path, "it is cut off");
  const auto size = NumberAt<uint64_t>(file, kMagicSize + sizeof(uint32_t));
  if (file.size() - kHeader != size) {
    return Damaged(path, file.size() - kHeader < size ? "it is cut off"
                                                      : "it is too long");
  }
  const std::string hash = file.substr(kHashedHeader, kHashSize);
  const auto version = NumberAt<uint32_t>(file, kMagicSize);
  file.erase(kHashedHeader, kHashSize);
  if (Sha1Hex(file) != hash) {
    return Damaged(path, "its checksum is another one");
  }
  if (version > kVersion) {
    return absl::UnimplementedError(
        absl::StrCat(path, " is of a newer cppet: its format has the version ",
                     version, ", and this one reads ", kVersion));
  }
  if (version < 1) return Damaged(path, "it has no version");
  if (version < kVersion) {
    return absl::UnimplementedError(
        absl::StrCat(path, " is of an older cppet: its format has the version ",
                     version, ", and this one reads ", kVersion));
  }
  file.erase(0, kHashedHeader);
  return file;
}

}  // namespace cppet
