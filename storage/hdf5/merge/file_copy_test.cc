#include "cppet/storage/hdf5/merge/file_copy.h"

#include <string>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FileCopyTest, CopiesWhatWasCommitted) {
  const TempDirectory directory;
  const auto service = OpenHdf5Storage(directory.Path("a.hdf5")).value();
  Trajectory trajectory("a");
  ASSERT_THAT(service->Store(trajectory), IsOk());
  ASSERT_THAT(service->Close(), IsOk());
  const std::string copy = directory.Path("b.hdf5");
  ASSERT_THAT(WriteFile(copy, "something else"), IsOk());
  EXPECT_THAT(CopyHdf5File(directory.Path("a.hdf5"), copy), IsOk());
  EXPECT_THAT(CheckHdf5File(copy), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(OpenHdf5Storage(copy).value()->List(),
              IsOkAndHolds(ElementsAre("a")));
}

TEST(FileCopyTest, NamesTheFileThatCannotBeCopied) {
  const TempDirectory directory;
  EXPECT_THAT(
      CopyHdf5File(directory.Path("none.hdf5"), directory.Path("b.hdf5")),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.hdf5")));
  ASSERT_THAT(WriteFile(directory.Path("text"), "no HDF5"), IsOk());
  EXPECT_THAT(CopyHdf5File(directory.Path("text"), directory.Path("b.hdf5")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("text")));
}

}  // namespace
}  // namespace cppet
