#ifndef CPPET_TRAJECTORY_COMPOSITE_H_
#define CPPET_TRAJECTORY_COMPOSITE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/sparse_matrix.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// What a Value holds that is more than one array:
//
//   ObjectTable table{{Column::Of("mass", std::vector<double>{1.5, 2.5}),
//                      Column::Of("name", std::vector<std::string>{"a",
//                      "b"})}};
//   run.AddResult("bodies", table);
//   absl::StatusOr<ObjectTable> again = run.Get<ObjectTable>("bodies");
//
// All of them are plain data; CheckComposite tells whether it fits together.

// Python's dict of values that are not composite, in order. The names are
// unique, not empty and have no '/'. In a file, numpy's numbers in it become
// Python's own, as pypet has it.
struct Dict {
  Items entries;
};

// A column of a table: cells of one type, each a scalar, or an array, list or
// tuple of one shape.
struct Column {
  std::string name;
  // The cells one after the other: an array whose first dimension is the rows
  // and whose others are the shape of a cell.
  Value cells;
  Form cell_form = Form::kScalar;
  Flavor cell_flavor = Flavor::kNumpy;

  // A column of scalars.
  template <typename T>
  static Column Of(std::string name, const std::vector<T>& cells) {
    return {std::move(name), Value(cells), Form::kScalar, Value(T()).flavor()};
  }
  // A column of the cells `cells`, which are of one type and shape, at least
  // one of them and none of them composite.
  //
  // Errors:
  //   kInvalidArgument: they are not.
  static absl::StatusOr<Column> OfCells(std::string name,
                                        const std::vector<Value>& cells);

  int64_t rows() const;
  // The cell in row `row`, 0 <= row < rows().
  Value Cell(int64_t row) const;
};

// Rows of named columns: pypet's ObjectTable. The names are as those of a Dict,
// and all columns have equally many rows.
struct ObjectTable {
  std::vector<Column> columns;

  int64_t rows() const { return columns.empty() ? 0 : columns[0].rows(); }
};

// The labels of rows or columns: a 1-d array of text, int64_t, uint64_t, double
// or kDatetime64.
struct Index {
  Value labels = Value(std::vector<std::string>{});
  std::optional<std::string> name;

  int64_t size() const { return labels.size(); }
};

// The labels 0 .. size-1.
Index NumberedIndex(int64_t size);

// A data frame of pandas: a 1-d array for each column, of numbers, truth
// values, text or kDatetime64.
struct DataFrame {
  Index index;
  Index columns;
  std::vector<Value> data;
};

// A series of pandas: data as that of one column.
struct Series {
  Index index;
  Value data = Value(std::vector<double>{});
  std::optional<std::string> name;
};

// What only Python can make: the bytes of its pickle.
struct PickledObject {
  std::string pickle;
};

// A type of the user's own, in the encoding of user_type.h.
struct UserObject {
  std::string type;
  std::string data;
};

// pypet's shared data, which it reads and writes in place.
struct SharedData {
  // pypet's class: SharedArray, SharedTable, SharedPandasFrame, ...
  std::string type;
  // SharedTable: the columns. SharedVLArray: the rows, without names. All
  // others: one value without a name.
  std::vector<std::pair<std::string, Value>> parts;
};

struct Composite {
  std::variant<Dict, ObjectTable, DataFrame, Series, SparseMatrix,
               PickledObject, UserObject, SharedData>
      data;
};

bool operator==(const Dict& a, const Dict& b);
bool operator==(const Column& a, const Column& b);
bool operator==(const ObjectTable& a, const ObjectTable& b);
bool operator==(const Index& a, const Index& b);
bool operator==(const DataFrame& a, const DataFrame& b);
bool operator==(const Series& a, const Series& b);
bool operator==(const PickledObject& a, const PickledObject& b);
bool operator==(const UserObject& a, const UserObject& b);
bool operator==(const SharedData& a, const SharedData& b);
bool operator==(const Composite& a, const Composite& b);

// Python's name of it: "dict", "csr_matrix", ...
absl::string_view CompositeTypeName(const Composite& composite);

// Checks that the parts of a composite value fit together, so that each can be
// looked at: columns have equally many rows, indices are in the matrix.
//
// Errors:
//   kInvalidArgument: says what does not fit.
absl::Status CheckStructure(const Composite& composite);

// Checks that of a value, and that its names are unique and can be stored.
// Values that are not composite are fine.
//
// Errors:
//   kInvalidArgument: says what does not fit.
absl::Status CheckComposite(const Value& value);

namespace value_internal {

template <typename T, Form form>
struct CompositeTraits {
  static constexpr bool kIs = true;
  static Value ToValue(T data) {
    return Value::Composed(
        form, std::make_shared<const Composite>(Composite{std::move(data)}));
  }
  static absl::StatusOr<T> FromValue(const Value& value) {
    if (value.form() != form) {
      return NotA(value, CompositeTypeName(Composite{T()}));
    }
    return std::get<T>(value.composite()->data);
  }
};

}  // namespace value_internal

template <>
struct ValueTraits<Dict> : value_internal::CompositeTraits<Dict, Form::kDict> {
};
template <>
struct ValueTraits<ObjectTable>
    : value_internal::CompositeTraits<ObjectTable, Form::kTable> {};
template <>
struct ValueTraits<DataFrame>
    : value_internal::CompositeTraits<DataFrame, Form::kFrame> {};
template <>
struct ValueTraits<Series>
    : value_internal::CompositeTraits<Series, Form::kSeries> {};
template <>
struct ValueTraits<SparseMatrix>
    : value_internal::CompositeTraits<SparseMatrix, Form::kSparse> {};
template <>
struct ValueTraits<PickledObject>
    : value_internal::CompositeTraits<PickledObject, Form::kPickle> {};
template <>
struct ValueTraits<UserObject>
    : value_internal::CompositeTraits<UserObject, Form::kUser> {};
template <>
struct ValueTraits<SharedData>
    : value_internal::CompositeTraits<SharedData, Form::kShared> {};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_COMPOSITE_H_
