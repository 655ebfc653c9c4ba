#ifndef CPPET_TRAJECTORY_ARCHIVE_BYTES_H_
#define CPPET_TRAJECTORY_ARCHIVE_BYTES_H_

// What cereal writes, as bytes. To be included in few files, as it takes long
// to compile.

#include <exception>
#include <istream>
#include <ostream>
#include <streambuf>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cereal/archives/binary.hpp"

namespace cppet {
namespace archive_bytes {

// A stream that reads from memory it does not own.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(absl::string_view view) {
    char* begin = const_cast<char*>(view.data());
    setg(begin, begin, begin + view.size());
  }
  bool at_end() const { return gptr() == egptr(); }
};

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

// Returns the object whose bytes are `bytes`.
//
// Errors:
//   kDataLoss: they are no whole `what`.
template <typename T>
absl::StatusOr<T> DecodeArchive(absl::string_view bytes,
                                absl::string_view what) {
  archive_bytes::ViewBuffer buffer(bytes);
  std::istream stream(&buffer);
  T object;
  try {
    cereal::BinaryInputArchive archive(stream);
    archive(object);
  } catch (const std::exception& error) {
    return absl::DataLossError(
        absl::StrCat("these bytes are no ", what, ": ", error.what()));
  }
  if (!buffer.at_end()) {
    return absl::DataLossError(
        absl::StrCat("there are more bytes than those of a ", what));
  }
  return object;
}

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_ARCHIVE_BYTES_H_
