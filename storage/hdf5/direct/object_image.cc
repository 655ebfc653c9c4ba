#include "cppet/storage/hdf5/direct/object_image.h"

#include <cstddef>
#include <limits>

#include "cppet/storage/hdf5/api/checksum.h"
#include "cppet/storage/hdf5/api/little_endian.h"
#include "cppet/storage/hdf5/api/text.h"

namespace cppet::hdf5 {
namespace {

// Sections of the HDF5 File Format Specification, version 3.

constexpr uint64_t kUndefined = ~uint64_t{0};
constexpr size_t kAddressSize = 8;
constexpr size_t kChecksumSize = 4;
// Of what is kept beside an object there is at most so much.
constexpr uint64_t kMaxPieceBytes = 1 << 20;
constexpr size_t kMaxPieces = 64;

// IV.A.1.b: the header of an object, version 2.
constexpr absl::string_view kHeader = "OHDR";
constexpr absl::string_view kContinued = "OCHK";
constexpr uint64_t kHeaderVersion = 2;
constexpr uint8_t kSizeBits = 0x03;
constexpr uint8_t kAttributeLimits = 0x10;
constexpr size_t kMessageHead = 4;
constexpr uint8_t kSharedMessage = 0x02;
// Signature, version, flags, limits of attributes and size.
constexpr size_t kLongestPrefix = 4 + 1 + 1 + 4 + 8;

// IV.A.2: messages.
enum Message : uint8_t {
  kNothing = 0x00,
  kDataspace = 0x01,
  kLinkInfo = 0x02,
  kDatatype = 0x03,
  kFillValue = 0x05,
  kLink = 0x06,
  kLayout = 0x08,
  kGroupInfo = 0x0a,
  kAttribute = 0x0c,
  kContinuation = 0x10,
  kAttributeInfo = 0x15,
  kReferenceCount = 0x16,
};

constexpr uint8_t kStringClass = 3;
constexpr uint8_t kIntegerClass = 0;
constexpr uint8_t kBitFieldClass = 4;
constexpr size_t kTypeHead = 8;  // class and version, bits, size

uint8_t ClassOf(absl::string_view type) { return type[0] & 0x0f; }

uint64_t SizeOf(absl::string_view type) {
  return LittleEndianReader(type.substr(4)).Number(4);
}

// IV.A.2.b, version 2.
bool ReadExtent(absl::string_view message, Extent* extent) {
  LittleEndianReader reader(message);
  const uint64_t version = reader.Number(1);
  const uint64_t rank = reader.Number(1);
  const uint64_t flags = reader.Number(1);
  const uint64_t type = reader.Number(1);
  if (!reader.ok() || version != 2 || (flags & ~uint64_t{1}) != 0) return false;
  extent->is_null = type == 2;
  if (type == 1 ? rank == 0 : type > 2 || rank != 0) return false;
  for (uint64_t i = 0; i < rank; ++i) {
    const uint64_t length = reader.Number(kAddressSize);
    if (length > std::numeric_limits<int64_t>::max()) return false;
    extent->shape.push_back(static_cast<int64_t>(length));
  }
  return reader.ok();
}

// IV.A.2.m, version 3.
bool ReadAttribute(absl::string_view message, AttributeImage* attribute) {
  LittleEndianReader reader(message);
  const uint64_t version = reader.Number(1);
  const uint64_t flags = reader.Number(1);
  const uint64_t name_size = reader.Number(2);
  const uint64_t type_size = reader.Number(2);
  const uint64_t extent_size = reader.Number(2);
  reader.Number(1);  // of the name's characters
  if (version != 3 || flags != 0 || name_size == 0) return false;
  attribute->name = reader.Bytes(name_size);
  attribute->type = reader.Bytes(type_size);
  const absl::string_view extent = reader.Bytes(extent_size);
  attribute->data = reader.rest();
  if (!reader.ok() || attribute->type.size() < kTypeHead) return false;
  attribute->name.remove_suffix(1);  // a NUL
  return attribute->name.find('\0') == absl::string_view::npos &&
         ReadExtent(extent, &attribute->extent);
}

// IV.A.2.g.
bool ReadLink(absl::string_view message, LinkImage* link) {
  LittleEndianReader reader(message);
  const uint64_t version = reader.Number(1);
  const uint64_t flags = reader.Number(1);
  if (version != 1 || ((flags & 0x08) != 0 && reader.Number(1) != 0)) {
    return false;
  }
  if ((flags & 0x04) != 0) reader.Bytes(8);  // its order
  if ((flags & 0x10) != 0) reader.Bytes(1);  // of the name's characters
  const uint64_t size = reader.Number(size_t{1} << (flags & 0x03));
  link->name = std::string(reader.Bytes(size));
  link->address = reader.Number(kAddressSize);
  return reader.ok() && !link->name.empty() &&
         link->name.find('\0') == std::string::npos;
}

// IV.A.2.i, version 3.
bool ReadLayout(absl::string_view message, ObjectImage* image) {
  LittleEndianReader reader(message);
  if (reader.Number(1) != 3) return false;
  const uint64_t kind = reader.Number(1);
  if (kind == 0) {
    image->data_size = reader.Number(2);
    image->data = reader.Bytes(image->data_size);
    return reader.ok();
  }
  image->data_address = reader.Number(kAddressSize);
  image->data_size = reader.Number(kAddressSize);
  return reader.ok() && kind == 1 && image->data_address != kUndefined &&
         image->data_address != 0;
}

// Whether links or attributes are all in the header: IV.A.2.c and IV.A.2.v.
bool AreInHeader(absl::string_view message, size_t order_size) {
  LittleEndianReader reader(message);
  reader.Number(1);  // version
  if ((reader.Number(1) & 0x01) != 0) reader.Bytes(order_size);
  return reader.Number(kAddressSize) == kUndefined && reader.ok();
}

class HeaderReader {
 public:
  HeaderReader(FileWindow* file, ObjectImage* image)
      : file_(*file), image_(*image) {}

