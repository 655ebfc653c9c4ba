#include "cppet/storage/hdf5/api/types.h"

#include <cstdint>
#include <cstring>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::ElementsAre;

TEST(StringTypeTest, UsesAllItsBytes) {
  for (const size_t size : {size_t{1}, size_t{5}, size_t{100000}}) {
    const StringType type(size, H5T_CSET_UTF8);
    EXPECT_EQ(H5Tget_size(type.get()), size);
    EXPECT_EQ(H5Tget_cset(type.get()), H5T_CSET_UTF8);
  }
}

TEST(ElementTypeTest, KnowsEachTypeThatIsWritten) {
  for (int i = 0; i <= static_cast<int>(DType::kComplex128); ++i) {
    const DType dtype = static_cast<DType>(i);
    const auto element = ElementType::Of(FileType(dtype));
    ASSERT_THAT(element, IsOk()) << DTypeName(dtype);
    EXPECT_EQ(element->dtype, dtype);
    EXPECT_EQ(element->size, ItemSize(dtype));
    EXPECT_EQ(element->total_size(), ItemSize(dtype));
    EXPECT_GT(H5Tequal(element->memory.get(), MemoryType(dtype)), 0);
  }
}

TEST(ElementTypeTest, ReadsOtherByteOrdersAndSizes) {
  EXPECT_EQ(ElementType::Of(H5T_STD_I16BE)->dtype, DType::kInt16);
  EXPECT_EQ(ElementType::Of(H5T_IEEE_F32BE)->dtype, DType::kFloat32);
  const Handle half(H5Tcopy(FileType(DType::kFloat16)));
  H5Tset_order(half.get(), H5T_ORDER_BE);
  EXPECT_EQ(ElementType::Of(half.get())->dtype, DType::kFloat16);
}

TEST(ElementTypeTest, KnowsHalfPrecision) {
  const hid_t type = FileType(DType::kFloat16);
  EXPECT_EQ(H5Tget_size(type), 2);
  EXPECT_EQ(H5Tget_ebias(type), 15);
  EXPECT_EQ(ElementType::Of(type)->dtype, DType::kFloat16);
  // 1.5, by the numbers of the standard.
  uint16_t half = 0x3E00;
  char bytes[8];
  std::memcpy(bytes, &half, 2);
  ASSERT_GE(H5Tconvert(MemoryType(DType::kFloat16), H5T_NATIVE_DOUBLE, 1, bytes,
                       nullptr, H5P_DEFAULT),
            0);
  double number = 0;
  std::memcpy(&number, bytes, 8);
  EXPECT_EQ(number, 1.5);
}

TEST(ElementTypeTest, ReadsOtherFloatsOf16BitsAsThoseOf32) {
  const Handle brain(H5Tcopy(H5T_IEEE_F32LE));
  H5Tset_fields(brain.get(), 15, 7, 8, 0, 7);
  H5Tset_size(brain.get(), 2);
  EXPECT_EQ(ElementType::Of(brain.get())->dtype, DType::kFloat32);
}

TEST(ElementTypeTest, TakesDatesForIntegers) {
  EXPECT_EQ(ElementType::Of(FileType(DType::kDatetime64))->dtype,
            DType::kInt64);
}

TEST(ElementTypeTest, ReadsTheBoolOfH5py) {
  const Handle type(H5Tenum_create(H5T_NATIVE_INT8));
  int8_t value = 0;
  H5Tenum_insert(type.get(), "FALSE", &value);
  value = 1;
  H5Tenum_insert(type.get(), "TRUE", &value);
  const auto element = ElementType::Of(type.get());
  ASSERT_THAT(element, IsOk());
  EXPECT_EQ(element->dtype, DType::kBool);
}

TEST(ElementTypeTest, ReadsArrays) {
  const hsize_t dims[] = {2, 3};
  const Handle type(H5Tarray_create2(H5T_STD_I32BE, 2, dims));
  const auto element = ElementType::Of(type.get());
  ASSERT_THAT(element, IsOk());
  EXPECT_EQ(element->dtype, DType::kInt32);
  EXPECT_THAT(element->shape, ElementsAre(2, 3));
  EXPECT_EQ(element->total_size(), 24);
  EXPECT_EQ(H5Tget_size(element->memory.get()), 24);
}

TEST(ElementTypeTest, RefusesOthers) {
  const Handle opaque(H5Tcreate(H5T_OPAQUE, 3));
  const Handle sequence(H5Tvlen_create(H5T_NATIVE_INT));
  const Handle text(H5Tcopy(H5T_C_S1));
  H5Tset_size(text.get(), H5T_VARIABLE);
  const Handle record(H5Tcreate(H5T_COMPOUND, 8));
  H5Tinsert(record.get(), "a", 0, H5T_NATIVE_DOUBLE);
  for (const hid_t type :
       {opaque.get(), sequence.get(), text.get(), record.get(),
        H5T_NATIVE_LDOUBLE, H5T_STD_B16LE, H5T_STD_REF_OBJ}) {
    EXPECT_THAT(ElementType::Of(type),
                StatusIs(absl::StatusCode::kUnimplemented));
  }
}

}  // namespace
}  // namespace cppet::hdf5
