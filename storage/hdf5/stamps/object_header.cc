#include "cppet/storage/hdf5/stamps/object_header.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/little_endian.h"

namespace cppet::hdf5 {
namespace {

constexpr absl::string_view kHeader = "OHDR";
constexpr absl::string_view kContinued = "OCHK";
constexpr uint64_t kVersion = 2;
constexpr size_t kAddressSize = 8;
constexpr size_t kLimitsSize = 4;
// Of the first piece: how many bytes its length has, and what else there is.
constexpr uint8_t kSizeBits = 0x03;
constexpr uint8_t kOrderedAttributes = 0x04;
constexpr uint8_t kAttributeLimits = 0x10;
constexpr uint8_t kTimes = 0x20;

constexpr uint8_t kNothing = 0x00;
constexpr uint8_t kContinuation = 0x10;
constexpr size_t kMessageHead = 4;
constexpr uint8_t kShared = 0x02;  // its data are elsewhere

// Far more pieces than any header has.
constexpr size_t kMaxPieces = 1000;

absl::Status Damaged() {
  return absl::DataLossError("a damaged object header");
}

struct Piece {
  uint64_t address;
  uint64_t size;
};

absl::StatusOr<absl::string_view> BytesOf(absl::string_view image,
                                          const Piece& piece) {
  if (piece.address > image.size() ||
      piece.size > image.size() - piece.address) {
    return Damaged();
  }
  return image.substr(piece.address, piece.size);
}

// Adds the messages in `bytes` to `header`, and where it goes on to `pieces`.
absl::Status ReadMessages(absl::string_view bytes, ObjectHeader* header,
                          std::vector<Piece>* pieces) {
  LittleEndianReader reader(bytes);
  // What is shorter than the head of a message is a gap.
  while (reader.rest().size() >= kMessageHead) {
    HeaderMessage message;
    message.type = reader.Number(1);
    const uint64_t size = reader.Number(2);
    message.flags = reader.Number(1);
    const absl::string_view data = reader.Bytes(size);
    if (!reader.ok()) return Damaged();
    if (message.type == kNothing) continue;
    if (message.type == kContinuation) {
      LittleEndianReader place(data);
      const uint64_t address = place.Number(kAddressSize);
      const uint64_t length = place.Number(kAddressSize);
      if (!place.ok() || pieces->size() >= kMaxPieces) return Damaged();
      pieces->push_back({address, length});
      continue;
    }
    if ((message.flags & kShared) != 0) {
      return absl::UnimplementedError("a shared message of an object header");
    }
    message.data = std::string(data);
    header->messages.push_back(std::move(message));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ObjectHeader> ReadObjectHeader(absl::string_view image,
                                              uint64_t address) {
  if (address > image.size()) return Damaged();
  LittleEndianReader reader(image.substr(address));
  if (reader.Bytes(kHeader.size()) != kHeader || reader.Number(1) != kVersion) {
    return absl::UnimplementedError("no object header of version 2");
  }
  const uint8_t flags = reader.Number(1);
  if ((flags & (kOrderedAttributes | kTimes)) != 0) {
    return absl::UnimplementedError("times or ordered attributes");
  }
  ObjectHeader header;
  if ((flags & kAttributeLimits) != 0) {
    header.attribute_limits = std::string(reader.Bytes(kLimitsSize));
  }
  const uint64_t size = reader.Number(size_t{1} << (flags & kSizeBits));
  if (!reader.ok()) return Damaged();

  std::vector<Piece> pieces;
  CPPET_RETURN_IF_ERROR(ReadMessages(reader.Bytes(size), &header, &pieces));
  if (!reader.ok()) return Damaged();
  for (size_t i = 0; i < pieces.size(); ++i) {
    CPPET_ASSIGN_OR_RETURN(absl::string_view bytes, BytesOf(image, pieces[i]));
    if (bytes.size() < kContinued.size() + kChecksumSize ||
        bytes.substr(0, kContinued.size()) != kContinued) {
      return Damaged();
    }
    bytes.remove_prefix(kContinued.size());
    bytes.remove_suffix(kChecksumSize);
    CPPET_RETURN_IF_ERROR(ReadMessages(bytes, &header, &pieces));
  }
  return header;
}

std::string ObjectHeaderBytes(const ObjectHeader& header,
                              std::vector<size_t>* data_at) {
  uint64_t size = 0;
  for (const HeaderMessage& message : header.messages) {
    size += kMessageHead + message.data.size();
  }
  uint8_t size_bits = 0;
  while (size >> (8 << size_bits) != 0) ++size_bits;
  std::string bytes(kHeader);
  AppendLittleEndian(kVersion, 1, &bytes);
  AppendLittleEndian(
      size_bits | (header.attribute_limits.empty() ? 0 : kAttributeLimits), 1,
      &bytes);
  bytes += header.attribute_limits;
  AppendLittleEndian(size, size_t{1} << size_bits, &bytes);
  data_at->clear();
  for (const HeaderMessage& message : header.messages) {
    AppendLittleEndian(message.type, 1, &bytes);
    AppendLittleEndian(message.data.size(), 2, &bytes);
    AppendLittleEndian(message.flags, 1, &bytes);
    data_at->push_back(bytes.size());
    bytes += message.data;
  }
  bytes.append(kChecksumSize, '\0');
  return bytes;
}

}  // namespace cppet::hdf5
