#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/storage/storage_conformance_values.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/sparse_matrix.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

using Format = SparseMatrix::Format;

constexpr char kText[] = "Gr\u00f6\u00dfe \u2603 \U0001F600";

Value Dates(const std::vector<int64_t>& nanoseconds) {
  const Value integers(nanoseconds);
  return Value::Collection(Form::kArray, DType::kDatetime64, Flavor::kNumpy,
                           {static_cast<int64_t>(nanoseconds.size())},
                           {integers.bytes().begin(), integers.bytes().end()});
}

Column ColumnOf(const std::string& name, const std::vector<Value>& cells) {
  return Column::OfCells(name, cells).value();
}

ObjectTable SmallTable() {
  using Reals = std::vector<double>;
  // pypet keeps the numbers of numpy in the first column only.
  return {{ColumnOf("small", {int8_t{-1}, int8_t{0}, int8_t{1}}),
           ColumnOf("int", {std::numeric_limits<int64_t>::min(), int64_t{0},
                            std::numeric_limits<int64_t>::max()}),
           ColumnOf("flag", {true, false, true}),
           ColumnOf("text", {"", kText, std::string(300, 'x')}),
           ColumnOf("array", {Value(Reals{1, 2}), Value(Reals{3, 4}),
                              Value(Reals{5, 6})}),
           ColumnOf("tuple", {Value::Tuple<std::string>({"a", "bc"}),
                              Value::Tuple<std::string>({"", "d"}),
                              Value::Tuple<std::string>({"e", kText})}),
           ColumnOf("has space", {1.0, -0.5, 1e300})}};
}

// More columns than one table of PyTables has.
ObjectTable WideTable() {
  ObjectTable table;
  for (int i = 0; i < 520; ++i) {
    table.columns.push_back(
        ColumnOf(absl::StrCat("c", 1000 + i), {int64_t{i}, int64_t{-i}}));
  }
  return table;
}

Dict SmallDict() {
  return {{{"int", 7},
           {"float", 1.5},
           {"text", kText},
           {"array", std::vector<int32_t>{1, 2, 3}},
           {"list", Value::List<std::string>({"a", "bcd"})},
           {"tuple", Value::Tuple<double>({1, 2})},
           {"flag", true},
           {"bytes", Bytes{std::string("a\0b", 3)}}}};
}

Dict WideDict() {
  Dict dict;
  for (int i = 0; i < 600; ++i) {
    dict.entries.emplace_back(absl::StrCat("k", 1000 + i), int64_t{i});
  }
  return dict;
}

DataFrame SmallFrame() {
  DataFrame frame;
  frame.index = NumberedIndex(3);
  frame.columns.labels = std::vector<std::string>{"i", "f", "s", "b", "g"};
  frame.data = {std::vector<int64_t>{1, 2, 3}, std::vector<double>{1, -2, 1e9},
                std::vector<std::string>{"a", kText, "ccc"},
                std::vector<bool>{true, false, true},
                std::vector<double>{7, 8, 9}};
  return frame;
}

DataFrame LabelledFrame(Value labels) {
  DataFrame frame;
  frame.index.labels = std::move(labels);
  frame.index.name = "label";
  frame.columns.labels = std::vector<std::string>{"x"};
  frame.data = {std::vector<float>{1, 2}};
  return frame;
}

Series SmallSeries() {
  Series series;
  series.index = NumberedIndex(2);
  series.data = std::vector<double>{0.5, std::numeric_limits<double>::max()};
  series.name = "numbers";
  return series;
}

SparseMatrix Csr(Value data) {
  SparseMatrix matrix;
  matrix.shape = {2, 3};
  matrix.data = std::move(data);
  matrix.indices = std::vector<int32_t>{0, 2, 2};
  matrix.indptr = std::vector<int32_t>{0, 2, 3};
  return matrix;
}

SparseMatrix Csc() {
  SparseMatrix matrix = Csr(std::vector<double>{1, 2, 3});
  matrix.format = Format::kCsc;
  matrix.indices = std::vector<int64_t>{0, 0, 1};
  matrix.indptr = std::vector<int64_t>{0, 1, 1, 3};
  return matrix;
}

SparseMatrix Bsr() {
  SparseMatrix matrix;
  matrix.format = Format::kBsr;
  matrix.shape = {4, 4};
  matrix.data = NdArray<int64_t>{{2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}};
  matrix.indices = std::vector<int32_t>{0, 1};
  matrix.indptr = std::vector<int32_t>{0, 1, 2};
  return matrix;
}

SparseMatrix Dia() {
  SparseMatrix matrix;
  matrix.format = Format::kDia;
  matrix.shape = {2, 3};
  matrix.data = NdArray<double>{{2, 3}, {1, 2, 9, 9, 4, 0}};
  matrix.offsets = std::vector<int32_t>{0, 1};
  return matrix;
}

SparseMatrix EmptyCsr() {
  SparseMatrix matrix;
  matrix.shape = {3, 3};
  matrix.indptr = std::vector<int32_t>{0, 0, 0, 0};
  return matrix;
}

}  // namespace

std::vector<NamedValue> SparseValues() {
  return {{"csr", Csr(std::vector<int64_t>{1, -2, 3})},
          {"csr_complex", Csr(std::vector<std::complex<double>>{1, -2, 3})},
          {"csr_uint8", Csr(std::vector<uint8_t>{1, 2, 255})},
          {"csr_empty", EmptyCsr()},
          {"csc", Csc()},
          {"bsr", Bsr()},
          {"dia", Dia()}};
}

std::vector<NamedValue> PickledValues() {
  return {{"pickle", PickledObject{"(lp0\nI1\naNa."}},
          {"user", UserObject{"geo.Point", std::string("\0\1\xff\n", 4)}},
          {"user_empty", UserObject{"empty", ""}},
          {"dict", SmallDict()}};
}

std::vector<NamedValue> CompositeValues() {
  std::vector<NamedValue> values = SparseValues();
  values.insert(
      values.end(),
      {{"dict", SmallDict()},
       {"dict_empty", Dict()},
       {"dict_wide", WideDict()},
       {"table", SmallTable()},
       {"table_wide", WideTable()},
       {"frame", SmallFrame()},
       {"frame_text_index",
        LabelledFrame(std::vector<std::string>{"r1", kText})},
       {"frame_float_index", LabelledFrame(std::vector<double>{-0.5, 2})},
       {"frame_dates", LabelledFrame(Dates({0, 1577836800'000000000}))},
       {"frame_empty", DataFrame()},
       {"series", SmallSeries()}});
  return values;
}

}  // namespace cppet
