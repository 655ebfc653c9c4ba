#include "cppet/tools/lib/plan.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kSpec[] = R"(trajectory: t
command: [model, "--x={x}"]
parameters:
  g.x: {value: 0.5, comment: An x}
  g.n: 5
  label: a
explore:
  x: [1, 2.5]
  n: [10, 20]
)";

struct Flags {
  std::vector<std::string> sets;
  std::vector<std::string> explores;
};

absl::StatusOr<std::unique_ptr<Trajectory>> Build(const std::string& text,
                                                  const Flags& flags = {}) {
  CPPET_ASSIGN_OR_RETURN(Spec spec, ParseSpec(text, "s.yaml"));
  CPPET_RETURN_IF_ERROR(ApplyFlags(flags.sets, flags.explores, spec));
  return BuildTrajectory(spec);
}

std::string ErrorOf(const std::string& text, const Flags& flags = {}) {
  const auto trajectory = Build(text, flags);
  EXPECT_THAT(trajectory, StatusIs(absl::StatusCode::kInvalidArgument));
  return std::string(trajectory.status().message());
}

// "x: 1.0,   n: 10" of each run.
std::vector<std::string> Points(const std::string& text,
                                const Flags& flags = {}) {
  const auto trajectory = Build(text, flags);
  EXPECT_THAT(trajectory, IsOk());
  std::vector<std::string> points;
  if (!trajectory.ok()) return points;
  for (int64_t i = 0; i < (*trajectory)->length(); ++i) {
    points.push_back((*trajectory)->ParameterSummary(i));
  }
  return points;
}

TEST(PlanTest, BuildsAGridWithTheLastAxisFastest) {
  EXPECT_THAT(Points(kSpec), ElementsAre("x: 1.0,   n: 10", "x: 1.0,   n: 20",
                                         "x: 2.5,   n: 10", "x: 2.5,   n: 20"));
  const auto trajectory = Build(kSpec);
  EXPECT_EQ((*trajectory)->name(), "t");
  EXPECT_EQ((*trajectory)->Get<double>("parameters.g.x").value(), 0.5);
}

TEST(PlanTest, BuildsAListOfPoints) {
  EXPECT_THAT(Points(std::string(kSpec) + "  mode: list\n"),
              ElementsAre("x: 1.0,   n: 10", "x: 2.5,   n: 20"));
  EXPECT_THAT(ErrorOf(std::string(kSpec) + "  mode: list\n", {{}, {"x=1"}}),
              AllOf(HasSubstr("x has 1"), HasSubstr("n has 2")));
}

TEST(PlanTest, HasOneRunWithoutAxes) {
  const auto trajectory = Build("trajectory: t\ncommand: m");
  ASSERT_THAT(trajectory, IsOk());
  EXPECT_EQ((*trajectory)->length(), 1);
}

TEST(PlanTest, AppendsTheTimeToTheNameIfAsked) {
  const auto trajectory =
      Build("trajectory: t\ncommand: m\nenvironment: {add_time: true}");
  ASSERT_THAT(trajectory, IsOk());
  EXPECT_THAT((*trajectory)->name(), StartsWith("t_2"));
}

TEST(PlanTest, SetsParametersFromFlags) {
  const auto trajectory =
      Build(kSpec, {{"x=7", "parameters.g.n=6", "label=007"}, {}});
  ASSERT_THAT(trajectory, IsOk());
  EXPECT_EQ(*(**trajectory)["g.x"], Value(7.0));
  EXPECT_EQ(*(**trajectory)["g.n"], Value(int64_t{6}));
  EXPECT_EQ(*(**trajectory)["label"], Value("007"));
}

TEST(PlanTest, ExploresFromFlagsInPlaceOfTheSpecOrAsWell) {
  EXPECT_THAT(Points(kSpec, {{}, {"g.x=0:1:2", "n=1"}}),
              ElementsAre("x: 0.0,   n: 1", "x: 1.0,   n: 1"));
  EXPECT_THAT(Points(kSpec, {{}, {"n=1", "x=1", "label=b,c"}}),
              ElementsAre("x: 1.0,   n: 1,   label: 'b'",
                          "x: 1.0,   n: 1,   label: 'c'"));
}

TEST(PlanTest, RefusesBadFlagsByName) {
  EXPECT_THAT(ErrorOf(kSpec, {{"lable=b"}, {}}),
              AllOf(StartsWith("--set=lable=b: "), HasSubstr("label")));
  EXPECT_THAT(ErrorOf(kSpec, {{"x"}, {}}),
              StartsWith("--set=x: not NAME=VALUE"));
  EXPECT_THAT(ErrorOf(kSpec, {{"x=a"}, {}}), HasSubstr("of type float"));
  EXPECT_THAT(ErrorOf(kSpec, {{"n=5.5"}, {}}), HasSubstr("of type int"));
  EXPECT_THAT(ErrorOf(kSpec, {{"g=1"}, {}}), HasSubstr("no parameter"));
  EXPECT_THAT(ErrorOf(kSpec, {{}, {"y=1,2"}}), StartsWith("--explore=y=1,2: "));
  EXPECT_THAT(ErrorOf(kSpec, {{}, {"x"}}), StartsWith("--explore=x: "));
}

