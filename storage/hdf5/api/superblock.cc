#include "cppet/storage/hdf5/api/superblock.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/checksum.h"
#include "cppet/storage/hdf5/api/little_endian.h"

namespace cppet::hdf5 {
namespace {

constexpr absl::string_view kSignature = "\x89HDF\r\n\x1a\n";
constexpr size_t kVersionAt = 8;
constexpr char kAddressSize = 8;

// Where things are in it.
struct Layout {
  size_t address_size_at;
  size_t end_at;
  size_t checksum_at;  // 0 if there is none
};
constexpr Layout kOldLayout = {13, 40, 0};  // version 0
constexpr Layout kNewLayout = {9, 28, 44};  // versions 2 and 3

}  // namespace

bool SetEndInSuperblock(uint64_t end, std::string* bytes) {
  if (bytes->size() < kSuperblockBytes ||
      !absl::StartsWith(*bytes, kSignature)) {
    return false;
  }
  const char version = (*bytes)[kVersionAt];
  if (version != 0 && version != 2 && version != 3) return false;
  const Layout& layout = version == 0 ? kOldLayout : kNewLayout;
  if ((*bytes)[layout.address_size_at] != kAddressSize) return false;
  PutLittleEndian(end, kAddressSize, bytes->data() + layout.end_at);
  if (layout.checksum_at != 0) {
    PutLittleEndian(
        MetadataChecksum(absl::string_view(bytes->data(), layout.checksum_at)),
        sizeof(uint32_t), bytes->data() + layout.checksum_at);
  }
  return true;
}

}  // namespace cppet::hdf5
