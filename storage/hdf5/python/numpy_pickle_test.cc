#include "cppet/storage/hdf5/python/numpy_pickle.h"

#include <complex>
#include <cstdint>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/pickle/mutated.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/pickle/writer.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/python/pickle.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

struct Line {
  std::string name;
  int protocol = 0;
  std::string pickle;
};

// What numpy and Python wrote, in each protocol.
std::vector<Line> ReadLines() {
  std::vector<Line> lines;
  std::ifstream file("storage/hdf5/python/testdata/numpy_pickles.txt");
  std::string text;
  while (std::getline(file, text)) {
    const std::vector<std::string> fields = absl::StrSplit(text, '\t');
    Line line;
    if (fields.size() != 3 || !absl::SimpleAtoi(fields[1], &line.protocol)) {
      ADD_FAILURE() << "a broken line: " << text;
      continue;
    }
    line.name = fields[0];
    line.pickle = absl::HexStringToBytes(fields[2]);
    lines.push_back(std::move(line));
  }
  EXPECT_FALSE(lines.empty());
  return lines;
}

template <typename T>
Value NumpyScalar(T value) {
  return Value::Scalar(value_internal::DTypeOf<T>(), Flavor::kNumpy,
                       {reinterpret_cast<const char*>(&value), sizeof(T)});
}

template <typename T>
void AddNumbers(const std::string& name, std::map<std::string, Value>* values) {
  (*values)[name] = std::vector<T>{T(1), T(0), T(100)};
  (*values)["scalar " + name] = NumpyScalar(T(100));
}

// By their names in the file.
std::map<std::string, Value> ExpectedValues() {
  std::map<std::string, Value> values = {
      {"bool", std::vector<bool>{true, false, true}},
      {"scalar bool", NumpyScalar(true)},
      {"grid", NdArray<int32_t>{{2, 3}, {0, 1, 2, 3, 4, 5}}},
      {"fortran grid", NdArray<int32_t>{{2, 3}, {0, 1, 2, 3, 4, 5}}},
      {"every second", std::vector<double>{0, 2, 4}},
      {"big int", std::vector<int32_t>{1, -2}},
      {"big complex", std::vector<std::complex<double>>{{1, -2}}},
      {"big fortran", NdArray<int32_t>{{2, 3}, {0, 1, 2, 3, 4, 5}}},
      {"texts", std::vector<std::string>{"a", "\u00e4\u2603\U0001f600", ""}},
      {"big texts", std::vector<std::string>{"a", "\u2603"}},
      {"fortran texts", NdArray<std::string>{{2, 2}, {"a", "bc", "d", "ef"}}},
      {"bytes", std::vector<Bytes>{{"a"}, {std::string("\xFF\0b", 3)}, {""}}},
      {"scalar str", Value::Text(DType::kString, Flavor::kNumpy, "\u00e4")},
      {"scalar empty str", Value::Text(DType::kString, Flavor::kNumpy, "")},
      {"scalar bytes", Value::Text(DType::kBytes, Flavor::kNumpy, "\xFF")},
      {"empty", NdArray<double>{{0, 3}, {}}},
      {"empty texts", NdArray<std::string>{{2, 0}, {}}},
      {"no dimensions", NdArray<double>{{}, {1.5}}},
      {"objects", std::vector<std::string>{"a", "bcd"}},
      {"fortran objects", NdArray<std::string>{{2, 2}, {"a", "b", "c", "d"}}},
      {"list", Value::List<int32_t>({1, 2, 3})},
      {"wide list", Value::List<int64_t>({1, int64_t{1} << 40})},
      {"tuple", Value::Tuple<std::string>({"a", "b"})},
      {"list of complex", Value::List<std::complex<double>>({{0, 1}, 2.0})},
      {"list of bytes", Value::List<Bytes>({{""}, {"\xFF"}})},
      {"list of scalars", Value::List<float>({0.5f, 2.0f})},
      {"tuple of bools", Value::Tuple<bool>({true, false})},
      {"empty list", Value::List<double>({})},
  };
  AddNumbers<int8_t>("int8", &values);
  AddNumbers<int16_t>("int16", &values);
  AddNumbers<int32_t>("int32", &values);
  AddNumbers<int64_t>("int64", &values);
  AddNumbers<uint8_t>("uint8", &values);
  AddNumbers<uint16_t>("uint16", &values);
  AddNumbers<uint32_t>("uint32", &values);
  AddNumbers<uint64_t>("uint64", &values);
  AddNumbers<float>("float32", &values);
  AddNumbers<double>("float64", &values);
  AddNumbers<std::complex<float>>("complex64", &values);
  AddNumbers<std::complex<double>>("complex128", &values);
  values["float16"] = Value::Collection(Form::kArray, DType::kFloat16,
                                        Flavor::kNumpy, {1}, {0x00, 0x3c});
  NdArray<int16_t> cube{{2, 3, 4}, {}};
  for (int16_t i = 0; i < 24; ++i) cube.data.push_back(i);
  values["fortran cube"] = cube;
  const Value square = NdArray<double>{{2, 2}, {1, 2, 3, 4}};
  values["matrix"] = Value::Collection(
      Form::kMatrix, DType::kFloat64, Flavor::kNumpy, {2, 2},
      std::vector<char>(square.bytes().begin(), square.bytes().end()));
  return values;
}

