#include "cppet/tools/lib/spec.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/options.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

// A whole spec but for `rest`, which begins in line 3.
std::string With(const std::string& rest) {
  return absl::StrCat("trajectory: t\ncommand: [model]\n", rest);
}

std::string ErrorOf(const std::string& text) {
  const absl::StatusOr<Spec> spec = ParseSpec(text, "s.yaml");
  EXPECT_THAT(spec, StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  return std::string(spec.status().message());
}

TEST(SpecTest, ReadsAWholeSpec) {
  const absl::StatusOr<Spec> spec = ParseSpec(R"(
trajectory: fi_curve                 # name
comment: Firing rate over input current
command: [//examples:lif_neuron, "--I={neuron.I}", -n, 5]
parameters:
  neuron.I: {value: 0.5, comment: Input current in nA}
  neuron.tau_ref: 5.0
  weights: [1, 2]
explore:
  neuron.I: {linspace: [0, 1.01, 102]}
  neuron.tau_ref: [5.0, 7.5, 10.0]
environment:
  jobs: 2
  complevel: 1
  longest_first: neuron.I
  resource_slots: {CUDA_VISIBLE_DEVICES: [0, 1], LICENCE: [a]}
timeout: 60
)",
                                              "s.yaml");
  ASSERT_THAT(spec, IsOk());
  EXPECT_EQ(spec->environment.trajectory, "fi_curve");
  EXPECT_EQ(spec->environment.comment, "Firing rate over input current");
  EXPECT_FALSE(spec->environment.add_time);
  EXPECT_TRUE(spec->environment.multiproc);
  EXPECT_TRUE(spec->environment.use_pool);
  EXPECT_EQ(spec->environment.wrap_mode, WrapMode::kQueue);
  EXPECT_EQ(spec->environment.ncores, 2);
  EXPECT_EQ(spec->environment.complevel, 1);
  EXPECT_EQ(spec->longest_first, "neuron.I");
  EXPECT_EQ(spec->longest_first_where,
            "s.yaml:15:3: environment.longest_first");
  EXPECT_THAT(spec->environment.resource_slots,
              ElementsAre(Pair("CUDA_VISIBLE_DEVICES", ElementsAre("0", "1")),
                          Pair("LICENCE", ElementsAre("a"))));
  EXPECT_FALSE(spec->shell);
  EXPECT_THAT(spec->command, ElementsAre("//examples:lif_neuron",
                                         "--I={neuron.I}", "-n", "5"));
  ASSERT_THAT(spec->parameters, SizeIs(3));
  EXPECT_EQ(spec->parameters[0].name, "neuron.I");
  EXPECT_EQ(spec->parameters[0].value.value, Value(0.5));
  EXPECT_EQ(spec->parameters[0].comment, "Input current in nA");
  EXPECT_EQ(spec->parameters[0].where, "s.yaml:6:3: parameters.neuron.I");
  EXPECT_EQ(spec->parameters[2].value.value, Value::List<int64_t>({1, 2}));
  ASSERT_THAT(spec->axes, SizeIs(2));
  EXPECT_EQ(spec->axes[0].kind, AxisSpec::Kind::kLinspace);
  EXPECT_THAT(spec->axes[0].values, SizeIs(3));
  EXPECT_EQ(spec->axes[1].where, "s.yaml:11:3: explore.neuron.tau_ref");
  EXPECT_TRUE(spec->cartesian);
  EXPECT_EQ(spec->timeout, absl::Seconds(60));
}

TEST(SpecTest, HasNoPoolWhereItsCapsWouldMeanNothing) {
  const auto uses_pool = [](const std::string& environment) {
    return ParseSpec(absl::StrCat("trajectory: t\ncommand: [true]\n"
                                  "parameters: {x: 1}\nexplore: {x: [1, 2]}\n"
                                  "environment: ",
                                  environment),
                     "s.yaml")
        .value()
        .environment.use_pool;
  };
  EXPECT_TRUE(uses_pool("{jobs: 2}"));
  EXPECT_FALSE(uses_pool("{memory_cap: 0.9}"));
  EXPECT_FALSE(uses_pool("{use_pool: false}"));
  EXPECT_TRUE(uses_pool("{use_pool: true, cpu_cap: 0.9}"));
}

TEST(SpecTest, ReadsTheShortestSpec) {
  const absl::StatusOr<Spec> spec =
      ParseSpec("trajectory: t\ncommand: ./model --x=1 | sort\n", "s.yaml");
  ASSERT_THAT(spec, IsOk());
  EXPECT_TRUE(spec->shell);
  EXPECT_THAT(spec->command, ElementsAre("./model --x=1 | sort"));
  EXPECT_EQ(spec->timeout, absl::InfiniteDuration());
  EXPECT_THAT(ParseSpec(With("parameters:\nexplore:\n"), "s.yaml"), IsOk());
}

TEST(SpecTest, TellsAModeFromAParameterCalledMode) {
  EXPECT_FALSE(ParseSpec(With("explore: {mode: list}"), "s")->cartesian);
  const absl::StatusOr<Spec> spec =
      ParseSpec(With("explore: {mode: [a, b]}"), "s");
  ASSERT_THAT(spec, IsOk());
  EXPECT_TRUE(spec->cartesian);
  EXPECT_THAT(spec->axes, SizeIs(1));
}

TEST(SpecTest, ReadsPointsFromAFileBesideIt) {
  const TempDirectory directory;
  ASSERT_THAT(WriteFile(directory.Path("points.csv"), "x,y\n1,2\n3,4\n"),
              IsOk());
  ASSERT_THAT(WriteFile(directory.Path("s.yaml"),
                        With("parameters: {y: 0.5}\n"
                             "explore: {y: {file: points.csv}}\n")),
              IsOk());
  const absl::StatusOr<Spec> spec = ReadSpec(directory.Path("s.yaml"));
  ASSERT_THAT(spec, IsOk());
  ASSERT_THAT(spec->axes[0].values, SizeIs(2));
  EXPECT_EQ(spec->axes[0].values[1].value, Value(int64_t{4}));
  EXPECT_EQ(spec->axes[0].values_file, directory.Path("points.csv"));
}

TEST(SpecTest, NamesThePlaceOfMisspeltKeysAtAllLevels) {
  EXPECT_THAT(ErrorOf(With("paramters: {}")),
              AllOf(StartsWith("s.yaml:3:1: "),
                    HasSubstr("the key paramters is not known; do you mean "
                              "parameters?")));
  EXPECT_THAT(ErrorOf(With("xyz: 1")), HasSubstr("there are trajectory, "));
  EXPECT_THAT(ErrorOf(With("parameters:\n  x: {valeu: 1}")),
              AllOf(StartsWith("s.yaml:4:7: parameters.x: "),
                    HasSubstr("mean value?")));
  EXPECT_THAT(ErrorOf(With("explore:\n  x: {linspce: [0, 1, 2]}")),
              AllOf(StartsWith("s.yaml:4:7: explore.x: "),
                    HasSubstr("mean linspace?")));
  EXPECT_THAT(ErrorOf(With("environment: {jbos: 2}")),
              AllOf(StartsWith("s.yaml:3:15: environment.jbos: "),
                    HasSubstr("mean jobs?")));
}

TEST(SpecTest, RefusesBadValuesWithTheirPlace) {
  EXPECT_THAT(ErrorOf(With("parameters: {x: }")),
              HasSubstr("parameters.x: there is no value"));
  EXPECT_THAT(ErrorOf(With("parameters: {x: {comment: a}}")),
              HasSubstr("parameters.x: there is no value"));
  EXPECT_THAT(ErrorOf(With("parameters: {x: [1, a]}")),
              AllOf(StartsWith("s.yaml:3:17: "), HasSubstr("mixed")));
  EXPECT_THAT(ErrorOf(With("parameters: {x: [[1, 2], [3]]}")),
              HasSubstr("ragged"));
  EXPECT_THAT(ErrorOf(With("parameters: {x: 99999999999999999999}")),
              HasSubstr("out of range"));
  EXPECT_THAT(ErrorOf(With("parameters: {_x: 1}")),
              AllOf(StartsWith("s.yaml:3:14: "), HasSubstr("underscore")));
  EXPECT_THAT(ErrorOf(With("parameters: {a b: 1}")), HasSubstr("a b"));
  EXPECT_THAT(ErrorOf(With("parameters: [1]")), HasSubstr("entries such as"));
  EXPECT_THAT(ErrorOf(With("parameters: {x: 1, x: 2}")),
              AllOf(StartsWith("s.yaml:3:20: "), HasSubstr("comes twice")));
  EXPECT_THAT(ErrorOf("trajectory: a.b\ncommand: c"),
              StartsWith("s.yaml:1:13: trajectory: "));
  EXPECT_THAT(ErrorOf(With("comment: [1]")), HasSubstr("needs a text"));
  EXPECT_THAT(ErrorOf(With("timeout: soon")),
              AllOf(StartsWith("s.yaml:3:10: "), HasSubstr("seconds")));
  EXPECT_THAT(ErrorOf(With("timeout: 0")), HasSubstr("above 0"));
  EXPECT_THAT(ErrorOf(With("environment: {complevel: high}")),
              HasSubstr("environment.complevel: needs a whole number"));
}

TEST(SpecTest, RefusesBadAxesWithTheirPlace) {
  EXPECT_THAT(
      ErrorOf(With("explore: {x: 5}")),
      AllOf(StartsWith("s.yaml:3:11: explore.x: "), HasSubstr("needs a list")));
  EXPECT_THAT(ErrorOf(With("explore: {x: []}")), HasSubstr("no values"));
  EXPECT_THAT(ErrorOf(With("explore: {x: {linspace: [0, 1]}}")),
              HasSubstr("linspace needs three numbers, [first, last, count]"));
  EXPECT_THAT(
      ErrorOf(With("explore: {x: {range: [0, a, 1]}}")),
      AllOf(StartsWith("s.yaml:3:26: "), HasSubstr("'a' is no number")));
  EXPECT_THAT(
      ErrorOf(With("explore: {x: {range: [0, 9, 1], linspace: [0, 1, 2]}}")),
      HasSubstr("needs one of"));
  EXPECT_THAT(ErrorOf(With("explore: {mode: grid}")),
              AllOf(StartsWith("s.yaml:3:17: explore.mode: "),
                    HasSubstr("grid is no mode")));
  EXPECT_THAT(ErrorOf(With("explore: {x: {file: /nowhere/points.csv}}")),
              AllOf(StartsWith("s.yaml:3:21: explore.x: "),
                    HasSubstr("/nowhere/points.csv")));
}

TEST(SpecTest, RefusesWhatIsNoSpec) {
  EXPECT_THAT(ErrorOf("trajectory: t"), HasSubstr("there is no command"));
  EXPECT_THAT(ErrorOf("command: c"), HasSubstr("there is no trajectory"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("trajectory: name"));
  EXPECT_THAT(ErrorOf("- a"), HasSubstr("trajectory: name"));
  EXPECT_THAT(ErrorOf("a: [1"), StartsWith("s.yaml:"));
  EXPECT_THAT(ErrorOf("trajectory: t\ncommand: []"),
              HasSubstr("there is no program"));
  EXPECT_THAT(ErrorOf("trajectory: t\ncommand: {a: b}"),
              HasSubstr("command: needs a list"));
  EXPECT_THAT(ErrorOf("a: \xff"), HasSubstr("no UTF-8"));
  EXPECT_THAT(ErrorOf(With("---\na: b")), HasSubstr("second document"));
  EXPECT_THAT(ReadSpec("/nowhere/s.yaml"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("s.yaml")));
}

}  // namespace
}  // namespace cppet
