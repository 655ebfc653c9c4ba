#include "cppet/trajectory/leaf_classes.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/testdata/classes/geo_point.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const char kGeo[] = "testdata/classes/libgeo.so";

std::string InGeo(const std::string& type) {
  return std::string(kGeo) + ":" + type;
}

absl::Status Error(const std::string& name) {
  return FindLeafClasses({name}).status();
}

// Makes items of a point and back.
void ExpectWorks(const LeafClass* points) {
  ASSERT_NE(points, nullptr);
  EXPECT_EQ(points->name(), "geo.Point");
  const Value point = geo::Point{1, 2};
  const absl::StatusOr<Items> items = points->ToItems(point);
  ASSERT_THAT(items, IsOkAndHolds(UnorderedElementsAre(Pair("x", Value(1.0)),
                                                       Pair("y", Value(2.0)))));
  const absl::StatusOr<Value> again = points->FromItems(*items);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(*again, point);
}

TEST(LeafClassesTest, AreNoneAtFirst) {
  EXPECT_TRUE(LeafClasses().empty());
  EXPECT_EQ(LeafClasses().Find("geo.Point"), nullptr);
}

TEST(LeafClassesTest, FindsWhatIsInTheProgram) {
  const absl::StatusOr<LeafClasses> classes = FindLeafClasses({"geo.Point"});
  ASSERT_THAT(classes, IsOk());
  ExpectWorks(classes->Find("geo.Point"));
  EXPECT_EQ(classes->Find("geo.Circle"), nullptr);
}

TEST(LeafClassesTest, FindsWhatIsInASharedObject) {
  const absl::StatusOr<LeafClasses> classes =
      FindLeafClasses({InGeo("geo.Point"), InGeo("geo::Square")});
  ASSERT_THAT(classes, IsOk());
  ExpectWorks(classes->Find("geo.Point"));
  ASSERT_NE(classes->Find("geo::Square"), nullptr);
}

TEST(LeafClassesTest, TellsProgramAndSharedObjectApart) {
  const absl::StatusOr<LeafClasses> there =
      FindLeafClasses({InGeo("geo.Point")});
  const absl::StatusOr<LeafClasses> here = FindLeafClasses({"geo.Point"});
  ASSERT_THAT(there, IsOk());
  ASSERT_THAT(here, IsOk());
  EXPECT_NE(there->Find("geo.Point"), here->Find("geo.Point"));
  EXPECT_THAT(FindLeafClasses({"geo.Point", InGeo("geo.Point")}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("libgeo.so:geo.Point': there is another")));
  EXPECT_THAT(FindLeafClasses({"geo.Point", "geo.Point"}), IsOk());
}

TEST(LeafClassesTest, SaysWhichThereAre) {
  EXPECT_THAT(Error("geo.Poitn"), StatusIs(absl::StatusCode::kNotFound,
                                           AllOf(HasSubstr("'geo.Poitn'"),
                                                 HasSubstr("geo.Point"))));
  EXPECT_THAT(
      Error(InGeo("geo.Line")),
      StatusIs(absl::StatusCode::kNotFound,
               "the class 'testdata/classes/libgeo.so:geo.Line': there is no "
               "class geo.Line in testdata/classes/libgeo.so; there is "
               "geo.Circle, geo.Point, geo::Square"));
}

TEST(LeafClassesTest, RefusesWhatIsRegisteredTwice) {
  EXPECT_THAT(
      Error(InGeo("geo.Circle")),
      StatusIs(absl::StatusCode::kAlreadyExists,
               HasSubstr("geo.Circle is registered twice in testdata")));
}

TEST(LeafClassesTest, KnowsTheSharedObjectInAName) {
  EXPECT_EQ(SharedObjectIn("geo.Point"), "");
  EXPECT_EQ(SharedObjectIn("geo::Square"), "");
  EXPECT_EQ(SharedObjectIn("lib/libgeo.so:geo.Point"), "lib/libgeo.so");
  EXPECT_EQ(SharedObjectIn("lib/libgeo.so:geo::Square"), "lib/libgeo.so");
}

TEST(LeafClassesTest, RefusesEmptyParts) {
  for (const std::string name : {"", ":geo.Point", "libgeo.so:", ":"}) {
    EXPECT_THAT(Error(name), StatusIs(absl::StatusCode::kInvalidArgument,
                                      HasSubstr("'" + name + "'")));
  }
}

TEST(LeafClassesTest, NeedsASharedObjectOfClasses) {
  EXPECT_THAT(Error("nowhere/libgeo.so:geo.Point"),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("there is no file nowhere/libgeo.so")));
  EXPECT_THAT(Error("testdata/classes/libno_classes.so:geo.Point"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("libno_classes.so is no library of cppet")));
}

TEST(LeafClassesTest, NeedsASharedObjectOfTheSameBuild) {
  EXPECT_THAT(Error("testdata/classes/libforeign.so:geo.Point"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("cppet 0.0.9, compiler 1.2.3"),
                             HasSubstr("this program with cppet "))));
}

}  // namespace
}  // namespace cppet
