#include "cppet/storage/hdf5/merge/merger.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/merge_plan.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Run is a name of GoogleTest, too.
using SingleRun = Run;
using Make = std::function<void(Trajectory&)>;
using Work = std::function<void(Run&)>;

void DoNothing(Trajectory&) {}
void NoWork(Run&) {}

class MergerTest : public ::testing::Test {
 protected:
  std::string Path(absl::string_view file) const {
    return directory_.Path(file);
  }

  // Stores and runs a trajectory `name` that explores x; `add` adds to it
  // before and `work` in each run, which also has a result z, x times 10.
  StoredTrajectory Store(const std::string& file, const std::string& name,
                         const std::vector<double>& x,
                         const Make& add = DoNothing, const Work& work = NoWork,
                         const Hdf5StorageOptions& options = {}) {
    const auto service = OpenHdf5Storage(Path(file), options).value();
    Trajectory trajectory(name, "Comment of " + name);
    const auto key = trajectory.AddParameter("g.x", 0.0, "An x");
    add(trajectory);
    EXPECT_THAT(trajectory.Explore(
                    key.In(Range(std::vector<Value>(x.begin(), x.end())))),
                IsOk());
    EXPECT_THAT(service->Store(trajectory), IsOk());
    std::vector<RunRecord> records;
    for (int64_t i = 0; i < trajectory.length(); ++i) {
      SingleRun run(trajectory, i);
      EXPECT_THAT(run.AddResult("z", run[key] * 10, "Ten x"), IsOk());
      work(run);
      EXPECT_THAT(run.status(), IsOk());
      RunRecord record;
      record.index = i;
      record.completed = true;
      record.start_timestamp = 1000 + i;
      record.finish_timestamp = 1001 + i;
      record.leaves = run.TakeLeaves();
      record.groups = run.TakeGroups();
      record.links = run.TakeLinks();
      records.push_back(std::move(record));
    }
    EXPECT_THAT(service->StoreRuns(trajectory, records), IsOk());
    EXPECT_THAT(service->Close(), IsOk());
    return {Path(file), name};
  }

  absl::StatusOr<MergeReport> Merge(const StoredTrajectory& into,
                                    const StoredTrajectory& other,
                                    const MergeFilesOptions& options = {}) {
    absl::StatusOr<std::vector<MergeReport>> reports =
        MergeTrajectories(into, {other}, options);
    if (!reports.ok()) return reports.status();
    return reports->at(0);
  }

  // The trajectory as it is in its file, which is sound.
  static std::unique_ptr<Trajectory> Load(const StoredTrajectory& trajectory) {
    EXPECT_THAT(CheckHdf5File(trajectory.file), IsOkAndHolds(IsEmpty()));
    const auto service = OpenHdf5Storage(trajectory.file).value();
    LoadOptions load = LoadAll();
    std::vector<std::string> warnings;
    load.warnings = &warnings;
    auto loaded = service->Load(trajectory.name, load);
    EXPECT_THAT(loaded, IsOk());
    EXPECT_THAT(warnings, IsEmpty());
    return *std::move(loaded);
  }

  // The one trajectory of a file.
  static StoredTrajectory OnlyOneOf(const std::string& file) {
    const auto names = OpenHdf5Storage(file).value()->List();
    EXPECT_THAT(names, IsOkAndHolds(SizeIs(1)));
    return {file, names->at(0)};
  }

  static std::vector<double> ValuesOf(const Trajectory& trajectory,
                                      absl::string_view name) {
    std::vector<double> values;
    for (int64_t i = 0; i < trajectory.length(); ++i) {
      values.push_back(
          trajectory.AsRun(i).value().Get<double>(name).value_or(-1));
    }
    return values;
  }

  static std::string CommentOf(const Trajectory& trajectory,
                               absl::string_view name) {
    const Node* node = trajectory.tree().FindExact(name);
    EXPECT_NE(node, nullptr) << name;
    return node == nullptr ? "" : node->comment();
  }

  const TempDirectory directory_;
};

TEST_F(MergerTest, AppendsRunsWithTheirResults) {
  const StoredTrajectory a = Store("a.hdf5", "a", {1, 2});
  const StoredTrajectory b = Store("b.hdf5", "b", {2, 3, 4});
  const auto report = Merge(a, b);
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->length, 5);
  EXPECT_EQ(report->taken, 3);
  EXPECT_EQ(report->leaves, 3);
  EXPECT_THAT(report->warnings, IsEmpty());
  const auto merged = Load(a);
  ASSERT_EQ(merged->length(), 5);
  EXPECT_TRUE(merged->completed());
  EXPECT_EQ(merged->run_info(4).timestamp, 1002);
  EXPECT_EQ(merged->run_info(4).parameter_summary, "x: 4.0");
  EXPECT_THAT(merged->explored_names(), ElementsAre("parameters.g.x"));
  EXPECT_THAT(ValuesOf(*merged, "x"), ElementsAre(1, 2, 2, 3, 4));
  EXPECT_THAT(ValuesOf(*merged, "$.z"), ElementsAre(10, 20, 20, 30, 40));
  EXPECT_EQ(merged->Get<double>("x").value(), 0);
}

