#ifndef CPPET_TRAJECTORY_VALUE_ARCHIVE_H_
#define CPPET_TRAJECTORY_VALUE_ARCHIVE_H_

// How cereal writes a Value into an archive and reads it again. To be included
// in few files, as it takes long to compile.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cereal/cereal.hpp"
#include "cereal/types/array.hpp"
#include "cereal/types/optional.hpp"
#include "cereal/types/string.hpp"
#include "cereal/types/utility.hpp"
#include "cereal/types/variant.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"

// cereal finds these by the namespace of their types.
namespace cppet {
namespace value_archive {

inline void Require(bool holds) {
  if (!holds) throw cereal::Exception("a value that cannot be");
}

// The enumerators are 0 .. `last`.
template <typename Archive, typename Enum>
void Enumerator(Archive& archive, Enum& value, Enum last) {
  auto number = static_cast<std::underlying_type_t<Enum>>(value);
  archive(number);
  Require(number <= static_cast<std::underlying_type_t<Enum>>(last));
  value = static_cast<Enum>(number);
}

// The number of elements of `shape`, which may not be more than `most`.
inline size_t ElementCount(const std::vector<int64_t>& shape, size_t most) {
  for (const int64_t length : shape) Require(length >= 0);
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  size_t count = 1;
  for (const int64_t length : shape) {
    size_t product = 0;
    Require(
        !__builtin_mul_overflow(count, static_cast<size_t>(length), &product) &&
        product <= most);
    count = product;
  }
  return count;
}

}  // namespace value_archive

// For a Value alone, not for what can become one.
template <typename T>
using IfValue = std::enable_if_t<std::is_same_v<T, Value>, int>;

template <typename Archive, typename T, IfValue<T> = 0>
void save(Archive& archive, const T& value);
template <typename Archive, typename T, IfValue<T> = 0>
void load(Archive& archive, T& value);

template <typename Archive>
void save(Archive& archive, const Items& items) {
  archive(cereal::make_size_tag(static_cast<cereal::size_type>(items.size())));
  for (const auto& [name, value] : items) archive(name, value);
}
template <typename Archive>
void load(Archive& archive, Items& items) {
  cereal::size_type size = 0;
  archive(cereal::make_size_tag(size));
  items.clear();
  for (; size > 0; --size) {
    auto& [name, value] = items.emplace_back();
    archive(name, value);
  }
}

template <typename Archive>
void serialize(Archive& archive, Dict& dict) {
  archive(dict.entries);
}

template <typename Archive>
void serialize(Archive& archive, Column& column) {
  archive(column.name, column.cells);
  value_archive::Enumerator(archive, column.cell_form, Form::kShared);
  value_archive::Enumerator(archive, column.cell_flavor, Flavor::kNumpy);
}

template <typename Archive>
void serialize(Archive& archive, ObjectTable& table) {
  archive(table.columns);
}

template <typename Archive>
void serialize(Archive& archive, Index& index) {
  archive(index.labels, index.name);
}

template <typename Archive>
void serialize(Archive& archive, DataFrame& frame) {
  archive(frame.index, frame.columns, frame.data);
}

template <typename Archive>
void serialize(Archive& archive, Series& series) {
  archive(series.index, series.data, series.name);
}

template <typename Archive>
void serialize(Archive& archive, SparseMatrix& matrix) {
  value_archive::Enumerator(archive, matrix.format, SparseMatrix::Format::kDia);
  archive(matrix.shape, matrix.data, matrix.indices, matrix.indptr,
          matrix.offsets);
}

template <typename Archive>
void serialize(Archive& archive, PickledObject& object) {
  archive(object.pickle);
}

template <typename Archive>
void serialize(Archive& archive, UserObject& object) {
  archive(object.type, object.data);
}

template <typename Archive>
void serialize(Archive& archive, SharedData& shared) {
  archive(shared.type, shared.parts);
}

template <typename Archive, typename T, IfValue<T>>
void save(Archive& archive, const T& value) {
  archive(static_cast<uint8_t>(value.dtype()),
          static_cast<uint8_t>(value.form()),
          static_cast<uint8_t>(value.flavor()));
  if (value.is_composite()) {
    archive(value.composite()->data);
    return;
  }
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

template <typename Archive, typename T, IfValue<T>>
void load(Archive& archive, T& value) {
  uint8_t dtype_number, form_number, flavor_number;
  archive(dtype_number, form_number, flavor_number);
  using value_archive::ElementCount;
  using value_archive::Require;
  Require(dtype_number <= static_cast<uint8_t>(DType::kFloat16) &&
          form_number <= static_cast<uint8_t>(Form::kShared) &&
          flavor_number <= static_cast<uint8_t>(Flavor::kNumpy));
  const auto dtype = static_cast<DType>(dtype_number);
  const auto form = static_cast<Form>(form_number);
  const auto flavor = static_cast<Flavor>(flavor_number);
  if (IsComposite(form)) {
    auto composite = std::make_shared<Composite>();
    archive(composite->data);
    Require(composite->data.index() == static_cast<size_t>(form_number) -
                                           static_cast<size_t>(Form::kDict) &&
            CheckStructure(*composite).ok());
    value = Value::Composed(form, std::move(composite));
    return;
  }
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

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_VALUE_ARCHIVE_H_
