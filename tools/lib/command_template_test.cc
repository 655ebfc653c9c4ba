#include "cppet/tools/lib/command_template.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::string_view kNasty = "it's \"$HOME\" `x` \\ ; {I}\n*";

class CommandTemplateTest : public testing::Test {
 protected:
  CommandTemplateTest() : trajectory_("t") {
    const auto current = trajectory_.AddParameter("neuron.I", 0.5);
    trajectory_.AddParameter("neuron.steps", int64_t{100});
    trajectory_.AddParameter("neuron.on", true);
    trajectory_.AddParameter("label", kNasty);
    EXPECT_THAT(trajectory_.Explore(CartesianProduct(current.In({0.1, 5.0}))),
                IsOk());
  }

  std::vector<std::string> Expanded(const std::vector<std::string>& arguments,
                                    int64_t index = 0) {
    const auto command = CommandTemplate::Create(arguments, trajectory_);
    EXPECT_THAT(command, IsOk());
    if (!command.ok()) return {};
    return command->Expand(trajectory_, index);
  }

  std::string ShellExpanded(absl::string_view line) {
    const auto command = CommandTemplate::CreateForShell(line, trajectory_);
    EXPECT_THAT(command, IsOk());
    return command.ok() ? command->Expand(trajectory_, 0)[2] : "";
  }

  // What the shell makes of `line`.
  std::string ShellOutput(absl::string_view line) {
    const auto command = CommandTemplate::CreateForShell(line, trajectory_);
    EXPECT_THAT(command, IsOk());
    const auto result = RunSubprocess(command->Expand(trajectory_, 0));
    EXPECT_THAT(result, IsOk());
    return result->standard_output;
  }

  Trajectory trajectory_;
};

TEST_F(CommandTemplateTest, PutsTheValuesOfTheRunIn) {
  EXPECT_THAT(Expanded({"model", "--I={neuron.I}", "{neuron.steps}"}),
              ElementsAre("model", "--I=0.1", "100"));
  EXPECT_THAT(Expanded({"--I={neuron.I}", "{neuron.on}{I}"}, 1),
              ElementsAre("--I=5.0", "true5.0"));
  EXPECT_THAT(Expanded({"{parameters.neuron.I}"}), ElementsAre("0.1"));
  EXPECT_THAT(Expanded({"{label}"}), ElementsAre(std::string(kNasty)));
  EXPECT_THAT(Expanded({"", "plain"}), ElementsAre("", "plain"));
}

TEST_F(CommandTemplateTest, TakesDoubleBracesForBraces) {
  EXPECT_THAT(Expanded({"{{I}}", "{{{I}}}", "{{\"I\": {I}}}"}),
              ElementsAre("{I}", "{0.1}", "{\"I\": 0.1}"));
}

TEST_F(CommandTemplateTest, LeavesBracesAroundOtherThings) {
  for (const std::string argument :
       {"{print $1}", "{\"a\": {\"b\": 1}}", "{}", "a{1,2}", "{", "}", "}}",
        "{ I }", "{if(x){print $1}}", "{_x}", "{I"}) {
    EXPECT_THAT(Expanded({argument}), ElementsAre(argument));
  }
}

TEST_F(CommandTemplateTest, RefusesUnknownNames) {
  EXPECT_THAT(CommandTemplate::Create({"{neuron.step}"}, trajectory_),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("{neuron.step}"), HasSubstr("steps"))));
  EXPECT_THAT(CommandTemplate::CreateForShell("echo {nope}", trajectory_),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("for the text {nope} write {{nope}}")));
  EXPECT_THAT(
      CommandTemplate::Create({"{neuron}"}, trajectory_),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no parameter")));
}

TEST_F(CommandTemplateTest, QuotesForTheShellOnlyWhatNeedsIt) {
  EXPECT_EQ(ShellExpanded("./model --I={I} > out"), "./model --I=0.1 > out");
  EXPECT_EQ(ShellExpanded("echo ${I} \"${HOME}\" {{x}}"),
            "echo ${I} \"${HOME}\" {x}");
}

TEST_F(CommandTemplateTest, ValuesStayOneWordForTheShellWhereverTheyStand) {
  const std::string nasty(kNasty);
  EXPECT_EQ(ShellOutput("printf %s {label}"), nasty);
  EXPECT_EQ(ShellOutput("printf %s '{label}'"), nasty);
  EXPECT_EQ(ShellOutput("printf %s \"{label}\""), nasty);
  EXPECT_EQ(ShellOutput("printf %s --l={label}/{I}"), "--l=" + nasty + "/0.1");
  EXPECT_EQ(ShellOutput("printf %s \"a $(printf %s {label}) {label} 'b'\""),
            "a " + nasty + " " + nasty + " 'b'");
  EXPECT_EQ(ShellOutput("printf %s \"$(printf %s \"{label}\")\"'{label}'"),
            nasty + nasty);
  EXPECT_EQ(ShellOutput("printf %s \\'{label}\\\"{label}"),
            "'" + nasty + "\"" + nasty);
}

TEST(ShellLineTest, CanBeTyped) {
  EXPECT_EQ(ShellLine({"./model", "--I=0.5", "a b", "it's", "", "$x"}),
            "./model --I=0.5 'a b' 'it'\\''s' '' '$x'");
}

}  // namespace
}  // namespace cppet