TEST_F(MergerTest, LeavesOutDuplicatesAndKeepsTheirComments) {
  const auto speak = [](SingleRun& run) {
    EXPECT_THAT(run.AddResult("more", run.index(), "Of the second only"),
                IsOk());
  };
  const StoredTrajectory a = Store("a.hdf5", "a", {1, 2});
  const StoredTrajectory b =
      Store("b.hdf5", "b", {2, 3, 1, 4}, DoNothing, speak);
  const auto report = Merge(a, b, {.merge = {.remove_duplicates = true}});
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->taken, 2);
  EXPECT_EQ(report->duplicates, 2);
  const auto merged = Load(a);
  EXPECT_THAT(ValuesOf(*merged, "x"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(ValuesOf(*merged, "$.z"), ElementsAre(10, 20, 30, 40));
  EXPECT_EQ(CommentOf(*merged, "results.runs.run_00000002.more"),
            "Of the second only");
  EXPECT_EQ(CommentOf(*merged, "results.runs.run_00000003.more"), "");
  EXPECT_THAT(Merge(a, b, {.merge = {.remove_duplicates = true}}),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("b.hdf5")));
  EXPECT_EQ(Load(a)->length(), 4);
}

TEST_F(MergerTest, ExploresWhatDiffers) {
  const auto with = [](double y) {
    return [y](Trajectory& trajectory) {
      trajectory.AddParameter("y", y, "Differs");
    };
  };
  const StoredTrajectory a = Store("a.hdf5", "a", {1, 2}, with(5));
  const StoredTrajectory b = Store("b.hdf5", "b", {1}, with(6));
  ASSERT_THAT(Merge(a, b), IsOk());
  const auto merged = Load(a);
  EXPECT_THAT(merged->explored_names(),
              ElementsAre("parameters.g.x", "parameters.y"));
  EXPECT_THAT(ValuesOf(*merged, "y"), ElementsAre(5, 5, 6));
  EXPECT_EQ(CommentOf(*merged, "parameters.y"), "Differs");
}

TEST_F(MergerTest, ChangesTheClassThatValuesOfOtherShapesNeed) {
  const auto with = [](std::vector<double> w) {
    return [w](Trajectory& trajectory) { trajectory.AddParameter("w", w); };
  };
  const StoredTrajectory a = Store("a.hdf5", "a", {1}, with({1, 2}));
  const StoredTrajectory b = Store("b.hdf5", "b", {2}, with({1, 2, 3}));
  ASSERT_THAT(Merge(a, b), IsOk());
  const auto merged = Load(a);
  EXPECT_EQ(merged->AsRun(0).value().Get<std::vector<double>>("w").value(),
            (std::vector<double>{1, 2}));
  EXPECT_EQ(merged->AsRun(1).value().Get<std::vector<double>>("w").value(),
            (std::vector<double>{1, 2, 3}));
}

TEST_F(MergerTest, RenamesRunsAndTheirSetsWhereverTheyStand) {
  const auto work = [](SingleRun& run) {
    EXPECT_THAT(run.AddResult("results.mine.$set.$.v", run.index() + 0.5),
                IsOk());
    EXPECT_THAT(run.AddGroup("results.mine.$set.$", "A group"), IsOk());
    EXPECT_THAT(run.Annotate("results.mine.$set.$", "note", run.index()),
                IsOk());
    EXPECT_THAT(run.AddValue("own.$.w", run.index()), IsOk());
    EXPECT_THAT(run.AddDerivedParameter("d", run.index() + 1.0), IsOk());
    EXPECT_THAT(run.AddLink("results.links.$.to_z", "results.runs.$.z"),
                IsOk());
  };
  const StoredTrajectory a =
      Store("a.hdf5", "a", std::vector<double>(999, 1.0));
  const StoredTrajectory b = Store("b.hdf5", "b", {2, 3}, DoNothing, work);
  const auto report = Merge(a, b);
  ASSERT_THAT(report, IsOk());
  EXPECT_THAT(report->warnings, IsEmpty());
  const auto merged = Load(a);
  const auto get = [&merged](absl::string_view name) {
    return merged->Get<double>(name).value_or(-1);
  };
  EXPECT_EQ(get("results.mine.run_set_00000.run_00000999.v"), 0.5);
  EXPECT_EQ(get("results.mine.run_set_00001.run_00001000.v"), 1.5);
  EXPECT_EQ(get("derived_parameters.runs.run_00001000.d"), 2);
  EXPECT_EQ(get("own.run_00001000.w"), 1);
  EXPECT_EQ(get("results.links.run_00001000.to_z"), 30);
  const Node* group =
      merged->tree().FindExact("results.mine.run_set_00001.run_00001000");
  EXPECT_EQ(group->comment(), "A group");
  ASSERT_NE(group->Annotation("note"), nullptr);
  EXPECT_EQ(*group->Annotation("note")->As<int64_t>(), 1);
}

