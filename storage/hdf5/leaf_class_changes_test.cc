// What becomes of leaves of a class of the user's own when they are stored
// again, expanded, merged, copied and deleted.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/leaf_class_testing.h"
#include "cppet/storage/hdf5/merge/merger.h"
#include "cppet/trajectory/range.h"
#include "gmock/gmock.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::vector<geo::Point> kPoints = {{1, 2}, {7, 8}};

Axis Over(const std::vector<Value>& values) {
  return {"parameters.p", Range(values)};
}

TEST_F(LeafClassTest, StaysThroughProgramsWithoutTheClass) {
  StorePoints(kPoints, Open().get());
  const auto plain = LoadAllOf(OpenPlain().get());
  ASSERT_THAT(OpenPlain("copy.hdf5")->Store(*plain), IsOk());
  const auto copy = LoadAllOf(Open("copy.hdf5").get());
  EXPECT_THAT(copy->Get<geo::Point>("r"), IsOkAndHolds(geo::Point{5, 6}));
  EXPECT_THAT(copy->Get<geo::Point>("q"), IsOkAndHolds(geo::Point{3, 4}));
  EXPECT_THAT(ParameterOf(*copy, "parameters.p").range()->ToVector(),
              ElementsAre(Value(kPoints[0]), Value(kPoints[1])));
}

TEST_F(LeafClassTest, ExpandsWithTheClass) {
  StorePoints(kPoints, Open().get());
  {
    const auto storage = Open();
    const auto trajectory = LoadAllOf(storage.get());
    ASSERT_THAT(trajectory->Expand(Over({geo::Point{7, 8}, geo::Point{9, 0}})),
                IsOk());
    ASSERT_THAT(storage->Store(*trajectory), IsOk());
  }
  EXPECT_EQ(Shown("parameters/p"),
            "geo.Point: explored_data, x, xc_00000000, xc_00000001, "
            "xc_00000002, y");
  const auto again = LoadAllOf(Open().get());
  EXPECT_THAT(ParameterOf(*again, "parameters.p").range()->ToVector(),
              ElementsAre(Value(kPoints[0]), Value(kPoints[1]),
                          Value(kPoints[1]), Value(geo::Point{9, 0})));
  EXPECT_THAT(CheckHdf5File(directory_.Path("file.hdf5")),
              IsOkAndHolds(IsEmpty()));
}

TEST_F(LeafClassTest, ExpandsWithoutTheClass) {
  StorePoints(kPoints, Open().get());
  {
    const auto storage = OpenPlain();
    const auto trajectory = LoadAllOf(storage.get());
    ASSERT_THAT(trajectory->Expand(Over({AsDict({9, 0})})), IsOk());
    ASSERT_THAT(storage->Store(*trajectory), IsOk());
  }
  const auto again = LoadAllOf(Open().get());
  EXPECT_EQ((*ParameterOf(*again, "parameters.p").range())[2],
            Value(geo::Point{9, 0}));
}

TEST_F(LeafClassTest, ExpandsWhatWasPickledBefore) {
  StorePoints(kPoints, OpenPlain().get());
  {
    const auto storage = Open();
    const auto trajectory = LoadAllOf(storage.get());
    ASSERT_THAT(trajectory->Expand(Over({geo::Point{9, 0}})), IsOk());
    ASSERT_THAT(storage->Store(*trajectory), IsOk());
  }
  EXPECT_EQ(Shown("parameters/p"),
            "geo.Point: explored_data, x, xc_00000000, xc_00000001, "
            "xc_00000002, y");
  EXPECT_THAT(Shown("results/r"), HasSubstr("PickleResult: "));
  const auto again = LoadAllOf(Open().get());
  EXPECT_EQ((*ParameterOf(*again, "parameters.p").range())[2],
            Value(geo::Point{9, 0}));
}

TEST_F(LeafClassTest, ExpandsAsPicklesWhatIsOfNoKnownClassAnyMore) {
  StorePoints(kPoints, Open().get());
  const auto trajectory = LoadAllOf(Open().get());
  ASSERT_THAT(trajectory->Expand(Over({geo::Point{9, 0}})), IsOk());
  ASSERT_THAT(
      OpenPlain()->Store(*trajectory, {.level = StoreLevel::kOverwrite}),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               HasSubstr("PickleResult")));
  EXPECT_THAT(OpenPlain()->Store(*trajectory),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("it is a geo.Point, which cannot have")));
  ASSERT_THAT(trajectory->Remove("results.r"), IsOk());
  ASSERT_THAT(OpenPlain()->Store(*trajectory), IsOk());
  EXPECT_EQ(Shown("parameters/p"),
            "PickleParameter: __pckl_prtcl__, data, explored_data, "
            "xp_00000000, xp_00000001, xp_00000002");
  EXPECT_EQ((*ParameterOf(*LoadAllOf(Open().get()), "parameters.p").range())[2],
            Value(geo::Point{9, 0}));
}

