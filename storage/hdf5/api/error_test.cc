#include "cppet/storage/hdf5/api/error.h"

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ErrorAtTest, NamesFileObjectAndReason) {
  ScratchFile file;
  ASSERT_LT(H5Gopen2(file.root(), "missing", H5P_DEFAULT), 0);
  EXPECT_THAT(
      ErrorAt(file.root(), "cannot open missing", absl::StatusCode::kDataLoss),
      StatusIs(
          absl::StatusCode::kDataLoss,
          AllOf(HasSubstr(file.path()), HasSubstr(": /: cannot open missing: "),
                HasSubstr("doesn't exist"))));
}

TEST(ErrorAtTest, TakesTheCodeOfTheSystem) {
  const SilentErrors silent;
  ASSERT_LT(H5Fopen("/no/such/file", H5F_ACC_RDONLY, H5P_DEFAULT), 0);
  EXPECT_THAT(ErrorAt(H5I_INVALID_HID, "cannot open it"),
              StatusIs(absl::StatusCode::kNotFound,
                       "cannot open it: No such file or directory"));
}

TEST(StatusAtTest, NamesFileAndObject) {
  ScratchFile file;
  EXPECT_THAT(
      StatusAt(file.root(), "odd", absl::StatusCode::kUnimplemented),
      StatusIs(absl::StatusCode::kUnimplemented, file.path() + ": /: odd"));
}

TEST(SilentErrorsTest, RestoresWhatWasBefore) {
  H5E_auto2_t before, within, after;
  void* data;
  H5Eget_auto2(H5E_DEFAULT, &before, &data);
  {
    const SilentErrors silent;
    H5Eget_auto2(H5E_DEFAULT, &within, &data);
  }
  H5Eget_auto2(H5E_DEFAULT, &after, &data);
  EXPECT_EQ(within, nullptr);
  EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace cppet::hdf5