TEST_F(MergerTest, GivesNewRunsWhatTheOtherHadForAllRuns) {
  const auto with = [](double d) {
    return [d](Trajectory& trajectory) {
      trajectory.AddDerivedParameter("$.d", d, "For all");
      trajectory.AddDerivedParameter("$.same", 7.0);
    };
  };
  const auto own = [](SingleRun& run) {
    if (run.index() != 1) return;
    EXPECT_THAT(run.AddDerivedParameter("derived_parameters.$.d", 9.0), IsOk());
  };
  const StoredTrajectory a = Store("a.hdf5", "a", {1}, with(5));
  const StoredTrajectory b = Store("b.hdf5", "b", {2, 3, 4}, with(6), own);
  ASSERT_THAT(Merge(a, b), IsOk());
  const auto merged = Load(a);
  EXPECT_THAT(ValuesOf(*merged, "derived_parameters.$.d"),
              ElementsAre(5, 6, 9, 6));
  EXPECT_THAT(ValuesOf(*merged, "derived_parameters.$.same"),
              ElementsAre(7, 7, 7, 7));
  EXPECT_EQ(merged->tree().FindExact("derived_parameters.run_00000003.d"),
            nullptr);  // a link
}

TEST_F(MergerTest, SaysWhatIsThereAlreadyAndWhatIsIgnored) {
  const auto with = [](double value) {
    return [value](Trajectory& trajectory) {
      EXPECT_THAT(trajectory.AddResult("total", value), IsOk());
      EXPECT_THAT(trajectory.AddResult("large.one", value), IsOk());
      EXPECT_THAT(trajectory.AddResult(value > 1 ? "second" : "first", value),
                  IsOk());
    };
  };
  const StoredTrajectory a = Store("a.hdf5", "a", {1}, with(1));
  const StoredTrajectory b = Store("b.hdf5", "b", {2}, with(2));
  const auto report = Merge(a, b, {.merge = {.ignore = {"results.large"}}});
  ASSERT_THAT(report, IsOk());
  EXPECT_THAT(report->warnings, ElementsAre(AllOf(HasSubstr("results.total"),
                                                  HasSubstr("there"))));
  const auto merged = Load(a);
  EXPECT_EQ(merged->Get<double>("results.total").value(), 1);
  EXPECT_EQ(merged->Get<double>("results.second").value(), 2);
}

TEST_F(MergerTest, NotesWhatWasMerged) {
  const StoredTrajectory a = Store("a.hdf5", "a", {1, 2});
  const StoredTrajectory b =
      Store("b.hdf5", "b", {2, 3, 4}, [](Trajectory& trajectory) {
        trajectory.set_comment("Caf\u00e9");
        trajectory.AddConfig("environment.environment_1.user", "me");
      });
  ASSERT_THAT(Merge(a, b, {.merge = {.remove_duplicates = true}}), IsOk());
  const auto merged = Load(a);
  EXPECT_EQ(merged->Get<int64_t>("config.length_before_merge").value(), 2);
  EXPECT_EQ(merged->Get<int64_t>("config.merged_runs").value(), 2);
  EXPECT_TRUE(merged->Get<bool>("config.remove_duplicates").value());
  EXPECT_EQ(merged->Get<std::string>("other_trajectory.name").value(), "b");
  EXPECT_EQ(merged->Get<int64_t>("other_trajectory.length").value(), 3);
  EXPECT_EQ(merged->Get<std::string>("other_trajectory.comment").value(),
            "Caf\u00e9");
  EXPECT_EQ(merged->Get<std::string>("config.environment.user").value(), "me");
  ASSERT_THAT(Merge(a, b, {.merge = {.keep_info = false}}), IsOk());
  EXPECT_EQ(Load(a)->Get<int64_t>("config.merged_runs").value(), 2);
}