TEST_F(LeafClassTest, IsOverwrittenAsAWhole) {
  const auto storage = Open();
  StorePoints(kPoints, storage.get());
  const auto trajectory = LoadAllOf(storage.get());
  auto& r = const_cast<Result&>(ResultOf(*trajectory, "results.r"));
  r.set_items({{"r", geo::Point{15, 16}}});
  ASSERT_THAT(storage->Store(*trajectory), IsOk());
  EXPECT_THAT(LoadAllOf(storage.get())->Get<geo::Point>("r"),
              IsOkAndHolds(geo::Point{5, 6}));
  ASSERT_THAT(storage->Store(*trajectory, {.level = StoreLevel::kOverwrite}),
              IsOk());
  EXPECT_THAT(LoadAllOf(storage.get())->Get<geo::Point>("r"),
              IsOkAndHolds(geo::Point{15, 16}));
  r.set_items({{"r", geo::Point{25, 26}}});
  ASSERT_THAT(storage->StoreItems(*trajectory, {"results.r"},
                                  {.overwrite_items = {"x"}}),
              IsOk());
  EXPECT_THAT(LoadAllOf(storage.get())->Get<geo::Point>("r"),
              IsOkAndHolds(geo::Point{15, 16}));
  ASSERT_THAT(storage->StoreItems(*trajectory, {"results.r"},
                                  {.overwrite_items = {"r"}}),
              IsOk());
  EXPECT_THAT(LoadAllOf(storage.get())->Get<geo::Point>("r"),
              IsOkAndHolds(geo::Point{25, 26}));
}

TEST_F(LeafClassTest, OverwritesPickles) {
  StorePoints(kPoints, OpenPlain().get());
  const auto trajectory = LoadAllOf(Open().get());
  ASSERT_THAT(Open()->Store(*trajectory, {.level = StoreLevel::kOverwrite}),
              IsOk());
  EXPECT_EQ(Shown("results/r"), "geo.Point: x, y");
  EXPECT_EQ(Shown("parameters/q"), "geo.Point: x, y");
  const auto again = LoadAllOf(Open().get());
  EXPECT_THAT(again->Get<geo::Point>("r"), IsOkAndHolds(geo::Point{5, 6}));
  EXPECT_EQ((*ParameterOf(*again, "parameters.p").range())[1],
            Value(kPoints[1]));
}

TEST_F(LeafClassTest, LeavesOtherDataOfAResultAlone) {
  const auto storage = Open();
  Trajectory before("t");
  ASSERT_THAT(before.AddResult("r", Items{{"a", 1}, {"b", 2}}), IsOk());
  ASSERT_THAT(storage->Store(before), IsOk());
  Trajectory after("t");
  ASSERT_THAT(after.AddResult("r", geo::Point{1, 2}), IsOk());
  EXPECT_THAT(storage->StoreItems(after, {"results.r"}, {.overwrite = true}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("it can be no geo.Point")));
  EXPECT_THAT(ResultOf(*LoadAllOf(storage.get()), "results.r").items(),
              ElementsAre(Pair("a", Value(1)), Pair("b", Value(2))));
}

TEST_F(LeafClassTest, IsDeleted) {
  StorePoints(kPoints, Open().get());
  {
    const auto storage = Open();
    const auto trajectory = LoadAllOf(storage.get());
    ASSERT_THAT(
        storage->DeleteItems(*trajectory, {"results.r", "parameters.q"}),
        IsOk());
  }
  EXPECT_EQ(Shown("results/r"), "nothing");
  EXPECT_EQ(Shown("parameters/q"), "nothing");
  EXPECT_THAT(CheckHdf5File(directory_.Path("file.hdf5")),
              IsOkAndHolds(IsEmpty()));
}

TEST_F(LeafClassTest, IsCopied) {
  StorePoints(kPoints, Open().get());
  ASSERT_THAT(OpenPlain()->CopyTrajectory(
                  "t", {.filename = directory_.Path("copy.hdf5")}),
              IsOk());
  const auto copy = LoadAllOf(Open("copy.hdf5").get());
  EXPECT_THAT(copy->Get<geo::Point>("r"), IsOkAndHolds(geo::Point{5, 6}));
  EXPECT_EQ((*ParameterOf(*copy, "parameters.p").range())[1],
            Value(kPoints[1]));
}

TEST_F(LeafClassTest, IsMergedWithoutTheClass) {
  StorePoints(kPoints, Open().get());
  StorePoints({{7, 8}, {9, 0}}, Open("other.hdf5").get());
  MergeFilesOptions options;
  options.merge.remove_duplicates = true;
  ASSERT_THAT(
      MergeTrajectories({directory_.Path("file.hdf5"), "t"},
                        {{directory_.Path("other.hdf5"), "t"}}, options),
      IsOk());
  EXPECT_EQ(Shown("results/r"), "geo.Point: x, y");
  const auto merged = LoadAllOf(Open().get());
  EXPECT_THAT(ParameterOf(*merged, "parameters.p").range()->ToVector(),
              ElementsAre(Value(kPoints[0]), Value(kPoints[1]),
                          Value(geo::Point{9, 0})));
  EXPECT_THAT(merged->Get<geo::Point>("r"), IsOkAndHolds(geo::Point{5, 6}));
  EXPECT_THAT(CheckHdf5File(directory_.Path("file.hdf5")),
              IsOkAndHolds(IsEmpty()));
}

}  // namespace
}  // namespace cppet
