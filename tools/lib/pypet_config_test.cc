#include "cppet/tools/lib/pypet_config.h"

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(PypetConfigTest, AddsTheSettingsThatAreMissing) {
  Trajectory traj("t");
  Hdf5Settings settings;
  settings.complevel = 5;
  ASSERT_THAT(AddPypetConfig(settings, traj), IsOk());
  EXPECT_THAT(traj.Get<int64_t>("config.hdf5.complevel"), IsOkAndHolds(5));
  EXPECT_THAT(traj.Get<bool>("config.hdf5.overview.results_summary"),
              IsOkAndHolds(true));
}

TEST(PypetConfigTest, KeepsValuesAndReplacesComments) {
  Trajectory traj("t");
  traj.AddConfig("hdf5.complib", "zlib", "Another comment");
  ASSERT_THAT(AddPypetConfig(Hdf5Settings(), traj), IsOk());
  EXPECT_EQ(traj.tree().FindExact("config.hdf5.complib")->comment(),
            "Compression Algorithm");
}

}  // namespace
}  // namespace cppet
