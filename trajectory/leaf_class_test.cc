#include "cppet/trajectory/leaf_class.h"

#include <stdexcept>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/user_type.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace geo {

struct Angle {
  double degrees = 0;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(degrees);
  }
};

struct Broken {
  int way = 0;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(way);
  }
};

}  // namespace geo

CPPET_USER_TYPE(geo::Angle, "geo.Angle");
CPPET_USER_TYPE(geo::Broken, "geo.Broken");

namespace {

struct AngleItems {
  static cppet::Items ToItems(const geo::Angle& angle) {
    return {{"degrees", angle.degrees}};
  }
  static absl::StatusOr<geo::Angle> FromItems(const cppet::Items& items) {
    const auto degrees = cppet::ItemAs<double>(items, "degrees");
    if (!degrees.ok()) return degrees.status();
    return geo::Angle{*degrees};
  }
};

struct BrokenItems {
  static cppet::Items ToItems(const geo::Broken& broken) {
    if (broken.way == 0) throw std::runtime_error("out of order");
    if (broken.way == 1) throw broken.way;
    return {{"a/b", broken.way}};
  }
  static geo::Broken FromItems(const cppet::Items&) { throw 1; }
};

}  // namespace

CPPET_LEAF_CLASS(geo::Angle, AngleItems);
CPPET_LEAF_CLASS(geo::Broken, BrokenItems);

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const LeafClass& Named(const std::string& name) {
  const absl::StatusOr<LeafClasses> classes = FindLeafClasses({name});
  EXPECT_THAT(classes, IsOk());
  return *classes->Find(name);
}

TEST(LeafClassTest, MakesItemsOfAnObjectAndBack) {
  const LeafClass& angles = Named("geo.Angle");
  const absl::StatusOr<Items> items = angles.ToItems(geo::Angle{90});
  ASSERT_THAT(items, IsOkAndHolds(ElementsAre(Pair("degrees", Value(90.0)))));
  const absl::StatusOr<Value> object = angles.FromItems(*items);
  ASSERT_THAT(object, IsOk());
  EXPECT_EQ(*object, Value(geo::Angle{90}));
}

TEST(LeafClassTest, RefusesAnObjectOfAnotherType) {
  EXPECT_THAT(Named("geo.Angle").ToItems(geo::Broken{1}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("geo.Angle"), HasSubstr("geo.Broken"))));
}

TEST(LeafClassTest, SaysWhatIsWrongWithItems) {
  const LeafClass& angles = Named("geo.Angle");
  EXPECT_THAT(angles.FromItems({{"radians", 1.0}}),
              StatusIs(absl::StatusCode::kNotFound,
                       "geo.Angle: FromItems: there is no item degrees"));
  EXPECT_THAT(angles.FromItems({{"degrees", "many"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("geo.Angle: FromItems: degrees: "),
                             HasSubstr("str"))));
}

TEST(LeafClassTest, LetsNoExceptionOut) {
  const LeafClass& broken = Named("geo.Broken");
  EXPECT_THAT(broken.ToItems(geo::Broken{0}),
              StatusIs(absl::StatusCode::kInternal,
                       "geo.Broken: ToItems threw an exception: out of order"));
  EXPECT_THAT(broken.ToItems(geo::Broken{1}),
              StatusIs(absl::StatusCode::kInternal,
                       "geo.Broken: ToItems threw an exception"));
  EXPECT_THAT(broken.FromItems({}),
              StatusIs(absl::StatusCode::kInternal,
                       "geo.Broken: FromItems threw an exception"));
}

TEST(LeafClassTest, RefusesItemsThatNoFileCanHave) {
  EXPECT_THAT(Named("geo.Broken").ToItems(geo::Broken{2}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'a/b'")));
}

}  // namespace
}  // namespace cppet
