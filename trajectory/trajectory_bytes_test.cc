#include "cppet/trajectory/trajectory_bytes.h"

#include <sys/resource.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

// Has all that a trajectory can have.
std::unique_ptr<Trajectory> Whole() {
  auto traj = std::make_unique<Trajectory>("all", "A comment");
  const auto x = traj->AddParameter("sub.x", 1, "Of x");
  traj->AddParameter("y", "text");
  traj->AddConfig("c", std::vector<double>{1.5, 2.5});
  EXPECT_THAT(traj->AddGroup("results.g", "Of g"), IsOk());
  EXPECT_THAT(traj->AddResult("r", {{"a", 1}, {"d", Dict{{{"k", 2.0}}}}}),
              IsOk());
  EXPECT_THAT(traj->AddLink("results.link", "parameters.sub.x"), IsOk());
  traj->tree().root().Annotate("of_root", 1);
  traj->tree().FindExact("results.g")->Annotate("of_group", "note");
  static_cast<Group*>(traj->tree().FindExact("results.g"))
      ->set_class_name("MyGroup");
  EXPECT_THAT(traj->Explore(x.In({3, 4, 5})), IsOk());
  RunRecord run;
  run.index = 1;
  run.completed = true;
  run.start_timestamp = 5;
  run.finish_timestamp = 6;
  traj->NoteRun(run);
  traj->set_timestamp(12.5);
  traj->set_version("1.2", "C++");
  traj->set_stored(true);
  return traj;
}

TEST(TrajectoryBytesTest, KeepHowMuchOfALeafIsInMemory) {
  const std::unique_ptr<Trajectory> traj = Whole();
  const auto result = [](const Trajectory& trajectory) {
    return static_cast<Leaf*>(trajectory.tree().FindExact("results.r"));
  };
  result(*traj)->set_in_memory(InMemory::kPart);
  const auto again = DecodeTrajectory(EncodeTrajectory(*traj));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(result(**again)->in_memory(), InMemory::kPart);
}

TEST(TrajectoryBytesTest, KeepWhatATrajectoryKnowsOfItself) {
  const std::unique_ptr<Trajectory> traj = Whole();
  const auto again = DecodeTrajectory(EncodeTrajectory(*traj));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ((*again)->name(), "all");
  EXPECT_EQ((*again)->comment(), "A comment");
  EXPECT_EQ((*again)->timestamp(), 12.5);
  EXPECT_EQ((*again)->version(), "1.2");
  EXPECT_EQ((*again)->language(), "C++");
  EXPECT_TRUE((*again)->stored());
  EXPECT_EQ((*again)->length(), 3);
  EXPECT_FALSE((*again)->completed(0));
  EXPECT_TRUE((*again)->completed(1));
  EXPECT_EQ((*again)->run_info(1).finish_timestamp, 6);
  EXPECT_THAT((*again)->explored_names(), ElementsAre("parameters.sub.x"));
}

TEST(TrajectoryBytesTest, KeepAllNodes) {
  const std::unique_ptr<Trajectory> traj = Whole();
  const auto again = DecodeTrajectory(EncodeTrajectory(*traj));
  ASSERT_THAT(again, IsOk());
  const Tree& tree = (*again)->tree();
  EXPECT_THAT(tree.root().annotations(),
              ElementsAre(Pair("of_root", Value(1))));
  const auto* x =
      static_cast<const Parameter*>(tree.FindExact("parameters.sub.x"));
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(x->comment(), "Of x");
  EXPECT_EQ(*x->value(), Value(1));
  EXPECT_THAT(x->range()->ToVector(),
              ElementsAre(Value(3), Value(4), Value(5)));
  const auto* y = static_cast<const Parameter*>(tree.FindExact("parameters.y"));
  EXPECT_FALSE(y->explored());
  EXPECT_EQ(*y->value(), Value("text"));
  const auto* g = static_cast<const Group*>(tree.FindExact("results.g"));
  EXPECT_EQ(g->comment(), "Of g");
  EXPECT_EQ(g->class_name(), "MyGroup");
  EXPECT_THAT(g->annotations(), ElementsAre(Pair("of_group", Value("note"))));
  const auto* r = static_cast<const Result*>(tree.FindExact("results.r"));
  EXPECT_THAT(r->items(), ElementsAre(Pair("a", Value(1)),
                                      Pair("d", Value(Dict{{{"k", 2.0}}}))));
  const auto* results = static_cast<const Group*>(tree.FindExact("results"));
  EXPECT_EQ(results->Link("link"), x);
}

TEST(TrajectoryBytesTest, AreTheSameAgain) {
  const std::string bytes = EncodeTrajectory(*Whole());
  const auto again = DecodeTrajectory(bytes);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(EncodeTrajectory(**again), bytes);
}

TEST(TrajectoryBytesTest, RefuseWhatIsNotWhole) {
  const std::string bytes = EncodeTrajectory(*Whole());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeTrajectory(bytes.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(DecodeTrajectory(bytes + "x"),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(TrajectoryBytesTest, BelieveNoSizeThatIsMoreThanThereIs) {
  const std::string bytes = EncodeTrajectory(*Whole());
  for (const uint64_t size : {uint64_t{1} << 40, ~uint64_t{0}}) {
    for (size_t at = 0; at + sizeof(size) <= bytes.size(); ++at) {
      std::string damaged = bytes;
      std::memcpy(&damaged[at], &size, sizeof(size));
      DecodeTrajectory(damaged).status().IgnoreError();
    }
  }
  rusage usage = {};
  ASSERT_EQ(getrusage(RUSAGE_SELF, &usage), 0);
  EXPECT_LT(usage.ru_maxrss, 256 << 10);  // kilobytes
}

}  // namespace
}  // namespace cppet
