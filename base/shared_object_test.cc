#include "cppet/base/shared_object.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

constexpr char kObject[] = "base/libshared_object_testdata.so";

TEST(SharedObjectTest, HasWhatIsInIt) {
  const absl::StatusOr<SharedObject> object = SharedObject::Load(kObject);
  ASSERT_THAT(object, IsOk());
  const auto next =
      reinterpret_cast<int (*)(int)>(object->Find("CppetTestdataNext"));
  ASSERT_NE(next, nullptr);
  EXPECT_EQ(next(6), 7);
  EXPECT_EQ(object->Find("CppetTestdataPrevious"), nullptr);
}

TEST(SharedObjectTest, IsLoadedOnce) {
  const absl::StatusOr<SharedObject> object = SharedObject::Load(kObject);
  const absl::StatusOr<SharedObject> again = SharedObject::Load(kObject);
  ASSERT_THAT(object, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(object->Find("cppet_testdata_number"),
            again->Find("cppet_testdata_number"));
}

TEST(SharedObjectTest, KnowsItsOwnAddresses) {
  static const int here = 0;
  const absl::StatusOr<SharedObject> object = SharedObject::Load(kObject);
  ASSERT_THAT(object, IsOk());
  const void* const there = object->Find("cppet_testdata_number");
  EXPECT_TRUE(object->Contains(there));
  EXPECT_FALSE(object->Contains(&here));
  EXPECT_FALSE(object->Contains(nullptr));
  EXPECT_TRUE(InSameObject(there, object->Find("CppetTestdataNext")));
  EXPECT_TRUE(InSameObject(&here, kObject));
  EXPECT_FALSE(InSameObject(&here, there));
}

TEST(SharedObjectTest, NeedsAFile) {
  EXPECT_THAT(
      SharedObject::Load("libm.so.6"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("no file libm.so.6")));
}

TEST(SharedObjectTest, NeedsAFileThatIsOne) {
  const TempDirectory directory;
  const std::string path = directory.Path("text.so");
  ASSERT_THAT(WriteFile(path, "text"), IsOk());
  EXPECT_THAT(SharedObject::Load(path),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("text.so cannot be loaded: ")));
}

}  // namespace
}  // namespace cppet
