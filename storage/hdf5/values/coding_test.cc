#include "cppet/storage/hdf5/values/coding.h"

#include <cstdint>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::HasSubstr;

// The value in `bytes`, which are an element of the HDF5 type `type`.
template <typename T>
absl::StatusOr<Value> Decoded(hid_t type, const T& element,
                              const Recall& recall) {
  const auto element_type = ElementType::Of(type);
  if (!element_type.ok()) return element_type.status();
  const auto decoder = Decoder::Create(*element_type, {}, recall);
  if (!decoder.ok()) return decoder.status();
  return decoder->Decode(
      absl::string_view(reinterpret_cast<const char*>(&element), sizeof(T)));
}

void ExpectType(const absl::StatusOr<Value>& value, absl::string_view type) {
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(value->type_name(), type);
}

TEST(TextSizeTest, IsThatOfTheLongestAndNever0) {
  EXPECT_EQ(TextSize(1.5), 0);
  EXPECT_EQ(TextSize(""), 1);
  EXPECT_EQ(TextSize("\u20ac"), 3);
  EXPECT_EQ(TextSize(std::vector<std::string>{"a", "four"}), 4);
  EXPECT_EQ(TextSize(std::vector<std::string>{}), 1);
}

TEST(AppendElementsTest, FillsTextWithNuls) {
  std::vector<char> bytes;
  AppendElements(Value::List<std::string>({"a", "bc"}), 3, &bytes);
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()),
            std::string("a\0\0bc\0", 6));
}

TEST(DecoderTest, KnowsPythonsTypes) {
  ExpectType(Decoded(H5T_STD_I32LE, int32_t{1}, {"COLL_SCALAR", "int"}), "int");
  ExpectType(Decoded(H5T_STD_I32LE, int32_t{1}, {"COLL_SCALAR", "int32"}),
             "int32");
  ExpectType(Decoded(H5T_STD_I32LE, int32_t{1}, {"COLL_SCALAR", ""}), "int32");
  ExpectType(Decoded(H5T_STD_I32LE, int32_t{1}, {"", ""}), "int32");
  ExpectType(Decoded(H5T_IEEE_F64LE, 1.0, {"COLL_SCALAR", "float"}), "float");
  const char text[2] = {'a', '\0'};
  const StringType string_type(2, H5T_CSET_ASCII);
  ExpectType(Decoded(string_type.get(), text, {"COLL_SCALAR", "str"}), "str");
  ExpectType(Decoded(string_type.get(), text, {"COLL_SCALAR", "bytes"}),
             "bytes");
  ExpectType(Decoded(string_type.get(), text, {"COLL_SCALAR", "bytes_"}),
             "bytes_");
}

TEST(DecoderTest, KnowsTheNamesOfOldFiles) {
  ExpectType(
      Decoded(H5T_STD_I32LE, int32_t{1}, {"COLL_SCALAR", "<type 'int'>"}),
      "int");
  ExpectType(
      Decoded(H5T_STD_I64LE, int64_t{1}, {"COLL_SCALAR", "<type 'long'>"}),
      "int");
  ExpectType(Decoded(H5T_STD_I64LE, int64_t{1},
                     {"COLL_SCALAR", "<type 'numpy.int64'>"}),
             "int64");
}

TEST(DecoderTest, ABoolMayBeAnyByte) {
  for (const hid_t type : {H5T_STD_B8LE, H5T_STD_U8LE}) {
    const auto value = Decoded(type, uint8_t{7}, {"COLL_SCALAR", "bool"});
    ASSERT_THAT(value, IsOk());
    EXPECT_TRUE(*value == Value(true));
  }
}

TEST(DecoderTest, AnArrayWithoutDimensionsIsAScalar) {
  ExpectType(Decoded(H5T_STD_I64LE, int64_t{1}, {"COLL_NDARRAY", ""}), "int64");
}

TEST(DecoderTest, AListHasTheTypeOfAllItsElements) {
  const auto list_type = [](hid_t type, absl::string_view first) {
    const auto decoder = Decoder::Create(*ElementType::Of(type), {2},
                                         {"COLL_LIST", std::string(first)});
    if (!decoder.ok()) return std::string(decoder.status().message());
    const std::string bytes(decoder->value_size(), '\0');
    return std::string(decoder->Decode(bytes).scalar_type_name());
  };
  EXPECT_EQ(list_type(H5T_IEEE_F64LE, "int"), "float");
  EXPECT_EQ(list_type(H5T_IEEE_F64LE, "bool"), "float");
  EXPECT_EQ(list_type(H5T_STD_I64LE, "bool"), "int");
  EXPECT_EQ(list_type(H5T_STD_I64LE, "int"), "int");
  EXPECT_THAT(list_type(H5T_STD_I64LE, "float"), HasSubstr("cannot be read"));
}

TEST(DecoderTest, RefusesWhatDoesNotFit) {
  EXPECT_THAT(Decoded(H5T_IEEE_F64LE, 1.0, {"COLL_SCALAR", "str"}),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("str")));
  EXPECT_THAT(Decoded(H5T_IEEE_F64LE, 1.0, {"COLL_SCALAR", "int"}),
              StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(
      Decoded(H5T_IEEE_F64LE, 1.0, {"COLL_EMPTY_DICT", ""}),
      StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("COLL_EMPTY_DICT")));
  EXPECT_THAT(Decoded(H5T_IEEE_F64LE, 1.0, {"COLL_LIST", "float"}),
              StatusIs(absl::StatusCode::kUnimplemented));
  const auto element = ElementType::Of(H5T_IEEE_F64LE);
  EXPECT_THAT(Decoder::Create(*element, {2}, {"COLL_SCALAR", "float"}),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(DecoderTest, ChecksThatTextIsUtf8) {
  const auto element = ElementType::Of(StringType(2, H5T_CSET_ASCII).get());
  const auto text = Decoder::Create(*element, {}, {"COLL_SCALAR", "str"});
  const auto bytes = Decoder::Create(*element, {}, {"COLL_SCALAR", "bytes"});
  EXPECT_THAT(text->Check(absl::string_view("a\0\u00e4", 4)), IsOk());
  EXPECT_THAT(text->Check("ab\xff\xff"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(bytes->Check("ab\xff\xff"), IsOk());
}

}  // namespace
}  // namespace cppet::hdf5
