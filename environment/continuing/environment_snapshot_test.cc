#include "cppet/environment/continuing/environment_snapshot.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class EnvironmentSnapshotTest : public ::testing::Test {
 protected:
  EnvironmentSnapshotTest() {
    traj_.set_timestamp(1.7e9 + 0.123456789);
    const auto x = traj_.AddParameter("x", 0);
    const auto y = traj_.AddParameter("y", 0.0);
    traj_.Explore(CartesianProduct(x.In(Arange(0, 10)), y.In({0.5})))
        .IgnoreError();
  }

  void Complete(int64_t index) {
    RunRecord record;
    record.index = index;
    record.completed = true;
    traj_.NoteRun(record);
  }

  Trajectory traj_{"traj"};
};

TEST_F(EnvironmentSnapshotTest, AllOfItComesBack) {
  Complete(3);
  EnvironmentSnapshot snapshot = SnapshotOf(traj_);
  snapshot.environment = "environment_1a2b3c4";
  snapshot.hexsha = "1a2b3c4d";
  snapshot.function.name = "Multiply";
  snapshot.function.signature = "double (cppet::Run&)";
  snapshot.function.arguments = std::string("a\0b", 3);
  snapshot.postprocessing.name = "Refine";
  EnvironmentOptions& options = snapshot.options;
  options.trajectory = "traj";
  options.log_level = std::nullopt;
  options.multiproc = true;
  options.ncores = 7;
  options.wrap_mode = WrapMode::kQueue;
  options.filename = "/data/traj.hdf5";
  options.complevel = 3;
  options.durability = Durability::kProcess;
  options.dynamically_imported_classes = {"/lib/libgeo.so:geo.Point"};
  options.timeout = 2.5;
  options.progress = ProgressMode::kNever;
  options.delete_continue = false;
  const auto back =
      DecodeEnvironmentSnapshot(EncodeEnvironmentSnapshot(snapshot));
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->trajectory, "traj");
  EXPECT_EQ(back->timestamp, traj_.timestamp());
  EXPECT_EQ(back->length, 10);
  EXPECT_THAT(back->explored_names,
              ElementsAre("parameters.x", "parameters.y"));
  EXPECT_THAT(back->completed_before, ElementsAre(Pair(3, 4)));
  EXPECT_EQ(back->environment, "environment_1a2b3c4");
  EXPECT_EQ(back->hexsha, "1a2b3c4d");
  EXPECT_EQ(back->function.name, "Multiply");
  EXPECT_EQ(back->function.signature, "double (cppet::Run&)");
  EXPECT_EQ(back->function.arguments, snapshot.function.arguments);
  EXPECT_EQ(back->postprocessing.name, "Refine");
  EXPECT_EQ(back->options.log_level, std::nullopt);
  EXPECT_TRUE(back->options.multiproc);
  EXPECT_EQ(back->options.ncores, 7);
  EXPECT_EQ(back->options.wrap_mode, WrapMode::kQueue);
  EXPECT_EQ(back->options.filename, "/data/traj.hdf5");
  EXPECT_EQ(back->options.complevel, 3);
  EXPECT_EQ(back->options.durability, Durability::kProcess);
  EXPECT_THAT(back->options.dynamically_imported_classes,
              ElementsAre("/lib/libgeo.so:geo.Point"));
  EXPECT_EQ(back->options.timeout, 2.5);
  EXPECT_EQ(back->options.progress, ProgressMode::kNever);
  EXPECT_FALSE(back->options.delete_continue);
  EXPECT_EQ(EncodeEnvironmentSnapshot(*back),
            EncodeEnvironmentSnapshot(snapshot));
}

TEST_F(EnvironmentSnapshotTest, ItsPartsAndOtherBytesAreErrors) {
  const std::string bytes = EncodeEnvironmentSnapshot(SnapshotOf(traj_));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeEnvironmentSnapshot(bytes.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  // Each byte in turn: an error or another snapshot, but no crash.
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = '\xff';
    DecodeEnvironmentSnapshot(changed).status().IgnoreError();
  }
}

TEST_F(EnvironmentSnapshotTest, OptionsThatCannotBeAreErrors) {
  EnvironmentSnapshot snapshot = SnapshotOf(traj_);
  snapshot.options.durability = Durability::kNone;
  std::string bytes = EncodeEnvironmentSnapshot(snapshot);
  snapshot.options.durability = Durability::kProcess;
  const std::string other = EncodeEnvironmentSnapshot(snapshot);
  const size_t at =
      std::mismatch(bytes.begin(), bytes.end(), other.begin()).first -
      bytes.begin();
  bytes[at] = 3;
  EXPECT_THAT(DecodeEnvironmentSnapshot(bytes),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("option")));
}

TEST_F(EnvironmentSnapshotTest, RunsAreRanges) {
  EXPECT_THAT(CompletedRuns(traj_), IsEmpty());
  EXPECT_FALSE(Contains({}, 0));
  for (const int64_t i : {0, 1, 4, 8, 9}) Complete(i);
  const RunRanges runs = CompletedRuns(traj_);
  EXPECT_THAT(runs, ElementsAre(Pair(0, 2), Pair(4, 5), Pair(8, 10)));
  for (int64_t i = -1; i < 11; ++i) {
    EXPECT_EQ(Contains(runs, i), i == 0 || i == 1 || i == 4 || i == 8 || i == 9)
        << i;
  }
}

TEST_F(EnvironmentSnapshotTest, BelongsToOneTrajectory) {
  const EnvironmentSnapshot snapshot = SnapshotOf(traj_);
  EXPECT_THAT(CheckBelongs(snapshot, traj_), IsOk());
  const auto is_foreign = [](const char* why) {
    return StatusIs(absl::StatusCode::kFailedPrecondition,
                    AllOf(HasSubstr("do not belong to the trajectory traj"),
                          HasSubstr(why)));
  };
  EnvironmentSnapshot other = snapshot;
  other.trajectory = "other";
  EXPECT_THAT(CheckBelongs(other, traj_), is_foreign("of other"));
  other = snapshot;
  other.timestamp += 1e-6;
  EXPECT_THAT(CheckBelongs(other, traj_), is_foreign("made later"));
  other = snapshot;
  other.length = 11;
  EXPECT_THAT(CheckBelongs(other, traj_), is_foreign("11 runs"));
  other.length = 9;
  EXPECT_THAT(CheckBelongs(other, traj_), IsOk());
  other = snapshot;
  other.explored_names.pop_back();
  EXPECT_THAT(CheckBelongs(other, traj_), is_foreign("parameters.y"));
}

}  // namespace
}  // namespace cppet
