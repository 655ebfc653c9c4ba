#include "cppet/storage/hdf5/hdf5_storage.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/settings_reader.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_record.h"
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
using ::testing::IsNull;
using ::testing::NotNull;

std::unique_ptr<Trajectory> MakeTrajectory() {
  auto trajectory = std::make_unique<Trajectory>("t");
  const auto x = trajectory->AddParameter("x", 1.0);
  trajectory->Explore(CartesianProduct(x.In({1., 2., 3.}))).IgnoreError();
  trajectory->AddResult("r", Items{{"a", 1}, {"b", "text"}}, "A result")
      .IgnoreError();
  return trajectory;
}

RunRecord MakeRecord(int64_t index, const std::string& comment) {
  RunRecord record;
  record.index = index;
  record.completed = true;
  record.leaves.emplace_back(LeafHead{"results.runs.$.z", comment},
                             Items{{"z", 1}});
  return record;
}

class Hdf5StorageTest : public ::testing::Test {
 protected:
  std::unique_ptr<StorageService> Open(const Hdf5StorageOptions& options = {}) {
    return OpenHdf5Storage(path_, options).value();
  }

  // Stores MakeTrajectory() and calls `change` with the group of it, open for
  // writing.
  template <typename Change>
  void StoreAndChange(const Change& change) {
    const auto service = Open();
    ASSERT_THAT(service->Store(*MakeTrajectory()), IsOk());
    ASSERT_THAT(service->Close(), IsOk());
    auto file = hdf5::File::Open(path_, {.writable = true});
    ASSERT_THAT(file, IsOk());
    {
      const hdf5::Handle group(H5Gopen2(file->root(), "t", H5P_DEFAULT));
      change(group.get());
    }
    ASSERT_THAT(file->Close(), IsOk());
  }

  // Loads all, with warnings.
  absl::StatusOr<std::unique_ptr<Trajectory>> LoadChanged() {
    LoadOptions options = LoadAll();
    options.leave_out_damaged = true;
    options.warnings = &warnings_;
    return Open()->Load("t", options);
  }

  const hdf5::SilentErrors silent_;
  const TempDirectory directory_;
  const std::string path_ = directory_.Path("file.hdf5");
  std::vector<std::string> warnings_;
};

TEST_F(Hdf5StorageTest, RefusesOptionsThatCannotBe) {
  EXPECT_THAT(
      OpenHdf5Storage(path_, {.complevel = 10}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("complevel")));
  EXPECT_THAT(OpenHdf5Storage(path_, {.complib = "szip"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("szip"), HasSubstr("blosc:zstd"))));
  EXPECT_THAT(OpenHdf5Storage(path_, {.summary_tables = false}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("purge_duplicate_comments")));
}

