#include "cppet/tools/lib/command_run.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/run_seed.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::StartsWith;

class CommandRunTest : public testing::Test {
 protected:
  CommandRunTest() : trajectory_("t") {
    const auto x = trajectory_.AddParameter("g.x", 0.5);
    trajectory_.AddParameter("label", "a \"b\"");
    EXPECT_THAT(trajectory_.Explore(CartesianProduct(x.In({1.5, 2.5}))),
                IsOk());
    options_.scratch_folder = scratch_.path();
  }

  // Runs `script` as run 1. What it added is in results_ then, by the name
  // below its run group.
  absl::Status RunScript(const std::string& script) {
    cppet::Run run(trajectory_, 1);
    const absl::StatusOr<std::vector<std::string>> nulls =
        RunCommand({"/bin/sh", "-c", script}, run, options_);
    if (nulls.ok()) nulls_ = *nulls;
    results_.clear();
    for (const LeafRecord& leaf : run.TakeLeaves()) {
      if (leaf.head->name == "derived_parameters.runs.$.seed") {
        EXPECT_EQ(leaf.items[0].second, Value(RunSeed(trajectory_.seed(), 1)));
        continue;
      }
      EXPECT_THAT(leaf.head->name, StartsWith("results.runs.$."));
      const std::string name =
          leaf.head->name.substr(strlen("results.runs.$."));
      results_.emplace(name, leaf.items[0].second);
    }
    EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
    return nulls.status();
  }

  std::string Text(const std::string& name) {
    return results_.count(name) == 0
               ? "missing"
               : results_.at(name).As<std::string>().value_or("no text");
  }

  Trajectory trajectory_;
  const TempDirectory scratch_;
  CommandRunOptions options_;
  std::map<std::string, Value> results_;
  std::vector<std::string> nulls_;
};

TEST_F(CommandRunTest, AddsWhatTheProcessLeft) {
  EXPECT_THAT(RunScript("echo out; echo err >&2"), IsOk());
  EXPECT_EQ(results_.at("process.exit_code"), Value(0));
  EXPECT_EQ(Text("process.stdout"), "out\n");
  EXPECT_EQ(Text("process.stderr"), "err\n");
  EXPECT_GT(*results_.at("process.wall_seconds").As<double>(), 0);
  EXPECT_EQ(results_.size(), 4);
}

TEST_F(CommandRunTest, TellsTheProgramItsRunAndParameters) {
  EXPECT_THAT(RunScript("echo $CPPET_RUN; tr -d '\\n ' < $CPPET_PARAMETERS"),
              IsOk());
  EXPECT_EQ(Text("process.stdout"),
            "1\n{\"parameters.g.x\":2.5,\"parameters.label\":\"a\\\"b\\\"\"}");
}

TEST_F(CommandRunTest, TellsTheProgramTheSeedThatItStores) {
  EXPECT_THAT(RunScript("echo $CPPET_SEED"), IsOk());
  EXPECT_EQ(Text("process.stdout"),
            absl::StrCat(RunSeed(trajectory_.seed(), 1), "\n"));
}

TEST_F(CommandRunTest, AddsTheResultsThatTheProgramWrote) {
  EXPECT_THAT(RunScript(R"(echo '{"z": 4.5, "g": {"n": 3}, "results": 1,
                                 "nothing": null}' > $CPPET_RESULTS)"),
              IsOk());
  EXPECT_EQ(results_.at("z"), Value(4.5));
  EXPECT_EQ(results_.at("g.n"), Value(int64_t{3}));
  EXPECT_EQ(results_.at("results"), Value(int64_t{1}));
  EXPECT_THAT(results_, Not(Contains(Key("nothing"))));
  EXPECT_THAT(nulls_, ElementsAre("nothing"));
}

TEST_F(CommandRunTest, FailsWithTheExitCodeAndTheEndOfStandardError) {
  EXPECT_THAT(
      RunScript("echo '{\"z\": 1}' > $CPPET_RESULTS; seq 9 >&2; exit 3"),
      StatusIs(absl::StatusCode::kAborted,
               "exited with code 3\n5\n6\n7\n8\n9"));
  EXPECT_EQ(results_.at("process.exit_code"), Value(3));
  EXPECT_THAT(results_, Not(Contains(Key("z"))));
}

TEST_F(CommandRunTest, FailsWithTheSignal) {
  EXPECT_THAT(
      RunScript("kill -9 $$"),
      StatusIs(absl::StatusCode::kAborted, HasSubstr("killed by signal 9")));
  EXPECT_EQ(results_.at("process.exit_code"), Value(-9));
}

TEST_F(CommandRunTest, KeepsTheOutputOfACommandThatTookTooLong) {
  options_.timeout = absl::Milliseconds(200);
  EXPECT_THAT(RunScript("echo before; exec sleep 60"),
              StatusIs(absl::StatusCode::kDeadlineExceeded,
                       HasSubstr("timeout of 200ms")));
  EXPECT_EQ(Text("process.stdout"), "before\n");
}

TEST_F(CommandRunTest, FailsWithWhatIsWrongWithTheResults) {
  EXPECT_THAT(RunScript("echo '{\"z\": oops}' > $CPPET_RESULTS"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("results: no JSON at 1:7")));
  EXPECT_THAT(results_, Contains(Key("process.exit_code")));
  EXPECT_THAT(RunScript("echo '{\"z\": [[1], [1, 2]]}' > $CPPET_RESULTS"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("results: z: the lists are ragged")));
  EXPECT_THAT(
      RunScript("echo '{\"process\": {\"stdout\": 1}}' > $CPPET_RESULTS"),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("process.stdout")));
  EXPECT_THAT(RunScript("mkdir $CPPET_RESULTS"), Not(IsOk()));
}

TEST_F(CommandRunTest, FailsIfTheProgramCannotBeStarted) {
  cppet::Run run(trajectory_, 0);
  EXPECT_THAT(
      RunCommand({"/nowhere/model"}, run, options_),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nowhere/model")));
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

TEST_F(CommandRunTest, CutsLongOutputAndReplacesWhatIsNoUtf8) {
  options_.max_output = 10;
  EXPECT_THAT(RunScript("printf '0123456789abc'; printf 'a\\377b' >&2"),
              IsOk());
  EXPECT_EQ(Text("process.stdout"),
            "0123456789\n[cut: only the first 10 bytes are kept]\n");
  EXPECT_EQ(Text("process.stderr"),
            "a\xef\xbf\xbd"
            "b");
}

}  // namespace
}  // namespace cppet