TEST(NumpyPickleTest, IsReadInEachProtocol) {
  const std::map<std::string, Value> expected = ExpectedValues();
  for (const Line& line : ReadLines()) {
    SCOPED_TRACE(absl::StrCat(line.name, ", protocol ", line.protocol));
    const absl::StatusOr<Value> value = Unpickle(line.pickle);
    absl::string_view what = line.name;
    if (absl::ConsumePrefix(&what, "no value: ")) {
      EXPECT_THAT(value, StatusIs(absl::StatusCode::kUnimplemented,
                                  HasSubstr(std::string(what))));
      continue;
    }
    ASSERT_THAT(value, IsOk());
    const auto it = expected.find(line.name);
    ASSERT_NE(it, expected.end());
    EXPECT_TRUE(*value == it->second)
        << PythonRepr(it->second) << ", " << it->second.TypeDescription()
        << " became " << PythonRepr(*value) << ", " << value->TypeDescription();
  }
}

TEST(NumpyPickleTest, IsReadWithTheModulesOfNumpy2) {
  const std::map<std::string, Value> expected = ExpectedValues();
  for (const Line& line : ReadLines()) {
    // The lines of protocol 0 have no sizes that would have to be changed.
    const auto it = expected.find(line.name);
    if (line.protocol > 0 || it == expected.end()) continue;
    const absl::StatusOr<Value> value = Unpickle(
        absl::StrReplaceAll(line.pickle, {{"numpy.core", "numpy._core"}}));
    ASSERT_THAT(value, IsOk()) << line.name;
    EXPECT_TRUE(*value == it->second) << line.name;
  }
}

// The pickle of an array with the given parts of its state.
std::string ArrayPickle(absl::string_view shape, absl::string_view dtype,
                        absl::string_view data) {
  return absl::StrCat(
      "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR(",
      "I1\n", shape, "cnumpy\ndtype\n(V", dtype, "\ntRI00\n", data, "tb.");
}

TEST(NumpyPickleTest, TellsWhatNumpyWouldNotWrite) {
  EXPECT_THAT(Unpickle(ArrayPickle("(I2\nt", "i1", "Vab\n")), IsOk());
  const std::vector<std::string> pickles = {
      ArrayPickle("(I2\nt", "i1", "Va\n"),
      ArrayPickle("(I2\nt", "i2", "Vabc\n"),
      ArrayPickle("(I-1\nI-2\nt", "i1", "Vab\n"),
      ArrayPickle("(L9223372036854775807L\nI2\nI0\nt", "i1", "V\n"),
      ArrayPickle("(Vx\nt", "i1", "V\n"),
      ArrayPickle("N", "i1", "V\n"),
      ArrayPickle("(I1\nt", "i1", "N"),
      ArrayPickle("(I1\nt", "i1", "V\\u0100\n"),
      ArrayPickle("(I1\nt", "U1", "V\\u00ff\\u00ff\\u00ff\\u00ff\n"),
      ArrayPickle("(I2\nt", "O8", "(lVa\na"),
      ArrayPickle("(I2\nt", "O8", "N"),
      "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\ntR.",
      "cnumpy.core.multiarray\n_reconstruct\n(tR.",
      "cnumpy.core.multiarray\nscalar\n(tR.",
      "cnumpy.core.multiarray\nscalar\n(NNtR.",
      "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(Vi4\ntRVabc\ntR.",
      "cnumpy.core.numeric\n_frombuffer\n(Va\ntR.",
  };
  for (const std::string& pickle : pickles) {
    EXPECT_THAT(Unpickle(pickle), StatusIs(absl::StatusCode::kDataLoss))
        << pickle;
  }
}

