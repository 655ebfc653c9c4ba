#include "cppet/storage/hdf5/python/zip_archive.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "zlib.h"

namespace cppet::hdf5 {
namespace {

// Signatures and sizes of the parts of a zip file without what varies:
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
constexpr size_t kSignature = 4;
constexpr char kLocal[] = "PK\x03\x04";
constexpr size_t kLocalSize = 30;
constexpr char kCentral[] = "PK\x01\x02";
constexpr size_t kCentralSize = 46;
constexpr char kEnd[] = "PK\x05\x06";
constexpr size_t kEndSize = 22;
constexpr size_t kMaxZipComment = 65535;

constexpr uint16_t kVersion = 20;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;
constexpr uint16_t kEncrypted = 1;
// The first day that the format knows, 1980-01-01.
constexpr uint32_t kNoDate = 0x00210000;
// A longer one says in an extra field how long it is.
constexpr uint32_t kZip64 = 0xffffffff;
// zlib makes data at most about so many times smaller.
constexpr size_t kMaxDeflation = 1100;

void Append(uint64_t number, int bytes, std::string* out) {
  for (int i = 0; i < bytes; ++i) out->push_back(number >> 8 * i & 0xff);
}

// Little endian numbers; the bytes are there.
uint64_t Number(absl::string_view bytes, size_t at, int size) {
  uint64_t number = 0;
  for (int i = 0; i < size; ++i) {
    number |= uint64_t{static_cast<unsigned char>(bytes[at + i])} << 8 * i;
  }
  return number;
}

uint32_t Checksum(absl::string_view bytes) {
  return crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

// What the headers of a file have in common, from its version on.
void AppendFacts(absl::string_view name, absl::string_view content,
                 std::string* out) {
  Append(kVersion, 2, out);
  Append(0, 2, out);
  Append(kStored, 2, out);
  Append(kNoDate, 4, out);
  Append(Checksum(content), 4, out);
  Append(content.size(), 4, out);
  Append(content.size(), 4, out);
  Append(name.size(), 2, out);
  Append(0, 2, out);  // extra
}

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("a zip file is damaged: ", what));
}

// The record at the end; it may have a comment behind it.
absl::StatusOr<size_t> FindEnd(absl::string_view zip) {
  if (zip.size() < kEndSize) return Damaged("it is too short");
  const size_t last = zip.size() - kEndSize;
  const size_t first = last > kMaxZipComment ? last - kMaxZipComment : 0;
  for (size_t at = last + 1; at-- > first;) {
    if (absl::StartsWith(zip.substr(at), kEnd)) return at;
  }
  return Damaged("it has no end");
}

struct Entry {
  std::string name;
  uint16_t flags = 0;
  uint16_t method = 0;
  uint32_t checksum = 0;
  uint64_t packed_size = 0;
  uint64_t size = 0;
  uint64_t offset = 0;
};

// Reads the entry of the directory at `*at`, and moves on behind it.
absl::StatusOr<Entry> ReadEntry(absl::string_view zip, size_t* at) {
  if (zip.size() - *at < kCentralSize ||
      !absl::StartsWith(zip.substr(*at), kCentral)) {
    return Damaged("its directory");
  }
  const absl::string_view record = zip.substr(*at);
  Entry entry;
  entry.flags = Number(record, 8, 2);
  entry.method = Number(record, 10, 2);
  entry.checksum = Number(record, 16, 4);
  entry.packed_size = Number(record, 20, 4);
  entry.size = Number(record, 24, 4);
  entry.offset = Number(record, 42, 4);
  const size_t name_size = Number(record, 28, 2);
  const size_t extra_size = Number(record, 30, 2);
  const size_t comment_size = Number(record, 32, 2);
  const size_t whole = kCentralSize + name_size + extra_size + comment_size;
  if (record.size() < whole) return Damaged("its directory");
  if (entry.size == kZip64 || entry.packed_size == kZip64 ||
      entry.offset == kZip64) {
    return absl::UnimplementedError("a zip file of more than 4 GB");
  }
  entry.name = std::string(record.substr(kCentralSize, name_size));
  *at += whole;
  return entry;
}

absl::StatusOr<std::string> Inflate(absl::string_view packed, size_t size) {
  std::string content(size, '\0');
  z_stream stream = {};
  // Without the header of zlib.
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
    return absl::ResourceExhaustedError("no memory to inflate");
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = packed.size();
  stream.next_out = reinterpret_cast<Bytef*>(&content[0]);
  stream.avail_out = size;
  const int result = inflate(&stream, Z_FINISH);
  const size_t left = stream.avail_out;
  inflateEnd(&stream);
  if (result != Z_STREAM_END || left != 0) return Damaged("deflated data");
  return content;
}

absl::StatusOr<std::string> ReadContent(absl::string_view zip,
                                        const Entry& entry) {
  if ((entry.flags & kEncrypted) != 0 ||
      (entry.method != kStored && entry.method != kDeflated)) {
    return absl::UnimplementedError(absl::StrCat(
        entry.name, " is compressed in a way that cannot be read here"));
  }
  if (entry.offset > zip.size() || zip.size() - entry.offset < kLocalSize ||
      !absl::StartsWith(zip.substr(entry.offset), kLocal)) {
    return Damaged(entry.name);
  }
  const absl::string_view local = zip.substr(entry.offset);
  const size_t begin = kLocalSize + Number(local, 26, 2) + Number(local, 28, 2);
  if (local.size() < begin || local.size() - begin < entry.packed_size) {
    return Damaged(entry.name);
  }
  const absl::string_view packed = local.substr(begin, entry.packed_size);
  std::string content;
  if (entry.method == kDeflated) {
    if (entry.size / kMaxDeflation > packed.size()) return Damaged(entry.name);
    CPPET_ASSIGN_OR_RETURN(content, Inflate(packed, entry.size));
  } else {
    if (entry.size != entry.packed_size) return Damaged(entry.name);
    content = std::string(packed);
  }
  if (Checksum(content) != entry.checksum) return Damaged(entry.name);
  return content;
}

}  // namespace

