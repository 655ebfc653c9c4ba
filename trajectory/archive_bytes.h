#ifndef CPPET_TRAJECTORY_ARCHIVE_BYTES_H_
#define CPPET_TRAJECTORY_ARCHIVE_BYTES_H_

// What cereal writes, as bytes. To be included in few files, as it takes long
// to compile.

#include <exception>
#include <ostream>
#include <streambuf>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cereal/archives/binary.hpp"
#include "cppet/base/bounded_archive.h"

namespace cppet {
namespace archive_bytes {

// A stream that appends to a string.
class StringBuffer : public std::streambuf {
 public:
  explicit StringBuffer(std::string& out) : out_(out) {}

 protected:
  std::streamsize xsputn(const char* data, std::streamsize size) override {
    out_.append(data, size);
    return size;
  }
  int_type overflow(int_type c) override {
    out_.push_back(traits_type::to_char_type(c));
    return c;
  }

 private:
  std::string& out_;
};

}  // namespace archive_bytes

// Returns `object`, which cereal can write, as bytes.
template <typename T>
std::string EncodeArchive(const T& object) {
  std::string out;
  archive_bytes::StringBuffer buffer(out);
  std::ostream stream(&buffer);
  cereal::BinaryOutputArchive archive(stream);
  archive(object);
  return out;
}

// Returns the object whose bytes are `bytes`, which may be damaged: whatever
// sizes are in them, it takes no more memory than so many can be worth.
//
// Errors:
//   kDataLoss: they are no whole `what`.
template <typename T>
absl::StatusOr<T> DecodeArchive(absl::string_view bytes,
                                absl::string_view what) {
  T object;
  absl::string_view rest;
  try {
    BoundedInputArchive archive(bytes);
    archive(object);
    rest = archive.rest();
  } catch (const std::exception& error) {
    return absl::DataLossError(
        absl::StrCat("these bytes are no ", what, ": ", error.what()));
  }
  if (!rest.empty()) {
    return absl::DataLossError(
        absl::StrCat("there are more bytes than those of a ", what));
  }
  return object;
}

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_ARCHIVE_BYTES_H_
