#include "cppet/storage/hdf5/api/attribute.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Optional;

class AttributeTest : public ::testing::Test {
 protected:
  // Adds an attribute as other programs might do it.
  template <typename T>
  void WriteRaw(const char* name, hid_t type, hid_t space, const T& data) {
    const Handle attribute(
        H5Acreate2(file_.root(), name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    ASSERT_GE(H5Awrite(attribute.get(), type, &data), 0);
  }

  ScratchFile file_;
};

TEST_F(AttributeTest, TextIsAsPyTablesWritesIt) {
  ASSERT_THAT(WriteText(file_.root(), "a", "\u00e4"), IsOk());
  const Handle attribute(H5Aopen(file_.root(), "a", H5P_DEFAULT));
  const Handle type(H5Aget_type(attribute.get()));
  const Handle space(H5Aget_space(attribute.get()));
  EXPECT_EQ(H5Tget_class(type.get()), H5T_STRING);
  EXPECT_EQ(H5Tget_size(type.get()), 2);
  EXPECT_EQ(H5Tget_strpad(type.get()), H5T_STR_NULLTERM);
  EXPECT_EQ(H5Tget_cset(type.get()), H5T_CSET_UTF8);
  EXPECT_EQ(H5Sget_simple_extent_type(space.get()), H5S_SCALAR);
  EXPECT_THAT(ReadText(file_.root(), "a"), Optional(std::string("\u00e4")));
}

TEST_F(AttributeTest, EmptyTextHasNoSpace) {
  ASSERT_THAT(WriteText(file_.root(), "a", ""), IsOk());
  const Handle attribute(H5Aopen(file_.root(), "a", H5P_DEFAULT));
  const Handle space(H5Aget_space(attribute.get()));
  EXPECT_EQ(H5Sget_simple_extent_type(space.get()), H5S_NULL);
  EXPECT_THAT(ReadText(file_.root(), "a"), Optional(std::string()));
}

TEST_F(AttributeTest, ReadsTextOfOtherPrograms) {
  const char with_nul[] = "TABLE";
  WriteRaw("with NUL", StringType(6, H5T_CSET_ASCII).get(), ScalarSpace(),
           with_nul);
  const Handle variable(H5Tcopy(H5T_C_S1));
  H5Tset_size(variable.get(), H5T_VARIABLE);
  const char* text = "any length";
  WriteRaw("variable", variable.get(), ScalarSpace(), text);
  const hsize_t one = 1;
  const Handle simple(H5Screate_simple(1, &one, nullptr));
  WriteRaw("one element", StringType(5, H5T_CSET_UTF8).get(), simple.get(),
           with_nul);
  EXPECT_THAT(ReadText(file_.root(), "with NUL"),
              Optional(std::string("TABLE")));
  EXPECT_THAT(ReadText(file_.root(), "variable"),
              Optional(std::string("any length")));
  EXPECT_THAT(ReadText(file_.root(), "one element"),
              Optional(std::string("TABLE")));
  EXPECT_EQ(ReadText(file_.root(), "missing"), std::nullopt);
}

TEST_F(AttributeTest, ReadsAnyNumberAsInteger) {
  ASSERT_THAT(WriteFlag(file_.root(), "flag", true), IsOk());
  ASSERT_THAT(WriteInteger(file_.root(), "integer", -5), IsOk());
  WriteRaw("u8", H5T_NATIVE_UINT8, ScalarSpace(), uint8_t{1});
  WriteRaw("float", H5T_NATIVE_DOUBLE, ScalarSpace(), 1.5);
  ASSERT_THAT(WriteText(file_.root(), "text", "1"), IsOk());
  EXPECT_THAT(ReadInteger(file_.root(), "flag"), Optional(1));
  EXPECT_THAT(ReadInteger(file_.root(), "integer"), Optional(-5));
  EXPECT_THAT(ReadInteger(file_.root(), "u8"), Optional(1));
  EXPECT_THAT(ReadInteger(file_.root(), "float"), Optional(1));
  EXPECT_EQ(ReadInteger(file_.root(), "text"), std::nullopt);
  EXPECT_EQ(ReadInteger(file_.root(), "missing"), std::nullopt);
}

TEST_F(AttributeTest, UpdatesAnInteger) {
  ASSERT_THAT(UpdateInteger(file_.root(), "n", 1), IsOk());
  ASSERT_THAT(UpdateInteger(file_.root(), "n", 2), IsOk());
  EXPECT_THAT(ReadInteger(file_.root(), "n"), Optional(2));
}

TEST_F(AttributeTest, ValuesOfNoHdf5TypeArePickles) {
  ASSERT_THAT(WriteValue(file_.root(), "list", Value::List<int32_t>({1, 2})),
              IsOk());
  const Handle attribute(H5Aopen(file_.root(), "list", H5P_DEFAULT));
  const Handle type(H5Aget_type(attribute.get()));
  EXPECT_EQ(H5Tget_cset(type.get()), H5T_CSET_ASCII);
  const auto value = ReadValue(file_.root(), "list");
  ASSERT_THAT(value, IsOk());
  EXPECT_TRUE(*value == Value::List<int32_t>({1, 2}));
}

TEST_F(AttributeTest, LongTextIsKept) {
  const std::string text(200000, 'x');
  ASSERT_THAT(WriteText(file_.root(), "long", text), IsOk());
  EXPECT_THAT(ReadText(file_.root(), "long"), Optional(text));
}

TEST_F(AttributeTest, SaysWhichAttributeItCannotRead) {
  WriteRaw("opaque", Handle(H5Tcreate(H5T_OPAQUE, 4)).get(), ScalarSpace(),
           int32_t{0});
  EXPECT_THAT(ReadValue(file_.root(), "opaque"),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("opaque")));
  EXPECT_THAT(ReadValue(file_.root(), "missing"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("missing")));
}

TEST_F(AttributeTest, KeepsPicklesThatOnlyPythonKnows) {
  ASSERT_THAT(WriteAscii(file_.root(), "none", "N."), IsOk());
  EXPECT_THAT(ReadValue(file_.root(), "none"),
              IsOkAndHolds(Value(PickledObject{"N."})));
}

TEST_F(AttributeTest, ListsNames) {
  ASSERT_THAT(WriteText(file_.root(), "one", ""), IsOk());
  ASSERT_THAT(WriteText(file_.root(), "two", ""), IsOk());
  EXPECT_THAT(AttributeNames(file_.root()),
              IsOkAndHolds(IsSupersetOf({"one", "two", "TITLE"})));
}

}  // namespace
}  // namespace cppet::hdf5