TEST_F(MergerTest, MergesSeveralInOneCommitOrNone) {
  const StoredTrajectory a = Store("a.hdf5", "a", {1});
  const StoredTrajectory b = Store("a.hdf5", "b", {2});  // in the same file
  const StoredTrajectory c = Store("c.hdf5", "c", {3});
  const StoredTrajectory wrong =
      Store("d.hdf5", "d", {3},
            [](Trajectory& trajectory) { trajectory.AddParameter("more", 1); });
  EXPECT_THAT(
      MergeTrajectories(a, {b, wrong}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("d.hdf5"), HasSubstr("parameters.more"))));
  EXPECT_EQ(Load(a)->length(), 1);
  EXPECT_THAT(
      MergeTrajectories(a, {a}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("into itself")));
  EXPECT_THAT(MergeTrajectories(a, {{Path("c.hdf5"), "x"}}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("there is c")));
  EXPECT_THAT(MergeTrajectories(a, {{Path("none.hdf5"), "x"}}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.hdf5")));
  ASSERT_THAT(WriteFile(Path("text.hdf5"), "no HDF5"), IsOk());
  EXPECT_THAT(MergeTrajectories(a, {{Path("text.hdf5"), "x"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("text.hdf5 is no HDF5 file")));
  MergeFilesOptions options;
  options.backup = true;
  ASSERT_THAT(MergeTrajectories(a, {b, c, c}, options), IsOk());
  EXPECT_THAT(ValuesOf(*Load(a), "$.z"), ElementsAre(10, 20, 30, 30));
  EXPECT_EQ(Load({Path("backup_a.hdf5"), "a"})->length(), 1);
  EXPECT_EQ(Load(b)->length(), 1);
}

TEST_F(MergerTest, CountsTrialsOn) {
  const auto with = [](Trajectory& trajectory) {
    const auto trial = trajectory.AddParameter("trial", int64_t{0});
    EXPECT_THAT(trajectory.Explore(trial.In(IntegerRange(0, 2, 1))), IsOk());
  };
  const StoredTrajectory a = Store("a.hdf5", "a", {1, 1}, with);
  const StoredTrajectory b = Store("b.hdf5", "b", {1, 1}, with);
  ASSERT_THAT(Merge(a, b, {.merge = {.trial_parameter = "trial"}}), IsOk());
  const auto merged = Load(a);
  EXPECT_THAT(ValuesOf(*merged, "trial"), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(merged->Get<int64_t>("config.trial_parameter").value(), 2);
}

TEST_F(MergerTest, GivesLargeOverviewTablesTheirRows) {
  const Hdf5StorageOptions large = {.large_overview_tables = true};
  const StoredTrajectory a =
      Store("a.hdf5", "a", {1}, DoNothing, NoWork, large);
  const StoredTrajectory b = Store("b.hdf5", "b", {2});
  EXPECT_THAT(Merge(a, b), IsOk());
  EXPECT_EQ(ValuesOf(*Load(a), "$.z").size(), 2);
}

// What only Python can read goes along.
TEST_F(MergerTest, CopiesWhatPypetWrote) {
  for (const std::string file : {"c_arrays", "c_pandas_fixed", "c_tables"}) {
    const StoredTrajectory other =
        OnlyOneOf("testdata/pypet/" + file + ".hdf5");
    const StoredTrajectory into = {Path(file + ".hdf5"), "empty"};
    Trajectory empty("empty");
    const auto service = OpenHdf5Storage(into.file).value();
    ASSERT_THAT(service->Store(empty), IsOk());
    ASSERT_THAT(service->Close(), IsOk());
    const auto report = Merge(into, other);
    ASSERT_THAT(report, IsOk()) << file;
    EXPECT_GT(report->leaves, 0);
    EXPECT_THAT(report->warnings, IsEmpty());
    EXPECT_THAT(CheckHdf5File(into.file), IsOkAndHolds(IsEmpty())) << file;
  }
}

TEST_F(MergerTest, AppendsToWhatPypetWrote) {
  for (const std::string file :
       {"a_multiply", "b_params_explored", "d_tree", "e_large_purge_on",
        "e_no_tables", "f_lzo9_shuffle", "h_expanded", "h_postproc",
        "k_nonascii"}) {
    const StoredTrajectory other =
        OnlyOneOf("testdata/pypet/" + file + ".hdf5");
    const StoredTrajectory into = {Path(file + ".hdf5"), other.name};
    std::filesystem::copy_file(other.file, into.file);
    std::filesystem::permissions(into.file, std::filesystem::perms::owner_all);
    const auto report = Merge(into, other);
    ASSERT_THAT(report, IsOk()) << file;
    EXPECT_EQ(report->length, 2 * report->taken);
    EXPECT_THAT(CheckHdf5File(into.file), IsOkAndHolds(IsEmpty())) << file;
  }
}

}  // namespace
}  // namespace cppet