// The array with shape (3, 2) in a buffer with its second dimension first.
std::string BufferPickle(absl::string_view order, absl::string_view axes) {
  return absl::StrCat(
      "cnumpy._core.numeric\n_frombuffer\n(Vabcdef\ncnumpy\ndtype\n(Vi1\ntR",
      "(I2\nI3\ntV", order, "\n", axes, "tR.");
}

TEST(NumpyPickleTest, FollowsTheOrderOfDimensionsInABuffer) {
  EXPECT_THAT(Unpickle(BufferPickle("K", "(I1\nI0\nt")),
              IsOkAndHolds(Value(
                  NdArray<int8_t>{{3, 2}, {'a', 'd', 'b', 'e', 'c', 'f'}})));
  EXPECT_THAT(Unpickle(BufferPickle("F", "N")),
              IsOkAndHolds(Value(
                  NdArray<int8_t>{{2, 3}, {'a', 'c', 'e', 'b', 'd', 'f'}})));
  EXPECT_THAT(Unpickle(BufferPickle("C", "N")),
              IsOkAndHolds(Value(
                  NdArray<int8_t>{{2, 3}, {'a', 'b', 'c', 'd', 'e', 'f'}})));
  for (const char* axes :
       {"N", "(t", "(I0\nt", "(I0\nI0\nt", "(I0\nI2\nt", "(I0\nI-1\nt"}) {
    EXPECT_THAT(Unpickle(BufferPickle("K", axes)),
                StatusIs(absl::StatusCode::kDataLoss))
        << axes;
  }
}

TEST(NumpyPickleTest, SharedPartsDoNotGrowWithoutEnd) {
  // 10000 times the same text.
  const std::string text =
      absl::StrCat("V", std::string(100'000, 'x'), "\np0\n0");
  std::string list = "(l";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&list, "g0\na");
  EXPECT_THAT(Unpickle(text + list + "."),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("more")));
  EXPECT_THAT(Unpickle(text + ArrayPickle("(I10000\nt", "O8", list)),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("large")));
  // Lists within each other that have each one twice.
  std::string lists = "cnumpy\narray\n((lI1\na";
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&lists, "p", i, "\n0(lg", i, "\nag", i, "\na");
  }
  EXPECT_THAT(Unpickle(lists + "Vint64\ntR."),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("more")));
}

