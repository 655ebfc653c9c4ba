#include "cppet/environment/provenance/parameters_json.h"

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using Json = nlohmann::json;

TEST(ParametersJsonTest, HasAllParametersByTheirFullNames) {
  Trajectory trajectory("x");
  trajectory.AddParameter("neuron.I", 0.5, "Current");
  trajectory.AddParameter("neuron.name", "lif");
  trajectory.AddParameter("n", int64_t{3});
  trajectory.AddParameter("on", true);
  trajectory.AddParameter("wide", std::numeric_limits<uint64_t>::max());
  trajectory.AddConfig("mine", 1.0);
  trajectory.AddDerivedParameter("derived", 2.0);
  ASSERT_THAT(trajectory.status(), IsOk());
  EXPECT_EQ(ParametersJson(trajectory),
            Json({{"parameters.neuron.I", 0.5},
                  {"parameters.neuron.name", "lif"},
                  {"parameters.n", 3},
                  {"parameters.on", true},
                  {"parameters.wide", std::numeric_limits<uint64_t>::max()}}));
}

TEST(ParametersJsonTest, HasAValueForEachRunOfAnExploredParameter) {
  Trajectory trajectory("x");
  const auto x = trajectory.AddParameter("x", 1.0);
  const auto y = trajectory.AddParameter("y", int64_t{0});
  ASSERT_THAT(
      trajectory.Explore(CartesianProduct(x.In({1.5, 2.5}), y.In({6, 7}))),
      IsOk());
  EXPECT_EQ(ParametersJson(trajectory),
            Json({{"parameters.x", {1.5, 1.5, 2.5, 2.5}},
                  {"parameters.y", {6, 7, 6, 7}}}));
}

TEST(ParametersJsonTest, HasArraysAsListsInLists) {
  Trajectory trajectory("x");
  trajectory.AddParameter("matrix",
                          NdArray<int64_t>{{2, 3}, {1, 2, 3, 4, 5, 6}});
  trajectory.AddParameter("texts", std::vector<std::string>{"a", "b"});
  trajectory.AddParameter("narrow", std::vector<float>{0.5f, 1.5f});
  ASSERT_THAT(trajectory.status(), IsOk());
  EXPECT_EQ(ParametersJson(trajectory),
            Json({{"parameters.matrix", {{1, 2, 3}, {4, 5, 6}}},
                  {"parameters.texts", {"a", "b"}},
                  {"parameters.narrow", {0.5, 1.5}}}));
}

TEST(ParametersJsonTest, KeepsNumbersThatJsonDoesNotKnow) {
  Trajectory trajectory("x");
  trajectory.AddParameter("nan", std::nan(""));
  trajectory.AddParameter("inf", -INFINITY);
  ASSERT_THAT(trajectory.status(), IsOk());
  const Json json = ParametersJson(trajectory);
  EXPECT_TRUE(std::isnan(json["parameters.nan"].get<double>()));
  EXPECT_EQ(json["parameters.inf"].get<double>(), -INFINITY);
}

TEST(ParametersJsonTest, WritesAllElseAsPythonDoes) {
  Trajectory trajectory("x");
  trajectory.AddParameter("z", std::complex<double>(1, 2));
  trajectory.AddParameter("bytes", Bytes{"a\xff"});
  ASSERT_THAT(trajectory.status(), IsOk());
  EXPECT_EQ(
      ParametersJson(trajectory),
      Json({{"parameters.z", "(1+2j)"}, {"parameters.bytes", "b'a\\xff'"}}));
}

TEST(ParametersJsonTest, SaysOfVeryManyValuesWhereTheyGo) {
  Trajectory trajectory("x");
  const auto x = trajectory.AddParameter("x", int64_t{0});
  ASSERT_THAT(trajectory.Explore(CartesianProduct(
                  x.In(Arange(int64_t{0}, kMaxRecordedValues + 1)))),
              IsOk());
  EXPECT_EQ(ParametersJson(trajectory),
            Json({{"parameters.x", "1000001 values from 0 to 1000000"}}));
}

}  // namespace
}  // namespace cppet
