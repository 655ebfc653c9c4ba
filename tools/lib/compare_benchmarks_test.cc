#include "cppet/tools/lib/compare_benchmarks.h"

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/tools/lib/benchmark_comparison.h"
#include "cppet/tools/lib/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::SizeIs;
using ::testing::StartsWith;

class CompareBenchmarksTest : public ::testing::Test {
 protected:
  // Names (as JSON has them) and times, with units between: "1.5 ms".
  using Times = std::vector<std::pair<std::string, std::string>>;

  void Write(const std::string& file, const Times& times) {
    std::vector<std::string> entries;
    for (const auto& [name, time] : times) {
      const size_t space = time.find(' ');
      entries.push_back(absl::StrCat(
          R"({"run_name": ")", name,
          R"(", "run_type": "iteration", "real_time": )", time.substr(0, space),
          R"(, "time_unit": ")", time.substr(space + 1), "\"}"));
    }
    WriteText(file, absl::StrCat("{\"benchmarks\": [",
                                 absl::StrJoin(entries, ","), "]}"));
  }

  void WriteText(const std::string& file, absl::string_view text) {
    ASSERT_THAT(WriteFile(folder_.Path(file), text), IsOk());
  }

  ExitCode Compare(const BenchmarkComparisonOptions& options = {}) {
    out_.str("");
    err_.str("");
    return CompareBenchmarks(
        {folder_.Path("base.json"), folder_.Path("new.json"), options}, out_,
        err_);
  }

  const TempDirectory folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CompareBenchmarksTest, PrintsTheTable) {
  Write("base.json", {{"a", "1500 us"},
                      {"b", "8 ms"},
                      {"gone", "1 s"},
                      {"c/4", "0.25 ns"},
                      {"d", "900 ns"}});
  Write("new.json", {{"a", "1.5 ms"},
                     {"b", "12 ms"},
                     {"c/4", "0.125 ns"},
                     {"d", "1.0 us"},
                     {"new", "123456 us"}});
  EXPECT_EQ(Compare(), kExitSlower);
  EXPECT_EQ(out_.str(),
            "benchmark\tbefore\tnow\tratio\tverdict\n"
            "a\t1.5 ms\t1.5 ms\t1.000\tsame\n"
            "b\t8 ms\t12 ms\t1.500\tslower\n"
            "gone\t1 s\t-\t-\tgone\n"
            "c/4\t0.25 ns\t0.125 ns\t0.500\tfaster\n"
            "d\t0.9 us\t1 us\t1.111\tsame\n"
            "new\t-\t123.5 ms\t-\tnew\n");
  EXPECT_EQ(err_.str(),
            "compare_benchmarks: 1 of 4 slower by more than a factor of "
            "1.25\n");
}

TEST_F(CompareBenchmarksTest, FailsOnlyIfOneIsSlower) {
  Write("base.json", {{"a", "1 us"}, {"b", "1 us"}});
  Write("new.json", {{"a", "1200 ns"}, {"b", "0.5 us"}});
  EXPECT_EQ(Compare(), kExitSuccess);
  EXPECT_THAT(err_.str(), HasSubstr("0 of 2 slower"));
  EXPECT_EQ(Compare({.max_ratio = 1.1}), kExitSlower);
  EXPECT_EQ(Compare({.max_ratio = 1.1, .filter = "b"}), kExitSuccess);
}

TEST_F(CompareBenchmarksTest, KeepsNamesOnOneLine) {
  Write("base.json", {{R"(a\t\n\u001b[1m)", "1 us"}});
  Write("new.json", {{R"(a\t\n\u001b[1m)", "1 us"}});
  EXPECT_EQ(Compare(), kExitSuccess);
  EXPECT_THAT(out_.str(), HasSubstr("\na\\t\\n\\x1b[1m\t1 us\t"));
}

TEST_F(CompareBenchmarksTest, NamesTheFileThatIsWrong) {
  Write("base.json", {{"a", "1 us"}});
  EXPECT_EQ(Compare(), kExitError);
  EXPECT_THAT(err_.str(), AllOf(StartsWith("compare_benchmarks: "),
                                HasSubstr(folder_.Path("new.json"))));

  WriteText("new.json", "{\"benchmarks\": [");
  EXPECT_EQ(Compare(), kExitError);
  EXPECT_THAT(err_.str(), HasSubstr(absl::StrCat(folder_.Path("new.json"),
                                                 ": no JSON at 1:17: ")));

  Write("new.json", {{"b", "1 us"}});
  EXPECT_EQ(Compare(), kExitError);
  EXPECT_THAT(err_.str(), HasSubstr(absl::StrCat(
                              folder_.Path("new.json"), " against ",
                              folder_.Path("base.json"),
                              ": no benchmark has a time in both files")));
  EXPECT_EQ(out_.str(), "");

  WriteText("base.json", "5");
  EXPECT_EQ(Compare(), kExitError);
  EXPECT_THAT(err_.str(), HasSubstr(absl::StrCat(folder_.Path("base.json"),
                                                 ": it is no object")));
}

TEST_F(CompareBenchmarksTest, RefusesABenchmarkThatFailsNow) {
  constexpr char kFailed[] =
      R"({"benchmarks": [{"run_name": "a", "run_type": "iteration",
          "error_occurred": true, "error_message": "no\nspace"}]})";
  Write("base.json", {{"a", "1 us"}});
  WriteText("new.json", kFailed);
  EXPECT_EQ(Compare(), kExitError);
  EXPECT_THAT(err_.str(), HasSubstr("base.json: a failed: no\\nspace\n"));
}

TEST_F(CompareBenchmarksTest, BoundsFilesAndMessages) {
  Write("base.json", {{"a", "1 us"}});
  WriteText("new.json", std::string((16 << 20) + 1, ' '));
  EXPECT_EQ(Compare(), kExitError);
  EXPECT_THAT(err_.str(), HasSubstr("new.json is longer than 16777216 bytes"));

  WriteText("new.json", absl::StrCat("[\"", std::string(1 << 20, 'x')));
  EXPECT_EQ(Compare(), kExitError);
  EXPECT_THAT(err_.str(), SizeIs(Lt(1200)));
}

TEST_F(CompareBenchmarksTest, SaysThatTheTableCannotBeWritten) {
  Write("base.json", {{"a", "1 us"}});
  Write("new.json", {{"a", "1 us"}});
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(Compare(), kExitError);
  EXPECT_THAT(err_.str(), HasSubstr("cannot write the table"));
}

}  // namespace
}  // namespace cppet