  bool Read(uint64_t address) {
    if (!ReadFirst(address)) return false;
    for (size_t i = 0; i < further_.size(); ++i) {
      if (!ReadFurther(further_[i].address, further_[i].size)) return false;
    }
    // A group says how it keeps its links, a dataset where its data are.
    return image_.is_group
               ? !is_dataset_
               : has_layout_ && has_extent_ && image_.type.size() >= kTypeHead;
  }

 private:
  struct Piece {
    uint64_t address;
    uint64_t size;
  };

  bool ReadFirst(uint64_t address) {
    // The shortest header that there is.
    const absl::string_view head = file_.Bytes(address, kLongestPrefix);
    LittleEndianReader reader(head);
    if (reader.Bytes(kHeader.size()) != kHeader ||
        reader.Number(1) != kHeaderVersion) {
      return false;
    }
    const uint64_t flags = reader.Number(1);
    if ((flags & ~uint64_t{kSizeBits | kAttributeLimits}) != 0) return false;
    if ((flags & kAttributeLimits) != 0) reader.Bytes(4);
    const uint64_t size = reader.Number(size_t{1} << (flags & kSizeBits));
    if (!reader.ok() || size > kMaxPieceBytes) return false;
    const size_t prefix = head.size() - reader.rest().size();
    return Keep(address, prefix + size + kChecksumSize) &&
           ReadMessages(
               absl::string_view(image_.pieces.back()).substr(prefix, size));
  }

  bool ReadFurther(uint64_t address, uint64_t size) {
    if (size < kContinued.size() + kChecksumSize || size > kMaxPieceBytes ||
        !Keep(address, size)) {
      return false;
    }
    absl::string_view bytes = image_.pieces.back();
    if (bytes.substr(0, kContinued.size()) != kContinued) return false;
    bytes.remove_prefix(kContinued.size());
    bytes.remove_suffix(kChecksumSize);
    return ReadMessages(bytes);
  }

