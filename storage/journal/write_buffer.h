#ifndef CPPET_STORAGE_JOURNAL_WRITE_BUFFER_H_
#define CPPET_STORAGE_JOURNAL_WRITE_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cppet::journal {

// Bytes on their way to a file, in pieces that grow as what comes joins them.
// HDF5 writes objects one by one, and reads many of them again before it does.
class WriteBuffer {
 public:
  void Write(uint64_t offset, absl::string_view bytes);

  // Reads `size` bytes if all of them are in one piece; returns whether.
  bool ReadWithin(uint64_t offset, char* buffer, size_t size) const;
  // Puts what it has of these bytes, read from the file, over them.
  void Patch(uint64_t offset, char* buffer, size_t size) const;

  // All pieces, in order of their offsets, until the first error.
  absl::Status Visit(
      const std::function<absl::Status(uint64_t offset,
                                       absl::string_view bytes)>& visit) const;

  size_t bytes() const { return bytes_; }
  void Clear();

 private:
  using Pieces = std::map<uint64_t, std::string>;  // by offset; none overlap

  // The last piece that begins at `offset` or before it; end() if none does.
  Pieces::const_iterator PieceBefore(uint64_t offset) const;

  Pieces pieces_;
  size_t bytes_ = 0;
};

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_WRITE_BUFFER_H_