TEST_F(Hdf5StorageTest, MakesNoFileUntilItStores) {
  const auto service = Open();
  EXPECT_THAT(service->Load("t"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
  EXPECT_THAT(service->List(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(service->StoreRuns(*MakeTrajectory(), {MakeRecord(0, "")}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
  EXPECT_THAT(service->Store(*MakeTrajectory()), IsOk());
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(Hdf5StorageTest, MakesNoFolders) {
  const auto service =
      OpenHdf5Storage(directory_.Path("folder/file.hdf5")).value();
  EXPECT_THAT(service->Store(*MakeTrajectory()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("folder")));
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(Hdf5StorageTest, LeavesOtherFilesAlone) {
  ASSERT_THAT(WriteFile(path_, "precious"), IsOk());
  EXPECT_THAT(Open()->Store(*MakeTrajectory()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(path_)));
  EXPECT_THAT(ReadFile(path_), IsOkAndHolds("precious"));
}

TEST_F(Hdf5StorageTest, RefusesAFileThatAnotherProcessHas) {
  ASSERT_THAT(Open()->Store(*MakeTrajectory()), IsOk());
  const UniqueFd other(open(path_.c_str(), O_RDWR));
  ASSERT_EQ(flock(other.get(), LOCK_EX), 0);
  const auto service = Open({.lock_timeout = absl::Milliseconds(10)});
  const auto unavailable =
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr(path_));
  EXPECT_THAT(service->StoreRuns(*MakeTrajectory(), {MakeRecord(0, "")}),
              unavailable);
  EXPECT_THAT(service->Load("t"), unavailable);
  ASSERT_EQ(flock(other.get(), LOCK_UN), 0);
  EXPECT_THAT(service->Load("t"), IsOk());
}

TEST_F(Hdf5StorageTest, ReadingKeepsNoLock) {
  ASSERT_THAT(Open()->Store(*MakeTrajectory()), IsOk());
  const auto service = Open();
  ASSERT_THAT(service->Load("t"), IsOk());
  const UniqueFd other(open(path_.c_str(), O_RDWR));
  EXPECT_EQ(flock(other.get(), LOCK_EX | LOCK_NB), 0);
}

TEST_F(Hdf5StorageTest, SaysWhoWroteTheFile) {
  ASSERT_THAT(Open({.pypet_version = "0.7.0", .python_version = "3.11.2"})
                  ->Store(*MakeTrajectory()),
              IsOk());
  const auto loaded = Open()->Load("t");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ((*loaded)->version(), "0.7.0");
  EXPECT_EQ((*loaded)->language(), "3.11.2");
}

TEST_F(Hdf5StorageTest, KeepsItsSettings) {
  ASSERT_THAT(Open({.complevel = 3,
                    .shuffle = false,
                    .fletcher32 = true,
                    .small_overview_tables = false,
                    .summary_tables = false,
                    .large_overview_tables = true,
                    .purge_duplicate_comments = false,
                    .results_per_run = 7,
                    .derived_parameters_per_run = 8})
                  ->Store(*MakeTrajectory()),
              IsOk());
  const auto settings = ReadHdf5Settings(path_, "t");
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->complevel, 3);
  EXPECT_FALSE(settings->shuffle);
  EXPECT_TRUE(settings->fletcher32);
  EXPECT_FALSE(settings->config_overview);
  EXPECT_FALSE(settings->results_summary);
  EXPECT_TRUE(settings->results_overview);
  EXPECT_FALSE(settings->purge_duplicate_comments);
  EXPECT_EQ(settings->results_per_run, 7);
  EXPECT_EQ(settings->derived_parameters_per_run, 8);
  const auto loaded = Open()->Load("t");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT((*loaded)->Get<int>("config.hdf5.complevel"), IsOkAndHolds(3));
  EXPECT_THAT((*loaded)->Get<bool>("config.hdf5.overview.results_summary"),
              IsOkAndHolds(false));
  EXPECT_THAT(ReadHdf5Settings(path_, "u"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("is t")));
}

TEST_F(Hdf5StorageTest, ACommentOutlivesTheRunThatWasRemoved) {
  const auto service = Open();
  const auto trajectory = MakeTrajectory();
  ASSERT_THAT(service->Store(*trajectory), IsOk());
  RunRecord failed = MakeRecord(0, "same");
  failed.completed = false;
  ASSERT_THAT(service->StoreRuns(*trajectory, {failed}), IsOk());
  ASSERT_THAT(service->StoreRuns(*trajectory, {MakeRecord(1, "same")}), IsOk());
  ASSERT_THAT(service->StoreRuns(*trajectory, {MakeRecord(0, "same")}), IsOk());
  const auto loaded = service->Load("t");
  ASSERT_THAT(loaded, IsOk());
  const auto comment = [&loaded](const std::string& run) {
    return (*loaded)
        ->tree()
        .FindExact(absl::StrCat("results.runs.", run, ".z"))
        ->comment();
  };
  EXPECT_EQ(comment("run_00000000"), "same");
  EXPECT_EQ(comment("run_00000001"), "");
}

TEST_F(Hdf5StorageTest, ACommentIsWithTheEarliestRunThatHasIt) {
  const auto service = Open();
  const auto trajectory = MakeTrajectory();
  ASSERT_THAT(service->Store(*trajectory), IsOk());
  ASSERT_THAT(service->StoreRuns(
                  *trajectory, {MakeRecord(2, "same"), MakeRecord(1, "same")}),
              IsOk());
  ASSERT_THAT(service->Close(), IsOk());
  ASSERT_THAT(service->StoreRuns(*trajectory, {MakeRecord(0, "same")}), IsOk());
  const auto loaded = service->Load("t");
  ASSERT_THAT(loaded, IsOk());
  const auto comment = [&loaded](int run) {
    return (*loaded)
        ->tree()
        .FindExact(absl::StrCat("results.runs.", RunName(run), ".z"))
        ->comment();
  };
  EXPECT_EQ(comment(0), "same");
  EXPECT_EQ(comment(1), "");
  EXPECT_EQ(comment(2), "");
}

TEST_F(Hdf5StorageTest, CleansTheTextOfAFailure) {
  const auto service = Open();
  const auto trajectory = MakeTrajectory();
  ASSERT_THAT(service->Store(*trajectory), IsOk());
  RunRecord failed = MakeRecord(0, "");
  failed.completed = false;
  failed.failure = "not \xff UTF-8 " + std::string(100000, 'x');
  ASSERT_THAT(service->StoreRuns(*trajectory, {failed}), IsOk());
  const auto loaded = service->Load("t");
  ASSERT_THAT(loaded, IsOk());
  const auto& annotations =
      (*loaded)->tree().FindExact("results.runs.run_00000000")->annotations();
  const std::string text =
      *annotations.at(kFailureAnnotation).As<std::string>();
  EXPECT_EQ(text.size(), 60000);
  EXPECT_EQ(text.substr(0, 11), "not ? UTF-8");
}

TEST_F(Hdf5StorageTest, RefusesFewerRunsThanThereAre) {
  const auto service = Open();
  ASSERT_THAT(service->Store(*MakeTrajectory()), IsOk());
  Trajectory shorter("t");
  shorter.set_stored(true);
  EXPECT_THAT(service->Store(shorter),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("3")));
}

TEST_F(Hdf5StorageTest, RefusesALeafInThePlaceOfAGroup) {
  const auto service = Open();
  ASSERT_THAT(service->Store(*MakeTrajectory()), IsOk());
  Trajectory other("t");
  other.set_stored(true);
  const auto x = other.AddParameter("x.y", 1.0);
  ASSERT_THAT(other.Explore(CartesianProduct(x.In({1., 2., 3.}))), IsOk());
  EXPECT_THAT(service->Store(other), StatusIs(absl::StatusCode::kAlreadyExists,
                                              HasSubstr("parameters/x")));
}

TEST_F(Hdf5StorageTest, ALoadedTrajectoryGoesToAnotherFile) {
  ASSERT_THAT(Open()->Store(*MakeTrajectory()), IsOk());
  auto loaded = Open()->Load("t", LoadAll());
  ASSERT_THAT(loaded, IsOk());
  const auto other = OpenHdf5Storage(directory_.Path("other.hdf5")).value();
  ASSERT_THAT(other->Store(**loaded), IsOk());
  const auto copy = other->Load("t", LoadAll());
  ASSERT_THAT(copy, IsOk());
  EXPECT_EQ((*copy)->ParameterSummary(2), "x: 3.0");
  const auto* result =
      static_cast<const Result*>((*copy)->tree().FindExact("results.r"));
  ASSERT_THAT(result, NotNull());
  EXPECT_EQ(result->items().size(), 2);
}

TEST_F(Hdf5StorageTest, LeavesOutWhatItDoesNotKnow) {
  StoreAndChange([](hid_t group) {
    const hdf5::Handle b(H5Dopen2(group, "results/r/b", H5P_DEFAULT));
    H5Adelete(b.get(), "SRVC_STORE");
    ASSERT_THAT(hdf5::WriteText(b.get(), "SRVC_STORE", "FRAME"), IsOk());
    H5Lcreate_soft("/t/results/gone", group, "results/link", H5P_DEFAULT,
                   H5P_DEFAULT);
    H5Lcreate_hard(group, "results", group, "results/circle", H5P_DEFAULT,
                   H5P_DEFAULT);
    const hdf5::Handle odd(H5Gcreate2(group, "results/odd name", H5P_DEFAULT,
                                      H5P_DEFAULT, H5P_DEFAULT));
  });
  const auto loaded = LoadChanged();
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(warnings_, Contains(HasSubstr("/t/results/r/b")));
  EXPECT_THAT(warnings_,
              Contains(HasSubstr("link is a link to /t/results/gone")));
  EXPECT_THAT(warnings_, Contains(HasSubstr("more than once")));
  EXPECT_THAT(warnings_, Contains(HasSubstr("odd name")));
  const auto* result =
      static_cast<const Result*>((*loaded)->tree().FindExact("results.r"));
  ASSERT_THAT(result, NotNull());
  EXPECT_THAT(result->items(), ElementsAre(::testing::Key("a")));
  EXPECT_THAT((*loaded)->tree().FindExact("results.link"), IsNull());
}

TEST_F(Hdf5StorageTest, DamagedDataIsAnErrorOrAWarning) {
  StoreAndChange([](hid_t group) {
    const hdf5::Handle a(H5Dopen2(group, "results/r/a", H5P_DEFAULT));
    H5Adelete(a.get(), "SRVC_DATA_SCALAR_TYPE");
    const hdf5::Handle b(H5Dopen2(group, "results/r/b", H5P_DEFAULT));
    const hdf5::Handle type(H5Dget_type(b.get()));
    ASSERT_GE(H5Dwrite(b.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                       "\xff\xfe\xfd\xfc"),
              0);
  });
  EXPECT_THAT(Open()->Load("t", LoadAll()),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr(path_), HasSubstr("/t/results/r/b"))));
  EXPECT_THAT(LoadChanged(), IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("/t/results/r/b")));
}

TEST_F(Hdf5StorageTest, ARangeOfAnotherLengthIsDamage) {
  StoreAndChange([](hid_t group) {
    const hdf5::Handle table(
        H5Dopen2(group, "parameters/x/explored_data", H5P_DEFAULT));
    const hsize_t two = 2;
    ASSERT_GE(H5Dset_extent(table.get(), &two), 0);
  });
  EXPECT_THAT(Open()->Load("t"), StatusIs(absl::StatusCode::kDataLoss,
                                          HasSubstr("/t/parameters/x")));
  const auto loaded = LoadChanged();
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT((*loaded)->explored(), IsEmpty());
  EXPECT_THAT((*loaded)->explored_names(), ElementsAre("parameters.x"));
}

TEST_F(Hdf5StorageTest, ATrajectoryNeedsItsTables) {
  for (const std::string table : {"info", "runs"}) {
    std::filesystem::remove(path_);
    StoreAndChange([&table](hid_t group) {
      H5Ldelete(group, absl::StrCat("overview/", table).c_str(), H5P_DEFAULT);
    });
    EXPECT_THAT(LoadChanged(),
                StatusIs(absl::StatusCode::kDataLoss,
                         AllOf(HasSubstr(path_), HasSubstr(table))));
  }
}

TEST_F(Hdf5StorageTest, OtherTablesMayBeMissing) {
  StoreAndChange([](hid_t group) {
    for (const char* table :
         {"overview/explorations", "overview/hdf5_settings",
          "overview/parameters_overview", "overview/results_summary"}) {
      H5Ldelete(group, table, H5P_DEFAULT);
    }
  });
  const auto loaded = LoadChanged();
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_THAT((*loaded)->explored_names(), ElementsAre("parameters.x"));
  EXPECT_THAT(Open()->Store(**loaded), IsOk());
  EXPECT_THAT(Open()->StoreRuns(**loaded, {MakeRecord(0, "comment")}), IsOk());
}

}  // namespace
}  // namespace cppet
