#include "cppet/tools/lib/benchmark_times.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The file of these entries, with what Google Benchmark says of the machine.
std::string File(const std::vector<std::string>& entries) {
  return absl::StrCat(
      R"({"context": {"num_cpus": 2, "caches": [{"type": "Data", "level": 1}],
                      "load_avg": [4.6, 4.5], "benchmarks": "none"},
          "benchmarks": [)",
      absl::StrJoin(entries, ","), "]}");
}

std::string Iteration(absl::string_view name, absl::string_view real_time,
                      absl::string_view unit = "ns") {
  return absl::StrCat(R"({"name": ")", name, R"(", "family_index": 0,
      "run_name": ")",
                      name, R"(", "run_type": "iteration", "repetitions": 2,
      "iterations": 10, "real_time": )",
                      real_time, R"(, "cpu_time": 1e9, "time_unit": ")", unit,
                      "\"}");
}

std::string Aggregate(absl::string_view name, absl::string_view aggregate,
                      absl::string_view real_time) {
  return absl::StrCat(
      R"({"name": ")", name, "_", aggregate, R"(", "run_name": ")", name,
      R"(", "run_type": "aggregate", "aggregate_name": ")", aggregate,
      R"(", "real_time": )", real_time, R"(, "time_unit": "us"})");
}

std::string Failed(absl::string_view name, absl::string_view message) {
  return absl::StrCat(R"({"name": ")", name, R"(", "run_name": ")", name,
                      R"(", "run_type": "iteration", "error_occurred": true,
      "error_message": ")",
                      message, R"(", "real_time": 0.0, "time_unit": "ns"})");
}

auto Takes(const std::string& name, double nanoseconds) {
  return AllOf(Field("name", &BenchmarkTime::name, name),
               Field("nanoseconds", &BenchmarkTime::nanoseconds,
                     DoubleNear(nanoseconds, 1e-9 * nanoseconds)),
               Field("error", &BenchmarkTime::error, ""));
}

auto Fails(const std::string& name, const std::string& error) {
  return AllOf(Field("name", &BenchmarkTime::name, name),
               Field("nanoseconds", &BenchmarkTime::nanoseconds, 0),
               Field("error", &BenchmarkTime::error, error));
}

std::string ErrorOf(absl::string_view json) {
  const auto times = ParseBenchmarkTimes(json);
  EXPECT_THAT(times, StatusIs(absl::StatusCode::kInvalidArgument)) << json;
  return std::string(times.status().message());
}

TEST(BenchmarkTimesTest, TakesTheUnitIntoAccount) {
  EXPECT_THAT(ParseBenchmarkTimes(File(
                  {Iteration("BM_S", "2", "s"), Iteration("BM_Ms", "3.5", "ms"),
                   Iteration("BM_Us", "1.5e-3", "us"),
                   Iteration("BM_Ns/8/real_time", "0.25", "ns")})),
              IsOkAndHolds(ElementsAre(
                  Takes("BM_S", 2e9), Takes("BM_Ms", 3.5e6),
                  Takes("BM_Us", 1.5), Takes("BM_Ns/8/real_time", 0.25))));
}

TEST(BenchmarkTimesTest, TakesTheMedianOfRunsOfOneName) {
  EXPECT_THAT(
      ParseBenchmarkTimes(
          File({Iteration("BM_Odd", "9"), Iteration("BM_Even", "4"),
                Iteration("BM_Odd", "1"), Iteration("BM_Even", "100"),
                Iteration("BM_Odd", "0.002", "us"), Iteration("BM_Even", "1"),
                Iteration("BM_Even", "2")})),
      IsOkAndHolds(ElementsAre(Takes("BM_Odd", 2), Takes("BM_Even", 3))));
}

TEST(BenchmarkTimesTest, TakesTheMedianThatIsThere) {
  EXPECT_THAT(
      ParseBenchmarkTimes(File(
          {Iteration("BM_A", "1"), Iteration("BM_A", "2"),
           Aggregate("BM_A", "mean", "5"), Aggregate("BM_A", "median", "7"),
           Aggregate("BM_A", "stddev", "8"), Aggregate("BM_A", "cv", "NaN"),
           Aggregate("BM_Alone", "median", "0.5")})),
      IsOkAndHolds(ElementsAre(Takes("BM_A", 7000), Takes("BM_Alone", 500))));
}

TEST(BenchmarkTimesTest, LeavesOutWhatIsNoTime) {
  EXPECT_THAT(
      ParseBenchmarkTimes(File(
          {R"({"name": "BM_A_BigO", "run_name": "BM_A", "run_type": "aggregate",
               "aggregate_name": "BigO", "cpu_coefficient": 1, "big_o": "N"})",
           R"({"run_name": "BM_Skipped", "run_type": "iteration",
               "skipped": true, "real_time": 0, "time_unit": "ns"})",
           Iteration("BM_B", "1")})),
      IsOkAndHolds(ElementsAre(Takes("BM_B", 1))));
}