TEST(PlanTest, RefusesBadSpecsWithThePlace) {
  const std::string head = "trajectory: t\ncommand: m\nparameters: {n: 5}\n";
  EXPECT_THAT(ErrorOf(head + "explore: {m: [1]}"),
              AllOf(StartsWith("s.yaml:4:11: explore.m: ")));
  EXPECT_THAT(ErrorOf(head + "explore: {n: [5.0, 7.5]}"),
              AllOf(StartsWith("s.yaml:4:11: explore.n: "),
                    HasSubstr("default as 5.0")));
  EXPECT_THAT(ErrorOf(head + "explore: {n: [1], parameters.n: [2]}"),
              HasSubstr("explored twice"));
  EXPECT_THAT(
      ErrorOf(head + "explore: {n: {range: [0, 9000000000000000000, 1]}}"),
      HasSubstr("explore.n"));
  EXPECT_THAT(ErrorOf("trajectory: t\ncommand: m\nparameters: {a: 1, a.b: 2}"),
              AllOf(StartsWith("s.yaml:3:20: parameters.a.b: ")));
}

TEST(OrderRunsTest, TakesANumberForTheExpectedDuration) {
  const std::string text =
      "trajectory: t\ncommand: m\nparameters: {n: 1, s: a}\n"
      "explore: {n: [1, 5]}\nenvironment: {longest_first: ";
  Spec spec = *ParseSpec(absl::StrCat(text, "n}"), "s.yaml");
  const auto trajectory = BuildTrajectory(spec);
  ASSERT_THAT(trajectory, IsOk());
  ASSERT_THAT(OrderRuns(**trajectory, spec), IsOk());
  EXPECT_EQ(spec.environment.expected_duration(*(*trajectory)->AsRun(1)), 5.0);
  for (const char* bad : {"s", "other"}) {
    spec = *ParseSpec(absl::StrCat(text, bad, "}"), "s.yaml");
    EXPECT_THAT(OrderRuns(**trajectory, spec),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("s.yaml:5:15: environment.longest_first")));
  }
}

TEST(BuildCommandTest, NamesThePlaceOfTheCommand) {
  const auto error = [](const std::string& command) {
    const auto spec = ParseSpec(
        "trajectory: t\nparameters: {x: 1}\ncommand: " + command, "s.yaml");
    EXPECT_THAT(spec, IsOk());
    const auto trajectory = BuildTrajectory(*spec);
    EXPECT_THAT(trajectory, IsOk());
    return std::string(BuildCommand(*spec, **trajectory).status().message());
  };
  EXPECT_EQ(error("[m, '{x}']"), "");
  EXPECT_EQ(error("m {x}"), "");
  EXPECT_THAT(error("[m, '{y}']"), StartsWith("s.yaml:3:10: command: {y}: "));
  EXPECT_THAT(error("//m:m --x={x}"), HasSubstr("a Bazel label stands in"));
}

class CheckSamePlanTest : public testing::Test {
 protected:
  // What is wrong if the spec has changed in this way.
  std::string Check(const Flags& flags, const std::string& more = "") {
    const auto built = Build(kSpec + more, flags);
    EXPECT_THAT(built, IsOk());
    const auto loaded = Build(kSpec);
    EXPECT_THAT(loaded, IsOk());
    return std::string(CheckSamePlan(**built, **loaded).message());
  }
};

TEST_F(CheckSamePlanTest, AcceptsTheSame) { EXPECT_EQ(Check({}), ""); }

TEST_F(CheckSamePlanTest, SaysWhatDiffers) {
  EXPECT_THAT(Check({{"label=b"}, {}}),
              HasSubstr("parameters.label is 'a' in the file, but 'b' here"));
  EXPECT_THAT(Check({{}, {"label=b,c"}}),
              HasSubstr("label is explored here, but not in the file"));
  EXPECT_THAT(Check({{}, {"x=1,2,3"}}),
              HasSubstr("x has 4 points in the file, but 6 here"));
  EXPECT_THAT(Check({{}, {"x=1,3"}}),
              HasSubstr("x is 2.5 for run 2 in the file, but 3.0 here"));
  EXPECT_THAT(Check({}, "comment: other\n"), "");
}

TEST_F(CheckSamePlanTest, SaysWhatIsMissing) {
  const auto small = Build("trajectory: t\ncommand: m\nparameters: {a: 1}");
  const auto large =
      Build("trajectory: t\ncommand: m\nparameters: {a: 1, b: 2}");
  EXPECT_THAT(CheckSamePlan(**large, **small),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.b is not in the file")));
  EXPECT_THAT(CheckSamePlan(**small, **large),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.b is in the file, but not here")));
}

}  // namespace
}  // namespace cppet
