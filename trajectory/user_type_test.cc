#include "cppet/trajectory/user_type.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cereal/types/string.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace geo {

struct Point {
  double x = 0;
  double y = 0;
  template <typename Archive>
  void serialize(Archive& archive) {
    archive(x, y);
  }
};

struct Path {
  std::string name;
  std::vector<Point> points;
  template <typename Archive>
  void serialize(Archive& archive) {
    archive(name, points);
  }
};

}  // namespace geo

CPPET_USER_TYPE(geo::Point, "geo.Point");
CPPET_USER_TYPE(geo::Path, "geo.Path");

namespace cppet {
namespace {

using ::testing::HasSubstr;

TEST(UserTypeTest, ComesBackFromAValue) {
  const Value value = geo::Path{"home", {{1, 2}, {3, 4}}};
  EXPECT_EQ(value.type_name(), "geo.Path");
  const absl::StatusOr<geo::Path> path = value.As<geo::Path>();
  ASSERT_THAT(path, IsOk());
  EXPECT_EQ(path->name, "home");
  ASSERT_EQ(path->points.size(), 2);
  EXPECT_EQ(path->points[1].y, 4);
}

TEST(UserTypeTest, IsNotAnotherType) {
  const Value value = geo::Point{1, 2};
  EXPECT_THAT(
      value.As<geo::Path>(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("geo.Point")));
  EXPECT_THAT(
      Value(1.5).As<geo::Point>(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("geo.Point")));
}

TEST(UserTypeTest, NoticesMissingBytes) {
  UserObject object = Value(geo::Point{1, 2}).As<UserObject>().value();
  object.data.resize(5);
  EXPECT_THAT(Value(object).As<geo::Point>(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("geo.Point")));
}

TEST(UserTypeTest, MakesParametersAndResults) {
  Trajectory trajectory("traj");
  const auto start = trajectory.AddParameter("start", geo::Point{1, 2});
  ASSERT_THAT(
      trajectory.Explore(Zip(start.In({geo::Point{5, 6}, geo::Point{7, 8}}))),
      IsOk());
  cppet::Run run(trajectory, 1);
  EXPECT_EQ(run[start].y, 8);
  ASSERT_THAT(run.AddResult("end", geo::Point{0, 3}), IsOk());
  const absl::StatusOr<geo::Point> end = run.Get<geo::Point>("end");
  ASSERT_THAT(end, IsOk());
  EXPECT_EQ(end->y, 3);
}

}  // namespace
}  // namespace cppet
