#include "cppet/trajectory/composite.h"

#include <cstring>
#include <numeric>
#include <tuple>

namespace cppet {
namespace {

// The scalar, or what else a cell may be, of the elements `first` to
// `first + count` of `cells`.
Value Slice(const Value& cells, int64_t first, int64_t count, Form form,
            Flavor flavor, std::vector<int64_t> shape) {
  const DType dtype = cells.dtype();
  if (cells.is_text()) {
    const auto texts = cells.texts().subspan(first, count);
    if (form == Form::kScalar) return Value::Text(dtype, flavor, texts[0]);
    return Value::TextCollection(form, dtype, flavor, std::move(shape),
                                 {texts.begin(), texts.end()});
  }
  const size_t item_size = ItemSize(dtype);
  const absl::string_view bytes =
      cells.bytes().substr(first * item_size, count * item_size);
  if (form == Form::kScalar) return Value::Scalar(dtype, flavor, bytes);
  return Value::Collection(form, dtype, flavor, std::move(shape),
                           {bytes.begin(), bytes.end()});
}

struct TypeName {
  absl::string_view operator()(const Dict&) const { return "dict"; }
  absl::string_view operator()(const ObjectTable&) const {
    return "ObjectTable";
  }
  absl::string_view operator()(const DataFrame&) const { return "DataFrame"; }
  absl::string_view operator()(const Series&) const { return "Series"; }
  absl::string_view operator()(const SparseMatrix& matrix) const {
    static constexpr absl::string_view kNames[] = {"csr_matrix", "csc_matrix",
                                                   "bsr_matrix", "dia_matrix"};
    return kNames[static_cast<size_t>(matrix.format)];
  }
  absl::string_view operator()(const PickledObject&) const { return "pickle"; }
  absl::string_view operator()(const UserObject& object) const {
    return object.type.empty() ? "object" : absl::string_view(object.type);
  }
  absl::string_view operator()(const SharedData& shared) const {
    return shared.type.empty() ? "SharedData" : absl::string_view(shared.type);
  }
};

}  // namespace

absl::StatusOr<Column> Column::OfCells(std::string name,
                                       const std::vector<Value>& cells) {
  if (cells.empty()) {
    return absl::InvalidArgumentError(name + " has no cells");
  }
  const Value& first = cells[0];
  std::vector<int64_t> shape = {static_cast<int64_t>(cells.size())};
  shape.insert(shape.end(), first.shape().begin(), first.shape().end());
  std::vector<char> bytes;
  std::vector<std::string> texts;
  for (const Value& cell : cells) {
    if (cell.is_composite() || !cell.SameType(first)) {
      return absl::InvalidArgumentError("the column " + name + " has a " +
                                        cell.TypeDescription() + " beside a " +
                                        first.TypeDescription());
    }
    if (cell.is_text()) {
      texts.insert(texts.end(), cell.texts().begin(), cell.texts().end());
    } else {
      bytes.insert(bytes.end(), cell.bytes().begin(), cell.bytes().end());
    }
  }
  Value all =
      first.is_text()
          ? Value::TextCollection(Form::kArray, first.dtype(), Flavor::kNumpy,
                                  std::move(shape), std::move(texts))
          : Value::Collection(Form::kArray, first.dtype(), Flavor::kNumpy,
                              std::move(shape), std::move(bytes));
  return Column{std::move(name), std::move(all), first.form(), first.flavor()};
}

int64_t Column::rows() const {
  return cells.shape().empty() ? 0 : cells.shape()[0];
}

Value Column::Cell(int64_t row) const {
  std::vector<int64_t> shape(cells.shape().begin() + 1, cells.shape().end());
  const int64_t count = std::accumulate(shape.begin(), shape.end(), int64_t{1},
                                        std::multiplies<>());
  return Slice(cells, row * count, count, cell_form, cell_flavor,
               std::move(shape));
}

Index NumberedIndex(int64_t size) {
  std::vector<int64_t> labels(size);
  std::iota(labels.begin(), labels.end(), 0);
  return {Value(labels), std::nullopt};
}

bool operator==(const Dict& a, const Dict& b) { return a.entries == b.entries; }
bool operator==(const Column& a, const Column& b) {
  return std::tie(a.name, a.cells, a.cell_form, a.cell_flavor) ==
         std::tie(b.name, b.cells, b.cell_form, b.cell_flavor);
}
bool operator==(const ObjectTable& a, const ObjectTable& b) {
  return a.columns == b.columns;
}
bool operator==(const Index& a, const Index& b) {
  return std::tie(a.labels, a.name) == std::tie(b.labels, b.name);
}
bool operator==(const DataFrame& a, const DataFrame& b) {
  return std::tie(a.index, a.columns, a.data) ==
         std::tie(b.index, b.columns, b.data);
}
bool operator==(const Series& a, const Series& b) {
  return std::tie(a.index, a.data, a.name) == std::tie(b.index, b.data, b.name);
}
bool operator==(const PickledObject& a, const PickledObject& b) {
  return a.pickle == b.pickle;
}
bool operator==(const UserObject& a, const UserObject& b) {
  return std::tie(a.type, a.data) == std::tie(b.type, b.data);
}
bool operator==(const SharedData& a, const SharedData& b) {
  return std::tie(a.type, a.parts) == std::tie(b.type, b.parts);
}
bool operator==(const Composite& a, const Composite& b) {
  return a.data == b.data;
}

absl::string_view CompositeTypeName(const Composite& composite) {
  return std::visit(TypeName(), composite.data);
}

}  // namespace cppet
