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

void Require(bool holds) {
  if (!holds) throw cereal::Exception("a value that cannot be");
}

// The number of elements of `shape`, which may not be more than `most`.
size_t ElementCount(const std::vector<int64_t>& shape, size_t most) {
  size_t count = 1;
  for (const int64_t length : shape) {
    size_t product = 0;
    Require(
        length >= 0 &&
        !__builtin_mul_overflow(count, static_cast<size_t>(length), &product) &&
        product <= most);
    count = product;
  }
  return count;
}

}  // namespace

template <typename Archive>
void save(Archive& archive, const Value& value) {
  archive(static_cast<uint8_t>(value.dtype()),
          static_cast<uint8_t>(value.form()),
          static_cast<uint8_t>(value.flavor()));
  if (value.is_scalar()) {
    archive(std::string(value.bytes()));
    return;
  }
  archive(std::vector<int64_t>(value.shape().begin(), value.shape().end()));
  if (value.is_text()) {
    archive(
        std::vector<std::string>(value.texts().begin(), value.texts().end()));
  } else {
    archive(std::string(value.bytes()));
  }
}

template <typename Archive>
void load(Archive& archive, Value& value) {
  uint8_t dtype_number, form_number, flavor_number;
  archive(dtype_number, form_number, flavor_number);
  Require(dtype_number <= static_cast<uint8_t>(DType::kBytes) &&
          form_number <= static_cast<uint8_t>(Form::kTuple) &&
          flavor_number <= static_cast<uint8_t>(Flavor::kNumpy));
  const auto dtype = static_cast<DType>(dtype_number);
  const auto form = static_cast<Form>(form_number);
  const auto flavor = static_cast<Flavor>(flavor_number);
  const size_t item_size = ItemSize(dtype);
  if (form == Form::kScalar) {
    std::string bytes;
    archive(bytes);
    if (item_size == 0) {
      value = Value::Text(dtype, flavor, std::move(bytes));
      return;
    }
    Require(bytes.size() == item_size);
    value = Value::Scalar(dtype, flavor, bytes);
    return;
  }
  std::vector<int64_t> shape;
  archive(shape);
  if (item_size == 0) {
    std::vector<std::string> texts;
    archive(texts);
    Require(ElementCount(shape, texts.size()) == texts.size());
    value = Value::TextCollection(form, dtype, flavor, std::move(shape),
                                  std::move(texts));
    return;
  }
  std::string bytes;
  archive(bytes);
  Require(ElementCount(shape, bytes.size()) * item_size == bytes.size());
  value = Value::Collection(form, dtype, flavor, std::move(shape),
                            {bytes.begin(), bytes.end()});
}

template <typename Archive>
void serialize(Archive& archive, LeafRecord& leaf) {
  archive(leaf.full_name, leaf.kind, leaf.class_name, leaf.comment, leaf.items,
          leaf.annotations);
}

template <typename Archive>
void serialize(Archive& archive, RunRecord& record) {
  archive(record.index, record.completed, record.failure,
          record.start_timestamp, record.finish_timestamp,
          record.environment_hexsha, record.leaves);
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
