#include "cppet/storage/storage_conformance_values.h"

#include <complex>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

class Collector {
 public:
  std::vector<NamedValue> Take() { return std::move(values_); }

  void Add(const std::string& name, Value value) {
    // A name of its own for each.
    values_.emplace_back(absl::StrCat("v", values_.size(), "_", name),
                         std::move(value));
  }

  void AddAll(std::vector<NamedValue> values) {
    for (auto& [name, value] : values) Add(name, std::move(value));
  }

  // Scalars, and all that is made of them.
  template <typename T>
  void AddForms(const std::string& type, const std::vector<T>& elements) {
    for (const T& element : elements) Add(type, Value(element));
    Add(type + "_1d", Value(elements));
    std::vector<T> many;
    while (many.size() < 24) {
      many.push_back(elements[many.size() % elements.size()]);
    }
    Add(type + "_3d", Value(NdArray<T>{{2, 3, 4}, many}));
    Add(type + "_8d", Value(NdArray<T>{{1, 2, 1, 3, 1, 2, 2, 1}, many}));
    Add(type + "_list", Value::List<T>(elements));
    Add(type + "_tuple", Value::Tuple<T>(elements));
  }

  template <typename T>
  void AddEmptyForms(const std::string& type) {
    Add(type + "_empty", Value(std::vector<T>{}));
    Add(type + "_0x3", Value(NdArray<T>{{0, 3}, {}}));
    Add(type + "_3x0", Value(NdArray<T>{{3, 0}, {}}));
    Add(type + "_empty_list", Value::List<T>({}));
    Add(type + "_empty_tuple", Value::Tuple<T>({}));
  }

  template <typename T>
  void AddIntegers(const std::string& type) {
    AddForms<T>(type, {std::numeric_limits<T>::min(), 0, 1,
                       std::numeric_limits<T>::max()});
  }

  template <typename T>
  void AddFloats(const std::string& type) {
    using Limits = std::numeric_limits<T>;
    AddForms<T>(type, {T(0), T(-0.0), T(1.5), T(-0.1), Limits::max(),
                       Limits::denorm_min(), Limits::infinity(),
                       -Limits::infinity(), Limits::quiet_NaN()});
    AddForms<std::complex<T>>(
        "complex_" + type,
        {std::complex<T>(1, -2), std::complex<T>(0, Limits::infinity())});
  }

 private:
  std::vector<NamedValue> values_;
};

// What C++ types become.
void AddNatural(Collector* values) {
  values->AddForms<bool>("bool", {false, true});
  values->AddIntegers<int8_t>("int8");
  values->AddIntegers<int16_t>("int16");
  values->AddIntegers<int32_t>("int32");
  values->AddIntegers<int64_t>("int64");
  values->AddIntegers<uint8_t>("uint8");
  values->AddIntegers<uint16_t>("uint16");
  values->AddIntegers<uint32_t>("uint32");
  values->AddIntegers<uint64_t>("uint64");
  values->AddFloats<float>("float32");
  values->AddFloats<double>("float64");
  values->AddForms<std::string>(
      "str",
      {"text", "", "Gr\u00f6\u00dfe \u2603 \u65e5\u672c\u8a9e \U0001F600",
       "two\nlines, 'quotes' and a \\", "ends with a dot."});
  values->Add("long_str", std::string(1 << 20, 'x'));
  values->AddForms<Bytes>(
      "bytes", {Bytes{"raw"}, Bytes{""}, Bytes{std::string("a\0b", 3)},
                Bytes{"\xff\xfe"}, Bytes{"N."}});
  values->Add("matrix",
              Value::Collection(Form::kMatrix, DType::kInt32, Flavor::kNumpy,
                                {2, 1}, std::vector<char>(8, 1)));
  values->Add("float16",
              Value::Collection(Form::kArray, DType::kFloat16, Flavor::kNumpy,
                                {2}, {0x00, 0x3e, 0x01, 0x00}));
}

// What only values of Python have: the numbers of numpy as scalars.
void AddNumpyScalars(Collector* values) {
  for (const DType dtype : {DType::kBool, DType::kInt32, DType::kInt64,
                            DType::kFloat64, DType::kComplex128}) {
    const std::string one(ItemSize(dtype), '\1');
    values->Add(absl::StrCat("numpy_", DTypeName(dtype)),
                Value::Scalar(dtype, Flavor::kNumpy, one));
    values->Add(absl::StrCat("numpy_list_", DTypeName(dtype)),
                Value::Collection(Form::kList, dtype, Flavor::kNumpy, {1},
                                  std::vector<char>(one.begin(), one.end())));
  }
}

}  // namespace

std::vector<NamedValue> ParameterValues() {
  Collector values;
  AddNatural(&values);
  AddNumpyScalars(&values);
  values.AddAll(SparseValues());
  values.AddAll(PickledValues());
  return values.Take();
}

std::vector<NamedValue> ItemValues() {
  Collector values;
  AddNatural(&values);
  AddNumpyScalars(&values);
  // More than what is compressed in one piece.
  std::vector<double> large(3 * 70000);
  std::iota(large.begin(), large.end(), 0.5);
  values.Add("large", Value(NdArray<double>{{70000, 3}, large}));
  values.AddEmptyForms<bool>("bool");
  values.AddEmptyForms<int32_t>("int32");
  values.AddEmptyForms<double>("float64");
  values.AddEmptyForms<std::complex<float>>("complex64");
  values.AddEmptyForms<std::string>("str");
  values.AddEmptyForms<Bytes>("bytes");
  values.AddAll(CompositeValues());
  return values.Take();
}

std::vector<NamedValue> AnnotationValues() {
  Collector values;
  AddNatural(&values);
  values.AddEmptyForms<double>("float64");
  values.AddAll(PickledValues());
  return values.Take();
}

}  // namespace cppet