TEST(BenchmarkTimesTest, KeepsFieldsApartFromCountersOfTheirNames) {
  EXPECT_THAT(ParseBenchmarkTimes(File({absl::StrReplaceAll(
                  Iteration("BM_A", "3"),
                  {{"\"ns\"}", R"("ns", "real_time": 99, "zero": NaN,
                         "nested": {"real_time": 5, "more": [{}, []]}})"}})})),
              IsOkAndHolds(ElementsAre(Takes("BM_A", 3))));
}

TEST(BenchmarkTimesTest, KeepsWhyABenchmarkFailed) {
  EXPECT_THAT(
      ParseBenchmarkTimes(File(
          {Iteration("BM_A", "1"), Failed("BM_B", ""), Iteration("BM_C", "1"),
           Failed("BM_A", "disk full"), Failed("BM_A", "again")})),
      IsOkAndHolds(ElementsAre(Fails("BM_A", "disk full"),
                               Fails("BM_B", "an error occurred"),
                               Takes("BM_C", 1))));
}

TEST(BenchmarkTimesTest, NamesTheEntryThatIsWrong) {
  const std::string good = Iteration("BM_A", "1");
  const auto error_of = [&good](const std::string& entry) {
    return ErrorOf(File({good, entry}));
  };
  EXPECT_EQ(error_of(absl::StrReplaceAll(good, {{"run_name", "x"}})),
            "benchmarks[1]: it has no text run_name");
  EXPECT_EQ(error_of(absl::StrReplaceAll(good, {{"run_type", "x"}})),
            "benchmarks[1] BM_A: it has no text run_type");
  EXPECT_EQ(error_of(absl::StrReplaceAll(good, {{"iteration\"", "x\""}})),
            "benchmarks[1] BM_A: its run_type 'x' is neither iteration nor "
            "aggregate");
  EXPECT_EQ(error_of(absl::StrReplaceAll(good, {{"real_time", "x"}})),
            "benchmarks[1] BM_A: it has no number real_time");
  EXPECT_EQ(error_of(Iteration("BM_B", "\"1\"")),
            "benchmarks[1] BM_B: it has no number real_time");
  EXPECT_EQ(error_of(absl::StrReplaceAll(good, {{"time_unit", "x"}})),
            "benchmarks[1] BM_A: it has no text time_unit");
  EXPECT_EQ(error_of(Iteration("BM_B", "1", "h")),
            "benchmarks[1] BM_B: its time_unit 'h' is not ns, us, ms or s");
  EXPECT_EQ(error_of(absl::StrReplaceAll(Aggregate("BM_B", "median", "1"),
                                         {{"aggregate_name", "x"}})),
            "benchmarks[1] BM_B: it has no text aggregate_name");
  EXPECT_EQ(error_of("5"), "benchmarks[1] is no object");
  EXPECT_EQ(error_of("[{}]"), "benchmarks[1] is no object");
}

TEST(BenchmarkTimesTest, RefusesTimesThatAreNone) {
  for (const std::string time : {"0", "0.0", "-1", "-1.5", "NaN", "Infinity"}) {
    EXPECT_THAT(ErrorOf(File({Iteration("BM_A", time)})),
                AllOf(StartsWith("benchmarks[0] BM_A: its real_time "),
                      HasSubstr("no time above 0")))
        << time;
  }
  EXPECT_THAT(ErrorOf(File({Iteration("BM_A", "1e300", "s")})),
              HasSubstr("no time above 0"));
}

TEST(BenchmarkTimesTest, RefusesFilesOfOtherKinds) {
  EXPECT_THAT(ErrorOf(""), StartsWith("no JSON at 1:1: "));
  EXPECT_THAT(ErrorOf("{\"benchmarks\": [\n{\"run_name\": "),
              StartsWith("no JSON at 2:"));
  EXPECT_THAT(ErrorOf("{\"benchmarks\": \"\xff\"}"),
              StartsWith("no JSON at 1:"));
  for (const std::string json : {"[]", "5", "null", "\"benchmarks\"", "true"}) {
    EXPECT_EQ(ErrorOf(json), "it is no object, as Google Benchmark writes");
  }
  for (const std::string value : {"{}", "5", "null", "\"\"", "NaN", "true"}) {
    EXPECT_EQ(ErrorOf(absl::StrCat("{\"benchmarks\": ", value, "}")),
              "its benchmarks are no list");
  }
  EXPECT_EQ(ErrorOf("{}"), "there is no benchmark in it");
  EXPECT_EQ(ErrorOf(File({})), "there is no benchmark in it");
}

TEST(BenchmarkTimesTest, SurvivesDeepNesting) {
  const std::string deep =
      absl::StrCat(std::string(1'000'000, '['), std::string(1'000'000, ']'));
  EXPECT_THAT(ParseBenchmarkTimes(absl::StrReplaceAll(
                  File({Iteration("BM_A", "1")}), {{"[4.6, 4.5]", deep}})),
              IsOkAndHolds(ElementsAre(Takes("BM_A", 1))));
  EXPECT_EQ(ErrorOf(File({deep})), "benchmarks[0] is no object");
}

TEST(BenchmarkTimesTest, SurvivesAFileThatIsCutAnywhere) {
  const std::string whole = File(
      {Iteration("BM_A", "1"), Failed("BM_B", "x"), Iteration("BM_C", "NaN")});
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(ParseBenchmarkTimes(whole.substr(0, size)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
}

}  // namespace
}  // namespace cppet
