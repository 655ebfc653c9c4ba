// What a user may get wrong about files and what is in them: the error names
// the file and the item.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kExists = absl::StatusCode::kAlreadyExists;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;

// A folder with file.hdf5, which has the trajectories "one", with the result
// results.r, and "two", and with text.hdf5, which is no HDF5 file.
class Scene {
 public:
  Scene() {
    EXPECT_THAT(WriteFile(Path("text.hdf5"), "no HDF5 file"), IsOk());
    Trajectory one("one");
    EXPECT_THAT(one.AddResult("r", 1), IsOk());
    Trajectory two("two");
    EXPECT_THAT(service_->Store(one), IsOk());
    EXPECT_THAT(service_->Store(two), IsOk());
  }

  std::string Path(const std::string& file) const { return folder_.Path(file); }
  std::unique_ptr<StorageService> Open(const std::string& file) const {
    return OpenHdf5Storage(Path(file)).value();
  }
  // The one of file.hdf5.
  StorageService& service() { return *service_; }
  std::unique_ptr<Trajectory> LoadOne() { return *service_->Load("one"); }

 private:
  const TempDirectory folder_;
  const std::unique_ptr<StorageService> service_ = Open("file.hdf5");
};

absl::Status StoreNew(StorageService& service, const std::string& name) {
  Trajectory trajectory(name);
  return service.Store(trajectory);
}

struct Case {
  const char* what;
  absl::StatusCode code;
  // What the message names.
  const char* file;
  const char* item;
  std::function<absl::Status(Scene&)> error;
};

std::vector<Case> Cases() {
  return {
      // Files.
      {"loading from no file", kNotFound, "nope.hdf5", "nope.hdf5",
       [](Scene& s) { return s.Open("nope.hdf5")->Load("one").status(); }},
      {"listing no file", kNotFound, "nope.hdf5", "nope.hdf5",
       [](Scene& s) { return s.Open("nope.hdf5")->List().status(); }},
      {"a place in no file", kNotFound, "nope.hdf5", "nope.hdf5",
       [](Scene& s) { return s.Open("nope.hdf5")->NameAt(0).status(); }},
      {"storing in no folder", kNotFound, "none/new.hdf5", "cannot create",
       [](Scene& s) { return StoreNew(*s.Open("none/new.hdf5"), "new"); }},
      {"loading from another kind of file", kInvalid, "text.hdf5",
       "is no HDF5 file",
       [](Scene& s) { return s.Open("text.hdf5")->Load("one").status(); }},
      {"storing in another kind of file", kInvalid, "text.hdf5",
       "is no HDF5 file",
       [](Scene& s) { return StoreNew(*s.Open("text.hdf5"), "new"); }},
      // Trajectories.
      {"a name that is taken", kExists, "file.hdf5", "trajectory one already",
       [](Scene& s) { return StoreNew(s.service(), "one"); }},
      {"an unknown name", kNotFound, "file.hdf5", "zz; there is one, two",
       [](Scene& s) { return s.service().Load("zz").status(); }},
      {"a place behind the last", kNotFound, "file.hdf5",
       "number 2 in it; there are 2",
       [](Scene& s) { return s.service().NameAt(2).status(); }},
      {"a place before the first", kNotFound, "file.hdf5",
       "number -3 in it; there are 2",
       [](Scene& s) { return s.service().NameAt(-3).status(); }},
      {"deleting an unknown one", kNotFound, "file.hdf5", "zz",
       [](Scene& s) { return s.service().DeleteTrajectory("zz"); }},
      {"copying an unknown one", kNotFound, "file.hdf5", "zz",
       [](Scene& s) {
         return s.service().CopyTrajectory("zz", {.new_name = "copy"});
       }},
      {"copying to a name that is taken", kExists, "file.hdf5", "two",
       [](Scene& s) {
         return s.service().CopyTrajectory("one", {.new_name = "two"});
       }},
      {"copying without a new name", kInvalid, "file.hdf5", "copy of one",
       [](Scene& s) { return s.service().CopyTrajectory("one", {}); }},
      // What is in them.
      {"loading an unknown item", kNotFound, "file.hdf5", "results.nope",
       [](Scene& s) {
         return s.service().LoadItems(*s.LoadOne(), {"results.nope"});
       }},
      {"loading an unknown part of a result", kNotFound, "file.hdf5",
       "/one: results.r has no item q",
       [](Scene& s) {
         return s.service().LoadItems(*s.LoadOne(), {"results.r"},
                                      {.only = {"q"}});
       }},
      {"loading a result in the place of a group", kExists, "file.hdf5",
       "/one: results.r is something else",
       [](Scene& s) {
         const auto one = s.LoadOne();
         EXPECT_THAT(one->Remove("results.r"), IsOk());
         EXPECT_THAT(one->AddGroup("results.r"), IsOk());
         return s.service().LoadItems(*one, {"results.r"});
       }},
      {"deleting an unknown item", kNotFound, "file.hdf5", "results.nope",
       [](Scene& s) {
         return s.service().DeleteItems(*s.LoadOne(), {"results.nope"});
       }},
      {"deleting an unknown link", kNotFound, "file.hdf5", "results.nope",
       [](Scene& s) {
         return s.service().DeleteLinks(*s.LoadOne(), {"results.nope"});
       }},
  };
}

TEST(Hdf5BadInputTest, IsAnErrorThatNamesTheFileAndTheItem) {
  for (const Case& bad : Cases()) {
    SCOPED_TRACE(bad.what);
    Scene scene;
    EXPECT_THAT(bad.error(scene),
                StatusIs(bad.code, AllOf(HasSubstr(scene.Path(bad.file)),
                                         HasSubstr(bad.item))));
  }
}

// pypet takes .hdf5, .h5 and five more.
TEST(Hdf5BadInputTest, AFileMayHaveAnyName) {
  const TempDirectory folder;
  for (const char* name : {"data", "data.txt", "data.mine.h5", "\u00e4 b"}) {
    const auto service = OpenHdf5Storage(folder.Path(name)).value();
    EXPECT_THAT(StoreNew(*service, "t"), IsOk()) << name;
    EXPECT_THAT(service->Load("t"), IsOk()) << name;
  }
}

// pypet cuts it to the 512 bytes of its column, between whichever bytes.
TEST(Hdf5BadInputTest, ACommentMayBeCutInsideACharacter) {
  const TempDirectory folder;
  const std::string path = folder.Path("file.hdf5");
  const auto service = OpenHdf5Storage(path).value();
  ASSERT_THAT(StoreNew(*service, "t"), IsOk());
  ASSERT_THAT(service->Close(), IsOk());

  std::string comment = "x";
  while (comment.size() < 512) comment += "\u00e4";
  {
    hdf5::File file = hdf5::File::Open(path, {.writable = true}).value();
    {
      const hdf5::Handle info(
          H5Dopen2(file.root(), "t/overview/info", H5P_DEFAULT));
      const hdf5::Handle text(H5Tcopy(H5T_C_S1));
      ASSERT_GE(H5Tset_size(text.get(), 512), 0);
      const hdf5::Handle row(H5Tcreate(H5T_COMPOUND, 512));
      ASSERT_GE(H5Tinsert(row.get(), "comment", 0, text.get()), 0);
      ASSERT_GE(H5Dwrite(info.get(), row.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                         comment.data()),
                0);
    }
    ASSERT_THAT(file.Close(), IsOk());
  }

  const auto loaded = service->Load("t");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT((*loaded)->comment(), StartsWith("x\u00e4\u00e4"));
}

}  // namespace
}  // namespace cppet
