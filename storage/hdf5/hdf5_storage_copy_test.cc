// Trajectories that go from file to file, with what cannot be loaded.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/options.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kUnreadable[] = "/t/results/g/r/a";

class Hdf5StorageCopyTest : public ::testing::Test {
 protected:
  // A file with a trajectory of which only Python can read an item.
  void SetUp() override {
    Trajectory trajectory("t", "A comment");
    trajectory.AddParameter("p", 1);
    ASSERT_THAT(trajectory.AddResult("g.r", Items{{"a", 1}, {"b", 2}}), IsOk());
    ASSERT_THAT(trajectory.AddLink("results.link", "results.g"), IsOk());
    const auto service = Open(path_);
    ASSERT_THAT(service->Store(trajectory), IsOk());
    ASSERT_THAT(service->Close(), IsOk());
    auto file = hdf5::File::Open(path_, {.writable = true});
    ASSERT_THAT(file, IsOk());
    {
      const hdf5::Handle item(H5Oopen(file->root(), kUnreadable, H5P_DEFAULT));
      ASSERT_GE(H5Adelete(item.get(), "SRVC_STORE"), 0);
      ASSERT_THAT(hdf5::WriteText(item.get(), "SRVC_STORE", "PANEL"), IsOk());
    }
    ASSERT_THAT(file->Close(), IsOk());
  }

  static std::unique_ptr<StorageService> Open(const std::string& path) {
    return OpenHdf5Storage(path).value();
  }

  std::unique_ptr<Trajectory> LoadFrom(const std::string& path,
                                       const std::string& name) {
    LoadOptions options = LoadAll();
    warnings_.clear();
    options.warnings = &warnings_;
    auto loaded = Open(path)->Load(name, options);
    EXPECT_THAT(loaded, IsOk());
    return loaded.ok() ? *std::move(loaded) : nullptr;
  }

  static bool Has(const std::string& path, const std::string& object) {
    const auto file = hdf5::File::Open(path, {});
    EXPECT_THAT(file, IsOk());
    return H5Oexists_by_name(file->root(), object.c_str(), H5P_DEFAULT) > 0;
  }

  const hdf5::SilentErrors silent_;
  const TempDirectory directory_;
  const std::string path_ = directory_.Path("file.hdf5");
  const std::string other_ = directory_.Path("other.hdf5");
  std::vector<std::string> warnings_;
};

TEST_F(Hdf5StorageCopyTest, KnowsWhatIsOnlyPartlyInMemory) {
  const auto loaded = LoadFrom(path_, "t");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr(kUnreadable)));
  const auto& result =
      static_cast<const Result&>(*loaded->tree().FindExact("results.g.r"));
  EXPECT_EQ(result.in_memory(), InMemory::kPart);
}

TEST_F(Hdf5StorageCopyTest, StoresNothingInPartElsewhere) {
  const auto loaded = LoadFrom(path_, "t");
  ASSERT_THAT(loaded->AddResult("more", 1), IsOk());
  const auto elsewhere = Open(other_);
  EXPECT_THAT(
      elsewhere->Store(*loaded),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("results.g.r"), HasSubstr("CopyTrajectory"))));
  EXPECT_THAT(elsewhere->List(), IsOkAndHolds(SizeIs(0)));
  // Where it comes from there is nothing to lose.
  EXPECT_THAT(Open(path_)->Store(*loaded), IsOk());
  EXPECT_TRUE(Has(path_, kUnreadable));
}

TEST_F(Hdf5StorageCopyTest, CopiesToAnotherFileWithWhatCannotBeRead) {
  CopyOptions options;
  options.filename = other_;
  options.new_name = "copy";
  const auto service = Open(path_);
  ASSERT_THAT(service->CopyTrajectory("t", options), IsOk());
  options.new_name.clear();
  ASSERT_THAT(service->CopyTrajectory("t", options), IsOk());
  EXPECT_THAT(service->CopyTrajectory("t", options),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Open(other_)->List(), IsOkAndHolds(ElementsAre("copy", "t")));
  EXPECT_TRUE(Has(other_, "/copy/results/g/r/a"));
  const auto copy = LoadFrom(other_, "copy");
  EXPECT_THAT(warnings_, SizeIs(1));
  EXPECT_EQ(copy->comment(), "A comment");
  EXPECT_EQ(copy->tree().Find("results.link").value(),
            copy->tree().FindExact("results.g"));
}

TEST_F(Hdf5StorageCopyTest, LeavesNoFileOfACopyThatFailed) {
  CopyOptions options;
  options.filename = other_;
  EXPECT_THAT(Open(path_)->CopyTrajectory("none", options),
              StatusIs(absl::StatusCode::kNotFound));
  options.new_name = "no name";
  EXPECT_THAT(Open(path_)->CopyTrajectory("t", options),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(std::filesystem::exists(other_));
}

TEST_F(Hdf5StorageCopyTest, TakesTheSameFileByAnotherPathForTheSame) {
  CopyOptions options;
  options.filename = directory_.Path("./file.hdf5");
  EXPECT_THAT(Open(path_)->CopyTrajectory("t", options),
              StatusIs(absl::StatusCode::kInvalidArgument));
  options.new_name = "copy";
  EXPECT_THAT(Open(path_)->CopyTrajectory("t", options), IsOk());
  EXPECT_THAT(Open(path_)->List(), IsOkAndHolds(ElementsAre("copy", "t")));
}

TEST_F(Hdf5StorageCopyTest, BacksUpBesideTheFile) {
  const auto service = Open(path_);
  const std::string backup = directory_.Path("backup_t.hdf5");
  EXPECT_THAT(service->Backup("t"), IsOkAndHolds(backup));
  EXPECT_THAT(Open(backup)->List(), IsOkAndHolds(ElementsAre("t")));
  EXPECT_TRUE(Has(backup, kUnreadable));
  EXPECT_THAT(service->Backup("t"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(service->Backup("t", other_), IsOkAndHolds(other_));
}

TEST_F(Hdf5StorageCopyTest, MigratesToAnotherFile) {
  CopyOptions options;
  options.filename = other_;
  options.new_name = "moved";
  ASSERT_THAT(Open(path_)->Migrate("t", options), IsOk());
  EXPECT_THAT(Open(path_)->List(), IsOkAndHolds(SizeIs(0)));
  EXPECT_THAT(Open(other_)->List(), IsOkAndHolds(ElementsAre("moved")));
}

}  // namespace
}  // namespace cppet
