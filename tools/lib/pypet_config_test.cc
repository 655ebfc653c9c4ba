#include "cppet/tools/lib/pypet_config.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(PypetConfigTest, AddsTheDefaults) {
  Trajectory trajectory("t");
  ASSERT_THAT(AddPypetConfig(trajectory), IsOk());
  EXPECT_THAT(trajectory.Get<int64_t>("config.hdf5.complevel"),
              IsOkAndHolds(9));
  EXPECT_THAT(trajectory.Get<bool>("config.hdf5.overview.results_summary"),
              IsOkAndHolds(true));
}

TEST(PypetConfigTest, ReplacesWhatTheFileHas) {
  Trajectory trajectory("t");
  trajectory.AddConfig("hdf5.complib", "lzo", "Another comment");
  trajectory.LockParameters();
  ASSERT_THAT(AddPypetConfig(trajectory), IsOk());
  EXPECT_THAT(trajectory.Get<std::string>("config.hdf5.complib"),
              IsOkAndHolds("zlib"));
  EXPECT_EQ(trajectory.tree().FindExact("config.hdf5.complib")->comment(),
            "Compression Algorithm");
}

TEST(PypetConfigTest, NamesWhatStandsInTheWay) {
  Trajectory trajectory("t");
  trajectory.AddConfig("hdf5", "no group");
  EXPECT_THAT(AddPypetConfig(trajectory),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       testing::HasSubstr("config.hdf5")));
}

}  // namespace
}  // namespace cppet