std::string WriteZip(
    const std::vector<std::pair<std::string, std::string>>& files) {
  std::string zip;
  std::string directory;
  for (const auto& [name, content] : files) {
    const size_t offset = zip.size();
    zip.append(kLocal, kSignature);
    AppendFacts(name, content, &zip);
    absl::StrAppend(&zip, name, content);
    directory.append(kCentral, kSignature);
    Append(kVersion, 2, &directory);
    AppendFacts(name, content, &directory);
    // No comment, first disk, no attributes.
    Append(0, 6, &directory);
    Append(0, 4, &directory);
    Append(offset, 4, &directory);
    directory += name;
  }
  const size_t offset = zip.size();
  zip += directory;
  zip.append(kEnd, kSignature);
  Append(0, 4, &zip);
  Append(files.size(), 2, &zip);
  Append(files.size(), 2, &zip);
  Append(directory.size(), 4, &zip);
  Append(offset, 4, &zip);
  Append(0, 2, &zip);
  return zip;
}

absl::StatusOr<std::map<std::string, std::string>> ReadZip(
    absl::string_view zip, size_t max_size) {
  CPPET_ASSIGN_OR_RETURN(const size_t end, FindEnd(zip));
  const size_t count = Number(zip, end + 10, 2);
  size_t at = Number(zip, end + 16, 4);
  if (at > end) return Damaged("its end");
  std::map<std::string, std::string> files;
  size_t total = 0;
  for (size_t i = 0; i < count; ++i) {
    CPPET_ASSIGN_OR_RETURN(const Entry entry, ReadEntry(zip, &at));
    if (entry.size > max_size - total) {
      return absl::ResourceExhaustedError(
          absl::StrCat("there are more than ", max_size, " bytes in a zip"));
    }
    total += entry.size;
    CPPET_ASSIGN_OR_RETURN(std::string content, ReadContent(zip, entry));
    if (!files.emplace(entry.name, std::move(content)).second) {
      return Damaged("a file is in it twice");
    }
  }
  return files;
}

}  // namespace cppet::hdf5
