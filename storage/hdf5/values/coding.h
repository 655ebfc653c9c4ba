#ifndef CPPET_STORAGE_HDF5_VALUES_CODING_H_
#define CPPET_STORAGE_HDF5_VALUES_CODING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Bytes that each text of `value` needs, at least 1; 0 if it is no text.
size_t TextSize(const Value& value);

// Appends the elements of `value` one after the other, each text filled with
// NULs to `text_size`.
void AppendElements(const Value& value, size_t text_size,
                    std::vector<char>* out);

// What Python type a value has, beyond what its dataset tells: attributes
// <prefix>COLL_TYPE and <prefix>SCALAR_TYPE.
struct Recall {
  std::string collection;  // COLL_SCALAR, COLL_LIST, ...
  std::string scalar;      // int, float64, ...; empty if it is not needed
};
Recall RecallOf(const Value& value);
Recall RecallOf(const Column& column);
absl::Status WriteRecall(hid_t dataset, absl::string_view prefix,
                         const Recall& recall);
Recall ReadRecall(hid_t dataset, absl::string_view prefix);

// Makes values of bytes.
class Decoder {
 public:
  // Elements of type `element`; `shape` is that of the dataset, empty for a
  // cell of a table.
  //
  // Errors:
  //   kUnimplemented: Python's type is none of ours; named.
  static absl::StatusOr<Decoder> Create(const ElementType& element,
                                        std::vector<int64_t> shape,
                                        const Recall& recall);

  Form form() const { return form_; }
  Flavor flavor() const { return flavor_; }
  // Bytes of one value.
  size_t value_size() const { return value_size_; }

  // `bytes` are those of one or more values.
  //
  // Errors:
  //   kDataLoss: there is text in it that is no UTF-8.
  absl::Status Check(absl::string_view bytes) const;

  // The value in `bytes`, which are of value_size() and in order.
  Value Decode(absl::string_view bytes) const;
  // The same, which keeps large ones and does not copy them.
  Value Decode(std::vector<char> bytes) const;

  // The `count` values in `bytes` as one array, whose first dimension counts
  // them.
  Value DecodeArray(int64_t count, absl::string_view bytes) const;

 private:
  Decoder() = default;

  Value Elements(Form form, Flavor flavor, std::vector<int64_t> shape,
                 absl::string_view bytes) const;
  Value Numbers(Form form, Flavor flavor, std::vector<int64_t> shape,
                std::vector<char> bytes) const;

  DType dtype_ = DType::kFloat64;
  Form form_ = Form::kScalar;
  Flavor flavor_ = Flavor::kNumpy;
  std::vector<int64_t> shape_;
  size_t element_size_ = 0;
  size_t value_size_ = 0;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_CODING_H_
