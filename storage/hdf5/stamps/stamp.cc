#include "cppet/storage/hdf5/stamps/stamp.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/checksum.h"
#include "cppet/storage/hdf5/api/little_endian.h"

namespace cppet::hdf5 {
namespace {

constexpr uint64_t kUndefined = ~uint64_t{0};
constexpr size_t kAddressSize = 8;
constexpr size_t kAlignment = 8;
constexpr int kMaxDepth = 32;
// More would be no saving.
constexpr size_t kMaxBytes = 1 << 20;

// Of links and of attributes: flags of their message about all of them, and
// bytes of what these say is there.
constexpr uint8_t kHasMaxOrder = 0x01;
constexpr size_t kLinkOrderSize = 8;
constexpr size_t kAttributeOrderSize = 2;

// Of one link.
constexpr uint8_t kNameSizeBits = 0x03;
constexpr uint8_t kHasOrder = 0x04;
constexpr uint8_t kHasType = 0x08;
constexpr uint8_t kHasEncoding = 0x10;

// Of a dataset's layout.
constexpr uint64_t kLayoutVersion = 3;
constexpr uint64_t kCompact = 0;
constexpr uint64_t kContiguous = 1;
constexpr uint64_t kChunked = 2;

// Of the node of a chunk index, a B-tree of version 1 (section III.A.1).
constexpr absl::string_view kNode = "TREE";
constexpr uint64_t kOfChunks = 1;
constexpr size_t kNodeHead = 24;
constexpr size_t kKeyHead = 8;  // size and filter mask of a chunk
constexpr size_t kOffsetSize = 8;

absl::Status CannotHave(absl::string_view what) {
  return absl::UnimplementedError(absl::StrCat("no stamp has ", what));
}

absl::Status Damaged() {
  return absl::DataLossError("a damaged message of an object header");
}

// Whether links or attributes are kept in a heap of their own.
absl::Status CheckNotApart(const HeaderMessage& message, size_t order_size) {
  LittleEndianReader reader(message.data);
  reader.Number(1);  // version
  const uint64_t flags = reader.Number(1);
  if ((flags & kHasMaxOrder) != 0) reader.Bytes(order_size);
  const uint64_t heap = reader.Number(kAddressSize);
  if (!reader.ok()) return Damaged();
  return heap == kUndefined ? absl::OkStatus()
                            : CannotHave("so many links or attributes");
}

struct HardLink {
  std::string name;
  uint64_t address = 0;
  size_t address_at = 0;  // in the message
};

absl::StatusOr<HardLink> ReadLink(const HeaderMessage& message) {
  LittleEndianReader reader(message.data);
  reader.Number(1);  // version
  const uint64_t flags = reader.Number(1);
  if ((flags & kHasType) != 0 && reader.Number(1) != 0) {
    return CannotHave("links that are not hard");
  }
  if ((flags & kHasOrder) != 0) reader.Bytes(kLinkOrderSize);
  if ((flags & kHasEncoding) != 0) reader.Bytes(1);
  const uint64_t size = reader.Number(size_t{1} << (flags & kNameSizeBits));
  HardLink link;
  link.name = std::string(reader.Bytes(size));
  link.address_at = message.data.size() - reader.rest().size();
  link.address = reader.Number(kAddressSize);
  if (!reader.ok()) return Damaged();
  return link;
}

}  // namespace

size_t Stamp::Append(absl::string_view bytes) {
  const size_t begin = bytes_.size();
  bytes_.append(bytes.data(), bytes.size());
  bytes_.resize((bytes_.size() + kAlignment - 1) / kAlignment * kAlignment);
  return begin;
}

absl::Status Stamp::AddLayout(absl::string_view image,
                              const HeaderMessage& message, size_t data_at,
                              const std::string& path) {
  LittleEndianReader reader(message.data);
  const uint64_t version = reader.Number(1);
  const uint64_t kind = reader.Number(1);
  if (version != kLayoutVersion) return CannotHave("layouts of that version");
  if (kind == kCompact) {
    const uint64_t size = reader.Number(2);
    slots_at_.push_back(data_at + message.data.size() - reader.rest().size());
    slots_.push_back({path, reader.Bytes(size).size()});
    return reader.ok() ? absl::OkStatus() : Damaged();
  }
  const size_t rest_at = data_at + message.data.size() - reader.rest().size();
  if (kind == kChunked) return AddChunk(image, reader.rest(), rest_at, path);
  if (kind != kContiguous) return CannotHave("layouts of that kind");
  const uint64_t address = reader.Number(kAddressSize);
  const uint64_t size = reader.Number(kAddressSize);
  if (!reader.ok()) return Damaged();
  return AddData(image, address, size, rest_at, path);
}

// `layout` is what comes after the kind, and stands at `layout_at` in a copy.
absl::Status Stamp::AddChunk(absl::string_view image, absl::string_view layout,
                             size_t layout_at, const std::string& path) {
  LittleEndianReader reader(layout);
  // One more than the dataset has: the last is the size of an element.
  const uint64_t dimensions = reader.Number(1);
  const size_t node_address_at =
      layout_at + layout.size() - reader.rest().size();
  const uint64_t node_address = reader.Number(kAddressSize);
  if (!reader.ok()) return Damaged();
  if (node_address == kUndefined) return CannotHave("datasets without data");
  const size_t key_size = kKeyHead + dimensions * kOffsetSize;
  const size_t entries = 2 * size_t{chunk_index_rank_};
  const size_t node_size =
      kNodeHead + (entries + 1) * key_size + entries * kAddressSize;
  if (node_address > image.size() || node_size > image.size() - node_address) {
    return Damaged();
  }
  const absl::string_view node = image.substr(node_address, node_size);
  LittleEndianReader chunk(node);
  if (chunk.Bytes(kNode.size()) != kNode || chunk.Number(1) != kOfChunks) {
    return Damaged();
  }
  const uint64_t level = chunk.Number(1);
  if (level != 0 || chunk.Number(2) != 1) {
    return CannotHave("datasets of several chunks");
  }
  chunk.Bytes(2 * kAddressSize);  // the nodes beside it
  const uint64_t size = chunk.Number(4);
  chunk.Bytes(key_size - 4);
  const size_t address_at = node_size - chunk.rest().size();
  const uint64_t address = chunk.Number(kAddressSize);
  if (!chunk.ok()) return Damaged();
  const size_t begin = Append(node);
  addresses_.push_back({node_address_at, begin});
  return AddData(image, address, size, begin + address_at, path);
}

// The address of the data stands at `address_at` in a copy.
absl::Status Stamp::AddData(absl::string_view image, uint64_t address,
                            uint64_t size, size_t address_at,
                            const std::string& path) {
  if (address == kUndefined) return CannotHave("datasets without data");
  if (size > kMaxBytes) return CannotHave("so much data");
  if (address > image.size() || size > image.size() - address) {
    return Damaged();
  }
  const size_t begin = Append(image.substr(address, size));
  addresses_.push_back({address_at, begin});
  slots_at_.push_back(begin);
  slots_.push_back({path, size});
  return absl::OkStatus();
}

absl::Status Stamp::AddObject(absl::string_view image, uint64_t address,
                              const std::string& path, int depth) {
  if (depth > kMaxDepth || bytes_.size() > kMaxBytes) {
    return CannotHave("so much in it");
  }
  CPPET_ASSIGN_OR_RETURN(ObjectHeader header, ReadObjectHeader(image, address));
  if (depth == 0) {
    // None yet. HDF5 counts up when it makes the link, and then removes this.
    header.messages.push_back(
        {kReferenceCountMessage, 0, std::string(5, '\0')});
  }
  std::vector<size_t> data_at;
  const std::string bytes = ObjectHeaderBytes(header, &data_at);
  const size_t begin = Append(bytes);
  headers_.push_back({begin, bytes.size()});
  for (size_t i = 0; i < header.messages.size(); ++i) {
    const HeaderMessage& message = header.messages[i];
    const size_t at = begin + data_at[i];
    switch (message.type) {
      case kLinkInfoMessage:
        CPPET_RETURN_IF_ERROR(CheckNotApart(message, kLinkOrderSize));
        break;
      case kAttributeInfoMessage:
        CPPET_RETURN_IF_ERROR(CheckNotApart(message, kAttributeOrderSize));
        break;
      case kLayoutMessage:
        CPPET_RETURN_IF_ERROR(AddLayout(image, message, at, path));
        break;
      case kFilterMessage:
        return CannotHave("filtered datasets");
      case kLinkMessage: {
        CPPET_ASSIGN_OR_RETURN(const HardLink link, ReadLink(message));
        addresses_.push_back({at + link.address_at, bytes_.size()});
        CPPET_RETURN_IF_ERROR(AddObject(
            image, link.address,
            path.empty() ? link.name : absl::StrCat(path, "/", link.name),
            depth + 1));
        break;
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Stamp> Stamp::Of(absl::string_view image, uint64_t address,
                                unsigned chunk_index_rank) {
  Stamp stamp(chunk_index_rank);
  CPPET_RETURN_IF_ERROR(stamp.AddObject(image, address, "", 0));
  return stamp;
}

void Stamp::Press(uint64_t address, absl::Span<const absl::string_view> data,
                  char* out) const {
  std::memcpy(out, bytes_.data(), bytes_.size());
  for (const Address& field : addresses_) {
    PutLittleEndian(address + field.offset, kAddressSize, out + field.at);
  }
  for (size_t i = 0; i < slots_.size(); ++i) {
    std::memcpy(out + slots_at_[i], data[i].data(), slots_[i].size);
  }
  for (const Range& header : headers_) {
    const size_t size = header.size - kChecksumSize;
    PutLittleEndian(
        MetadataChecksum(absl::string_view(out + header.begin, size)),
        kChecksumSize, out + header.begin + size);
  }
}

}  // namespace cppet::hdf5
