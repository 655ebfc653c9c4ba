#ifndef CPPET_STORAGE_HDF5_STAMPS_OBJECT_HEADER_H_
#define CPPET_STORAGE_HDF5_STAMPS_OBJECT_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// Types of the messages of object headers that are looked into here, as in
// section IV.A.2 of the HDF5 File Format Specification.
inline constexpr uint8_t kLinkInfoMessage = 0x02;
inline constexpr uint8_t kLinkMessage = 0x06;
inline constexpr uint8_t kLayoutMessage = 0x08;
inline constexpr uint8_t kFilterMessage = 0x0B;
inline constexpr uint8_t kAttributeInfoMessage = 0x15;
inline constexpr uint8_t kReferenceCountMessage = 0x16;

struct HeaderMessage {
  uint8_t type = 0;
  uint8_t flags = 0;
  std::string data;
};

// The header of a group or dataset, in version 2 (section IV.A.1.b), which all
// have that are written in the format of HDF5 1.8 and later.
struct ObjectHeader {
  // How many attributes it has at most before they are kept elsewhere, as the
  // file has it; empty if that is as usual.
  std::string attribute_limits;
  std::vector<HeaderMessage> messages;
};

// The header that is at `address` of `image`, the bytes of a whole HDF5 file.
//
// Errors:
//   kUnimplemented: it has something that cannot be read here.
//   kDataLoss: it is damaged.
absl::StatusOr<ObjectHeader> ReadObjectHeader(absl::string_view image,
                                              uint64_t address);

// A header as bytes, in one piece. The last kChecksumSize bytes are for its
// checksum. `data_at` gets where the data of each message are.
inline constexpr size_t kChecksumSize = 4;
std::string ObjectHeaderBytes(const ObjectHeader& header,
                              std::vector<size_t>* data_at);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_STAMPS_OBJECT_HEADER_H_
