#include "cppet/tools/lib/results_digest.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::Ne;
using ::testing::SizeIs;

std::string Digest(const std::vector<std::pair<std::string, Value>>& results) {
  Trajectory trajectory("t");
  for (const auto& [name, value] : results) {
    EXPECT_THAT(trajectory.AddResult(name, value), IsOk());
  }
  return ResultsDigest(trajectory);
}

TEST(ResultsDigestTest, DoesNotDependOnTheOrder) {
  EXPECT_EQ(Digest({{"a", 1.0}, {"b", 2.0}}), Digest({{"b", 2.0}, {"a", 1.0}}));
  EXPECT_THAT(Digest({}), SizeIs(40));
}

TEST(ResultsDigestTest, DependsOnNamesValuesAndTypes) {
  const std::string digest = Digest({{"a", 1.0}});
  EXPECT_THAT(Digest({{"b", 1.0}}), Ne(digest));
  EXPECT_THAT(Digest({{"a", 1.5}}), Ne(digest));
  EXPECT_THAT(Digest({{"a", int64_t{1}}}), Ne(digest));
  EXPECT_THAT(Digest({{"a", 1.0}, {"b", 1.0}}), Ne(digest));
  EXPECT_THAT(Digest({}), Ne(digest));
  std::vector<double> array(1000);
  const std::string zeros = Digest({{"a", array}});
  array[999] = 1;
  EXPECT_THAT(Digest({{"a", array}}), Ne(zeros));
}

TEST(ResultsDigestTest, DoesNotDependOnParametersOrTimes) {
  Trajectory trajectory("t");
  trajectory.AddParameter("x", 1.0);
  EXPECT_THAT(trajectory.AddResult("a", 1.0, "comment"), IsOk());
  EXPECT_EQ(ResultsDigest(trajectory), Digest({{"a", 1.0}}));
  EXPECT_EQ(Digest({{"runs.run_00000000.process.wall_seconds", 1.0}}),
            Digest({}));
}

}  // namespace
}  // namespace cppet
