#include "cppet/storage/hdf5/check.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Trajectory trajectory("t");
    const auto x = trajectory.AddParameter("x", 1.0);
    ASSERT_THAT(trajectory.Explore(CartesianProduct(x.In({1., 2., 3.}))),
                IsOk());
    ASSERT_THAT(
        trajectory.AddResult("r", std::vector<double>(1000, 0.5), "A result"),
        IsOk());
    const auto service = OpenHdf5Storage(path_, {.fletcher32 = true}).value();
    ASSERT_THAT(service->Store(trajectory), IsOk());
  }

  // Calls `change` with the group of the trajectory.
  template <typename Change>
  void ChangeFile(const Change& change) {
    auto file = hdf5::File::Open(path_, {.writable = true});
    ASSERT_THAT(file, IsOk());
    {
      const hdf5::Handle group(H5Gopen2(file->root(), "t", H5P_DEFAULT));
      change(group.get());
    }
    ASSERT_THAT(file->Close(), IsOk());
  }

  const hdf5::SilentErrors silent_;
  const TempDirectory directory_;
  const std::string path_ = directory_.Path("file.hdf5");
};

TEST_F(CheckTest, FindsNothingInAWholeFile) {
  EXPECT_THAT(CheckHdf5File(path_), IsOkAndHolds(IsEmpty()));
}

TEST_F(CheckTest, FindsRangesThatDoNotFitTheRuns) {
  ChangeFile([](hid_t group) {
    const hdf5::Handle table(
        H5Dopen2(group, "parameters/x/explored_data", H5P_DEFAULT));
    const hsize_t two = 2;
    H5Dset_extent(table.get(), &two);
  });
  EXPECT_THAT(CheckHdf5File(path_),
              IsOkAndHolds(ElementsAre(
                  AllOf(HasSubstr("/t/parameters/x"), HasSubstr("2 runs")))));
}

TEST_F(CheckTest, FindsWhatIsMissing) {
  ChangeFile([](hid_t group) {
    H5Ldelete(group, "parameters/x", H5P_DEFAULT);
    H5Ldelete(group, "overview/runs", H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", group, "link", H5P_DEFAULT, H5P_DEFAULT);
    const hdf5::Handle result(H5Gopen2(group, "results/r", H5P_DEFAULT));
    H5Adelete(result.get(), "SRVC_INIT_CLASS_NAME");
    const hdf5::Handle item(H5Dopen2(group, "results/r/r", H5P_DEFAULT));
    H5Adelete(item.get(), "SRVC_STORE");
  });
  const auto problems = CheckHdf5File(path_);
  ASSERT_THAT(problems, IsOk());
  EXPECT_THAT(*problems, Contains(HasSubstr("parameters.x is explored")));
  EXPECT_THAT(*problems, Contains(HasSubstr("runs")));
  EXPECT_THAT(*problems, Contains(HasSubstr("link to nothing")));
  EXPECT_THAT(*problems, Contains(HasSubstr("SRVC_INIT_CLASS_NAME")));
  EXPECT_THAT(*problems, Contains(HasSubstr("SRVC_STORE")));
  EXPECT_EQ(problems->size(), 5);
}

TEST_F(CheckTest, FindsDamagedData) {
  haddr_t address = HADDR_UNDEF;
  ChangeFile([&address](hid_t group) {
    const hdf5::Handle item(H5Dopen2(group, "results/r/r", H5P_DEFAULT));
    const hdf5::Handle space(H5Dget_space(item.get()));
    hsize_t offset, size;
    unsigned mask;
    H5Dget_chunk_info(item.get(), space.get(), 0, &offset, &mask, &address,
                      &size);
  });
  ASSERT_NE(address, HADDR_UNDEF);
  std::FILE* file = std::fopen(path_.c_str(), "r+b");
  ASSERT_NE(file, nullptr);
  std::fseek(file, address + 4, SEEK_SET);
  std::fputs("damage", file);
  std::fclose(file);
  EXPECT_THAT(CheckHdf5File(path_),
              IsOkAndHolds(ElementsAre(HasSubstr("/t/results/r/r"))));
}

TEST_F(CheckTest, SaysWhatCannotBeOpened) {
  EXPECT_THAT(CheckHdf5File(directory_.Path("none.hdf5")),
              StatusIs(absl::StatusCode::kNotFound));
}

// pypet left these when it was stopped early: what it explored is not there.
bool IsOfACrash(const std::string& name) {
  return name == "g_crash_single.hdf5" || name == "g_init_only.hdf5";
}

TEST(CheckPypetFilesTest, FindsNothingInFilesOfPypet) {
  int checked = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("testdata/pypet")) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() != ".hdf5" || IsOfACrash(name)) continue;
    EXPECT_THAT(CheckHdf5File(entry.path()), IsOkAndHolds(IsEmpty())) << name;
    ++checked;
  }
  EXPECT_GT(checked, 30);
}

TEST(CheckPypetFilesTest, FindsWhatACrashLeftOut) {
  EXPECT_THAT(CheckHdf5File("testdata/pypet/g_crash_single.hdf5"),
              IsOkAndHolds(Contains(HasSubstr("is explored"))));
}

}  // namespace
}  // namespace cppet
