#ifndef CPPET_STORAGE_HDF5_STAMPS_STAMP_H_
#define CPPET_STORAGE_HDF5_STAMPS_STAMP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/stamps/object_header.h"

namespace cppet::hdf5 {

// A group with all below it, as the bytes of a file that can be put anywhere in
// any file, again and again with other data: a template. HDF5 would make each
// of its objects and attributes by calls that take 20 times as long.
//
// It has groups and datasets of one chunk at most, which is not filtered, and
// nothing that is kept apart from its object: not too many links or attributes,
// no texts of any length.
class Stamp {
 public:
  // The data of a dataset.
  struct Slot {
    std::string path;  // from the group: "z/z"
    size_t size = 0;   // in bytes
  };

  // Makes one of the group at `address` in `image`, the bytes of a whole HDF5
  // file in the format of HDF5 1.8. A file to put it in has the same
  // `chunk_index_rank` (see MemoryFile).
  //
  // Errors:
  //   kUnimplemented: the group has something that no stamp can have.
  //   kDataLoss: the image is damaged.
  static absl::StatusOr<Stamp> Of(absl::string_view image, uint64_t address,
                                  unsigned chunk_index_rank);

  // Bytes of one copy.
  size_t size() const { return bytes_.size(); }
  const std::vector<Slot>& slots() const { return slots_; }

  // Puts a copy, of size() bytes, at `out`, which is for the place `address` in
  // a file: a group that has no links to it yet. `data` has what goes in each
  // slot, as many bytes as that takes.
  void Press(uint64_t address, absl::Span<const absl::string_view> data,
             char* out) const;

 private:
  struct Range {
    size_t begin;
    size_t size;
  };
  // An address that a copy has to have at `at`: its own one and `offset`.
  struct Address {
    size_t at;
    size_t offset;
  };

  explicit Stamp(unsigned chunk_index_rank)
      : chunk_index_rank_(chunk_index_rank) {}

  absl::Status AddObject(absl::string_view image, uint64_t address,
                         const std::string& path, int depth);
  absl::Status AddLayout(absl::string_view image, const HeaderMessage& message,
                         size_t data_at, const std::string& path);
  absl::Status AddChunk(absl::string_view image, absl::string_view layout,
                        size_t layout_at, const std::string& path);
  absl::Status AddData(absl::string_view image, uint64_t address, uint64_t size,
                       size_t address_at, const std::string& path);
  size_t Append(absl::string_view bytes);

  unsigned chunk_index_rank_;
  std::string bytes_;
  std::vector<Range> headers_;  // with their checksums
  std::vector<Address> addresses_;
  std::vector<Slot> slots_;
  std::vector<size_t> slots_at_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_STAMPS_STAMP_H_
