#ifndef CPPET_STORAGE_HDF5_DIRECT_OBJECT_IMAGE_H_
#define CPPET_STORAGE_HDF5_DIRECT_OBJECT_IMAGE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/direct/file_window.h"

namespace cppet::hdf5 {

// The shape of a dataset or an attribute; empty for one element.
struct Extent {
  bool is_null = false;  // has no elements, nor a shape
  std::vector<int64_t> shape;
};

// An attribute as the file has it.
struct AttributeImage {
  absl::string_view name;
  absl::string_view type;  // the message of its type
  Extent extent;
  absl::string_view data;

  // Its text, without NULs at the end; nothing if it is none of fixed size.
  std::optional<std::string> Text() const;
  // Whether it is a whole number of one byte, or a bit field, that is not 0;
  // nothing if it is something else.
  std::optional<bool> Flag() const;
};

struct LinkImage {
  std::string name;
  uint64_t address = 0;
};

// A group or a dataset as the bytes of a file have it: without HDF5, of
// which each object and attribute takes several calls.
struct ObjectImage {
  bool is_group = false;
  std::vector<AttributeImage> attributes;
  std::vector<LinkImage> links;  // of a group
  // Of a dataset, whose elements are in one piece: within the header, or in the
  // file.
  absl::string_view type;
  Extent extent;
  absl::string_view data;
  uint64_t data_address = 0;  // 0 if they are in `data`
  uint64_t data_size = 0;

  // What the views are of.
  std::deque<std::string> pieces;

  const AttributeImage* Find(absl::string_view name) const;
};

// Reads the object whose header is at `address` into `image`, which is empty.
// Nothing in the file is trusted, and checksums have to be right. Returns false
// for whatever an object of cppet seldom has: other versions of the format,
// links that are not hard, links or attributes in a heap, chunks, filters,
// shared messages, more than one name, damage. HDF5 is to read it then.
bool ReadObjectImage(uint64_t address, FileWindow* file, ObjectImage* image);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_DIRECT_OBJECT_IMAGE_H_