  // Keeps bytes, the last of which are their checksum.
  bool Keep(uint64_t address, uint64_t size) {
    const absl::string_view bytes = file_.Bytes(address, size);
    if (bytes.empty()) return false;
    image_.pieces.emplace_back(bytes);
    const absl::string_view kept = image_.pieces.back();
    const size_t checked = kept.size() - kChecksumSize;
    return LittleEndianReader(kept.substr(checked)).Number(kChecksumSize) ==
           MetadataChecksum(kept.substr(0, checked));
  }

  bool ReadMessages(absl::string_view bytes) {
    LittleEndianReader reader(bytes);
    // What is shorter than the head of a message is a gap.
    while (reader.rest().size() >= kMessageHead) {
      const uint64_t type = reader.Number(1);
      const uint64_t size = reader.Number(2);
      const uint64_t flags = reader.Number(1);
      const absl::string_view data = reader.Bytes(size);
      if (!reader.ok() || (flags & kSharedMessage) != 0 ||
          !ReadMessage(type, data)) {
        return false;
      }
    }
    return true;
  }

  bool ReadMessage(uint64_t type, absl::string_view data) {
    switch (type) {
      case kNothing:
      case kFillValue:
      case kGroupInfo:
        return true;
      case kDataspace:
        is_dataset_ = true;
        if (has_extent_) return false;
        has_extent_ = true;
        return ReadExtent(data, &image_.extent);
      case kDatatype:
        is_dataset_ = true;
        if (!image_.type.empty()) return false;
        image_.type = data;
        return true;
      case kLayout:
        is_dataset_ = true;
        if (has_layout_) return false;
        has_layout_ = true;
        return ReadLayout(data, &image_);
      case kLinkInfo:
        image_.is_group = true;
        return AreInHeader(data, 8);
      case kLink:
        return ReadLink(data, &image_.links.emplace_back());
      case kAttribute:
        return ReadAttribute(data, &image_.attributes.emplace_back());
      case kAttributeInfo:
        return AreInHeader(data, 2);
      case kReferenceCount: {
        LittleEndianReader reader(data);
        return reader.Number(1) == 0 && reader.Number(4) == 1 && reader.ok();
      }
      case kContinuation: {
        LittleEndianReader reader(data);
        const uint64_t address = reader.Number(kAddressSize);
        const uint64_t size = reader.Number(kAddressSize);
        further_.push_back({address, size});
        return reader.ok() && further_.size() <= kMaxPieces;
      }
      default:
        return false;
    }
  }

  FileWindow& file_;
  ObjectImage& image_;
  std::vector<Piece> further_;
  bool is_dataset_ = false;
  bool has_extent_ = false;
  bool has_layout_ = false;
};

}  // namespace

std::optional<std::string> AttributeImage::Text() const {
  if (ClassOf(type) != kStringClass) return std::nullopt;
  if (extent.is_null) return "";
  const uint64_t size = SizeOf(type);
  if (!extent.shape.empty() || size > data.size()) return std::nullopt;
  return std::string(WithoutTrailingNuls(data.substr(0, size)));
}

std::optional<bool> AttributeImage::Flag() const {
  const uint8_t type_class = ClassOf(type);
  if ((type_class != kIntegerClass && type_class != kBitFieldClass) ||
      SizeOf(type) != 1 || extent.is_null || !extent.shape.empty() ||
      data.empty()) {
    return std::nullopt;
  }
  return data[0] != 0;
}

const AttributeImage* ObjectImage::Find(absl::string_view name) const {
  for (const AttributeImage& attribute : attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

bool ReadObjectImage(uint64_t address, FileWindow* file, ObjectImage* image) {
  return HeaderReader(file, image).Read(address);
}

}  // namespace cppet::hdf5