TEST(NumpyPickleTest, RefusesTextsWithoutLetters) {
  EXPECT_THAT(Unpickle(ArrayPickle("(I1000000000000\nt", "U0", "V\n")),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(NumpyPickleTest, DamageIsToldOrStaysWithoutHarm) {
  std::mt19937 random(20231117);
  int broken = 0;
  for (const Line& line : ReadLines()) {
    for (int i = 0; i < 20; ++i) {
      const absl::StatusOr<Value> value =
          Unpickle(pickle::Mutated(line.pickle, &random));
      if (value.ok()) {
        EXPECT_THAT(Unpickle(Pickle(*value)), IsOk()) << line.name;
        continue;
      }
      ++broken;
      EXPECT_THAT(
          value.status().code(),
          AnyOf(absl::StatusCode::kDataLoss, absl::StatusCode::kUnimplemented));
    }
  }
  EXPECT_GT(broken, 1000);
}

TEST(ObjectOfTest, IsReadBack) {
  for (const auto& [name, value] : ExpectedValues()) {
    const absl::StatusOr<pickle::ObjectPtr> object = ObjectOf(value);
    ASSERT_THAT(object, IsOk()) << name;
    const absl::StatusOr<Value> again = ValueOf(**object);
    ASSERT_THAT(again, IsOk()) << name;
    EXPECT_TRUE(*again == value) << name << ": " << PythonRepr(*again);
  }
}

TEST(ObjectOfTest, RefusesTextThatIsNotUtf8) {
  EXPECT_THAT(ObjectOf(Value("\xFF")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ObjectOf(Value(Bytes{"\xFF"})), IsOk());
}

Value Texts(std::vector<int64_t> shape, std::vector<std::string> texts) {
  return Value::TextCollection(Form::kArray, DType::kString, Flavor::kNumpy,
                               std::move(shape), std::move(texts));
}

template <size_t size>
std::string Bytes(const char (&text)[size]) {
  return {text, size - 1};
}

// What numpy 1.24 makes of array(['a', 'ü'], dtype=object) in protocol 2 ...
const std::string& Protocol2() {
  static const auto& pickle = *new std::string(Bytes(
      "\x80\x02"
      "cnumpy.core.multiarray\n_reconstruct\nq\x00"
      "cnumpy\nndarray\nq\x01K\x00\x85q\x02"
      "c_codecs\nencode\nq\x03X\x01\x00\x00\x00"
      "bq\x04X\x06\x00\x00\x00latin1q\x05\x86q\x06Rq\x07\x87q\x08Rq\t(K\x01K"
      "\x02\x85q\ncnumpy\ndtype\nq\x0bX\x02\x00\x00\x00O8q\x0c\x89\x88\x87q\rRq"
      "\x0e(K\x03X\x01\x00\x00\x00|q\x0fNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?"
      "tq\x10"
      "b\x89]q\x11(X\x01\x00\x00\x00"
      "aq\x12X\x02\x00\x00\x00\xc3\xbcq\x13"
      "etq\x14"
      "b."));
  return pickle;
}

// ... and 5, without a frame, with these objects.
std::string Protocol5(absl::string_view shape, absl::string_view objects) {
  return absl::StrCat(
      Bytes("\x80\x05\x8c\x15numpy.core."
            "multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94\x8c\x05numpy\x94"
            "\x8c\x07ndarray\x94\x93\x94K\x00\x85\x94"
            "C\x01"
            "b\x94\x87\x94R\x94(K\x01"),
      shape,
      Bytes(
          "\x94h\x03\x8c\x05"
          "dtype\x94\x93\x94\x8c\x02O8\x94\x89\x88\x87\x94R\x94(K\x03\x8c\x01|"
          "\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?t\x94"
          "b\x89]\x94("),
      objects,
      Bytes("et\x94"
            "b."));
}

TEST(NumpyArrayOfObjectsTest, IsReadAsThatArray) {
  for (const Value& texts :
       {Texts({3}, {"", "zwölf", std::string(1, '\0')}), Texts({0}, {}),
        Texts({2, 0}, {}),
        Texts({2, 2}, {"a", "b", std::string(300, 'c'), "d"}),
        Texts({1, 1, 1}, {"x"})}) {
    for (const int protocol : {0, 2, 4}) {
      EXPECT_THAT(
          Unpickle(pickle::Write(*NumpyArrayOfObjects(texts), protocol)),
          IsOkAndHolds(texts));
    }
  }
}

TEST(ArrayOfObjectsTest, ReadsWhatNumpyPickled) {
  const Value texts = Texts({2}, {"a", "ü"});
  EXPECT_THAT(Unpickle(Protocol2()), IsOkAndHolds(texts));
  EXPECT_THAT(Unpickle(Protocol5("K\x02\x85",
                                 "\x8c\x01"
                                 "a\x94\x8c\x02\xc3\xbc\x94")),
              IsOkAndHolds(texts));
  // numpy keeps equal objects once.
  EXPECT_THAT(Unpickle(Protocol5("K\x02K\x01\x86",
                                 "\x8c\x01"
                                 "a\x94h\x13")),
              IsOkAndHolds(Texts({2, 1}, {"a", "a"})));
}

TEST(ArrayOfObjectsTest, RefusesWhatIsNotAllText) {
  EXPECT_THAT(
      Unpickle(Protocol5("K\x02\x85",
                         "\x8c\x01"
                         "a\x94N")),
      StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("NoneType")));
}

TEST(ArrayOfObjectsTest, RefusesShapesThatDoNotFit) {
  const std::string objects =
      "\x8c\x01"
      "a\x8c\x01"
      "b";
  for (const std::string& shape :
       {std::string("K\x03\x85"), std::string("J\xfe\xff\xff\xff\x85"),
        std::string("K\x02"), Bytes("K\x02K\x00\x86"), std::string("N\x85"),
        Bytes("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x40\x8a\x08\x00\x00\x00\x00"
              "\x00\x00\x00\x40\x86")}) {
    EXPECT_THAT(Unpickle(Protocol5(shape, objects)),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shape")));
  }
}

}  // namespace
}  // namespace cppet::hdf5
