#include "cppet/tools/lib/trajectory_json.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;

// The keys of an object, in order.
std::vector<std::string> Keys(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

class TrajectoryJsonTest : public testing::Test {
 protected:
  TrajectoryJsonTest() : trajectory_("t", "What for?") {
    const auto x = trajectory_.AddParameter("g.x", 0.5, "An x");
    trajectory_.AddParameter("a", int64_t{1});
    EXPECT_THAT(trajectory_.Explore(CartesianProduct(x.In({1.5, 2.5}))),
                IsOk());
    EXPECT_THAT(
        trajectory_.AddResult("results.runs.run_00000001.z", 4.5, "A z"),
        IsOk());
    EXPECT_THAT(trajectory_.AddGroup("results.runs", "Of runs"), IsOk());
    trajectory_.tree().FindExact("parameters.g.x")->Annotate("unit", "nA");
  }

  Trajectory trajectory_;
};

TEST_F(TrajectoryJsonTest, HasTheFieldsInTheirOrder) {
  const Json json = TrajectoryJson(
      trajectory_, {"t.hdf5", {{"cppet", "1"}}, {{"complib", "zlib"}}, {"w"}});
  EXPECT_THAT(
      Keys(json),
      ElementsAre("file", "reader", "strict_load", "name", "comment", "version",
                  "python", "timestamp", "time", "length", "annotations",
                  "runs", "explored", "hdf5_settings", "groups", "links",
                  "explored_per_run", "config", "parameters",
                  "derived_parameters", "results", "other", "log"));
  EXPECT_EQ(json["file"], "t.hdf5");
  EXPECT_EQ(json["reader"]["cppet"], "1");
  EXPECT_EQ(json["hdf5_settings"]["complib"], "zlib");
  EXPECT_EQ(json["log"], Json::array({"w"}));
  EXPECT_EQ(json["length"], 2);
}

TEST_F(TrajectoryJsonTest, DescribesParameters) {
  const Json json = TrajectoryJson(trajectory_, {});
  EXPECT_THAT(Keys(json["parameters"]),
              ElementsAre("parameters.a", "parameters.g.x"));
  const Json& x = json["parameters"]["parameters.g.x"];
  EXPECT_THAT(Keys(x),
              ElementsAre("class", "comment", "depth", "branch", "run_branch",
                          "is_parameter", "annotations", "empty", "explored",
                          "value", "range_length", "range"));
  EXPECT_EQ(x["class"], "Parameter");
  EXPECT_EQ(x["depth"], 3);
  EXPECT_EQ(x["annotations"]["unit"], Json({{"type", "str"}, {"value", "nA"}}));
  EXPECT_EQ(x["range"][1]["value"], 2.5);
  EXPECT_FALSE(json["parameters"]["parameters.a"].contains("range"));
  EXPECT_EQ(json["explored"], Json({{"parameters.g.x", 2}}));
  EXPECT_EQ(json["explored_per_run"]["run_00000001"]["parameters.g.x"]["value"],
            2.5);
}

TEST_F(TrajectoryJsonTest, DescribesResultsAndGroups) {
  const Json json = TrajectoryJson(trajectory_, {});
  const Json& z = json["results"]["results.runs.run_00000001.z"];
  EXPECT_EQ(z["run_branch"], "run_00000001");
  EXPECT_EQ(z["items"]["z"]["value"], 4.5);
  EXPECT_EQ(z["is_parameter"], false);
  EXPECT_EQ(json["groups"]["results.runs"],
            Json({{"class", "ResultGroup"}, {"comment", "Of runs"}}));
  EXPECT_EQ(json["groups"]["parameters.g"]["class"], "ParameterGroup");
}

TEST_F(TrajectoryJsonTest, DescribesRunsThatWereRunAndThoseThatWereNot) {
  RunRecord record;
  record.index = 1;
  record.completed = true;
  record.start_timestamp = 100;
  record.finish_timestamp = 101.5;
  trajectory_.NoteRun(record);
  const Json runs = TrajectoryJson(trajectory_, {})["runs"];
  EXPECT_THAT(Keys(runs[0]),
              ElementsAre("idx", "timestamp", "finish_timestamp", "runtime",
                          "time", "completed", "name", "parameter_summary",
                          "short_environment_hexsha"));
  EXPECT_EQ(runs[0]["completed"], 0);
  EXPECT_EQ(runs[0]["timestamp"], 42.0);
  EXPECT_EQ(runs[1]["completed"], 1);
  EXPECT_EQ(runs[1]["runtime"], "0:00:01.500000");
  EXPECT_EQ(runs[1]["parameter_summary"], "x: 2.5");
}

}  // namespace
}  // namespace cppet
