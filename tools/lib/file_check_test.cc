#include "cppet/tools/lib/file_check.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kNumber = 1.2345678901234567;

// Stores a trajectory of that name with an array of kNumber and its checksum.
void Store(const std::string& file, const std::string& name) {
  Trajectory trajectory(name);
  ASSERT_THAT(trajectory.AddResult("z", std::vector<double>(100, kNumber)),
              IsOk());
  Hdf5StorageOptions options;
  options.complevel = 0;
  options.shuffle = false;
  options.fletcher32 = true;
  const auto storage = OpenHdf5Storage(file, options);
  ASSERT_THAT(storage, IsOk());
  ASSERT_THAT((*storage)->Store(trajectory), IsOk());
  ASSERT_THAT((*storage)->Close(), IsOk());
}

TEST(FileCheckTest, FindsNothingInASoundFile) {
  const TempDirectory folder;
  const std::string file = folder.Path("t.hdf5");
  Store(file, "a");
  Store(file, "b");
  EXPECT_THAT(CheckFile(file), IsOkAndHolds(IsEmpty()));
}

TEST(FileCheckTest, NamesWhatIsDamaged) {
  const TempDirectory folder;
  const std::string file = folder.Path("t.hdf5");
  Store(file, "a");
  Store(file, "b");
  absl::StatusOr<std::string> bytes = ReadFile(file);
  ASSERT_THAT(bytes, IsOk());
  const size_t place = bytes->find(
      std::string(reinterpret_cast<const char*>(&kNumber), sizeof(kNumber)));
  ASSERT_NE(place, std::string::npos);
  (*bytes)[place] ^= 1;
  ASSERT_THAT(WriteFile(file, *bytes), IsOk());
  const auto problems = CheckFile(file);
  ASSERT_THAT(problems, IsOk());
  ASSERT_EQ(problems->size(), 1);
  EXPECT_THAT((*problems)[0], HasSubstr("/results/z/z"));
}

TEST(FileCheckTest, RefusesWhatIsNoFile) {
  const TempDirectory folder;
  ASSERT_THAT(WriteFile(folder.Path("text"), std::string(1000, 't')), IsOk());
  EXPECT_THAT(CheckFile(folder.Path("text")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cppet
