#include "cppet/trajectory/run_record.h"

#include <exception>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cereal/archives/binary.hpp"
#include "cereal/types/map.hpp"
#include "cereal/types/string.hpp"
#include "cereal/types/utility.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/trajectory/value_archive.h"

// cereal finds these by the namespace of their types.
namespace cppet {
namespace {

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

}  // namespace

template <typename Archive>
void serialize(Archive& archive, LeafRecord& leaf) {
  archive(leaf.full_name, leaf.kind, leaf.class_name, leaf.comment, leaf.items,
          leaf.annotations);
}

template <typename Archive>
void serialize(Archive& archive, GroupRecord& group) {
  archive(group.full_name, group.comment, group.annotations);
}

template <typename Archive>
void serialize(Archive& archive, LinkRecord& link) {
  archive(link.full_name, link.target);
}

template <typename Archive>
void serialize(Archive& archive, RunRecord& record) {
  archive(record.index, record.completed, record.failure,
          record.start_timestamp, record.finish_timestamp,
          record.environment_hexsha, record.leaves, record.groups,
          record.links);
}

namespace {

template <typename T>
std::string Encode(const T& object) {
  std::string out;
  StringBuffer buffer(out);
  std::ostream stream(&buffer);
  cereal::BinaryOutputArchive archive(stream);
  archive(object);
  return out;
}

template <typename T>
absl::StatusOr<T> Decode(absl::string_view bytes, absl::string_view what) {
  ViewBuffer buffer(bytes);
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

}  // namespace

std::string EncodeRunRecord(const RunRecord& record) { return Encode(record); }

absl::StatusOr<RunRecord> DecodeRunRecord(absl::string_view bytes) {
  return Decode<RunRecord>(bytes, "run record");
}

std::string EncodeValue(const Value& value) { return Encode(value); }

absl::StatusOr<Value> DecodeValue(absl::string_view bytes) {
  return Decode<Value>(bytes, "value");
}

}  // namespace cppet
