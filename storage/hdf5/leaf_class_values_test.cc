// Values of a type of the user's own go into files as the items of their class,
// and come back.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cereal/types/string.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/leaf_class_testing.h"
#include "cppet/trajectory/leaf_class.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/sparse_matrix.h"
#include "gmock/gmock.h"

namespace geo {

// Has every kind of item.
struct Map {
  std::string title;
  std::vector<double> heights;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(title, heights);
  }
};

// Its item has a name that parameters have for something else.
struct Box {
  double data = 0;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(data);
  }
};

}  // namespace geo

CPPET_USER_TYPE(geo::Map, "geo.Map");
CPPET_USER_TYPE(geo::Box, "geo.Box");

namespace {

struct MapItems {
  static cppet::Items ToItems(const geo::Map& map) {
    cppet::SparseMatrix matrix;
    matrix.format = cppet::SparseMatrix::Format::kCsr;
    matrix.shape = {1, 2};
    matrix.data = std::vector<double>{2.5};
    matrix.indices = std::vector<int32_t>{1};
    matrix.indptr = std::vector<int32_t>{0, 1};
    return {{"title", map.title},
            {"land.heights", map.heights},
            {"land.table",
             cppet::ObjectTable{{cppet::Column::Of("height", map.heights)}}},
            {"matrix", matrix}};
  }
  static absl::StatusOr<geo::Map> FromItems(const cppet::Items& items) {
    const auto title = cppet::ItemAs<std::string>(items, "title");
    const auto table = cppet::ItemAs<cppet::ObjectTable>(items, "land.table");
    const auto matrix = cppet::ItemAs<cppet::SparseMatrix>(items, "matrix");
    if (!title.ok()) return title.status();
    if (!table.ok()) return table.status();
    if (!matrix.ok()) return matrix.status();
    const auto heights = table->columns[0].cells.As<std::vector<double>>();
    if (!heights.ok()) return heights.status();
    return geo::Map{*title, *heights};
  }
};

struct BoxItems {
  static cppet::Items ToItems(const geo::Box& box) {
    return {{"data", box.data}};
  }
  static absl::StatusOr<geo::Box> FromItems(const cppet::Items& items) {
    const auto data = cppet::ItemAs<double>(items, "data");
    if (!data.ok()) return data.status();
    return geo::Box{*data};
  }
};

}  // namespace

CPPET_LEAF_CLASS(geo::Map, MapItems);
CPPET_LEAF_CLASS(geo::Box, BoxItems);

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

using SingleRun = Run;

const std::vector<geo::Point> kPoints = {{1, 2}, {7, 8}, {1, 2}};

TEST_F(LeafClassTest, KeepsFieldsThatAllProgramsCanRead) {
  StorePoints(kPoints, Open().get());
  EXPECT_EQ(Shown("results/r"), "geo.Point: x, y");
  EXPECT_EQ(Shown("parameters/q"), "geo.Point: x, y");
  EXPECT_EQ(Shown("parameters/p"),
            "geo.Point: explored_data, x, xc_00000000, xc_00000001, y");
  EXPECT_EQ(Shown("parameters/p/xc_00000001"), "no class: x, y");
}

TEST_F(LeafClassTest, GivesValuesBack) {
  StorePoints(kPoints, Open().get());
  const auto trajectory = LoadAllOf(Open().get());
  EXPECT_THAT(trajectory->Get<geo::Point>("q"), IsOkAndHolds(geo::Point{3, 4}));
  EXPECT_THAT(trajectory->Get<geo::Point>("r"), IsOkAndHolds(geo::Point{5, 6}));
  const Parameter& p = ParameterOf(*trajectory, "parameters.p");
  EXPECT_EQ(p.class_name(), "geo.Point");
  EXPECT_EQ(p.comment(), "Where");
  EXPECT_EQ(*p.value(), Value(geo::Point{1, 2}));
  EXPECT_THAT(
      p.range()->ToVector(),
      ElementsAre(Value(kPoints[0]), Value(kPoints[1]), Value(kPoints[2])));
}

TEST_F(LeafClassTest, GivesItemsToProgramsWithoutTheClass) {
  StorePoints(kPoints, Open().get());
  const auto trajectory = LoadAllOf(OpenPlain().get());
  const Parameter& p = ParameterOf(*trajectory, "parameters.p");
  EXPECT_EQ(p.class_name(), "geo.Point");
  EXPECT_EQ(*p.value(), AsDict({1, 2}));
  EXPECT_THAT(p.range()->ToVector(),
              ElementsAre(AsDict({1, 2}), AsDict({7, 8}), AsDict({1, 2})));
  EXPECT_EQ(*ParameterOf(*trajectory, "parameters.q").value(), AsDict({3, 4}));
  const Result& r = ResultOf(*trajectory, "results.r");
  EXPECT_EQ(r.class_name(), "geo.Point");
  EXPECT_THAT(r.items(),
              ElementsAre(Pair("x", Value(5.0)), Pair("y", Value(6.0))));
}

TEST_F(LeafClassTest, PicklesValuesUnlessTheClassIsNamed) {
  StorePoints(kPoints, OpenPlain().get());
  EXPECT_THAT(Shown("parameters/p"), HasSubstr("PickleParameter: "));
  EXPECT_THAT(Shown("results/r"), HasSubstr("PickleResult: "));
  const auto trajectory = LoadAllOf(Open().get());
  EXPECT_THAT(trajectory->Get<geo::Point>("q"), IsOkAndHolds(geo::Point{3, 4}));
}

TEST_F(LeafClassTest, KeepsWhatRunsLeave) {
  const auto storage = Open();
  StorePoints(kPoints, storage.get());
  const auto trajectory = LoadAllOf(storage.get());
  SingleRun run(*trajectory, 1);
  ASSERT_THAT(run.AddResult("z", geo::Point{9, 10}), IsOk());
  ASSERT_THAT(run.AddDerivedParameter("d", geo::Point{11, 12}), IsOk());
  RunRecord record;
  record.index = 1;
  record.completed = true;
  record.leaves = run.TakeLeaves();
  ASSERT_THAT(storage->StoreRuns(*trajectory, {record}), IsOk());
  ASSERT_THAT(storage->Close(), IsOk());
  EXPECT_EQ(Shown("results/runs/run_00000001/z"), "geo.Point: x, y");
  EXPECT_EQ(Shown("derived_parameters/runs/run_00000001/d"), "geo.Point: x, y");
  const auto loaded = LoadAllOf(Open().get());
  EXPECT_THAT(loaded->Get<geo::Point>("results.runs.run_00000001.z"),
              IsOkAndHolds(geo::Point{9, 10}));
  EXPECT_EQ(
      *ParameterOf(*loaded, "derived_parameters.runs.run_00000001.d").value(),
      Value(geo::Point{11, 12}));
}

TEST_F(LeafClassTest, KeepsItemsOfAllTypes) {
  Hdf5StorageOptions options;
  options.dynamically_imported_classes = {"geo.Map"};
  const std::string path = directory_.Path("file.hdf5");
  const auto storage = OpenHdf5Storage(path, options);
  ASSERT_THAT(storage, IsOk());
  Trajectory trajectory("t");
  trajectory.AddParameter("m", geo::Map{"island", {1, 2}});
  ASSERT_THAT(trajectory.AddResult("m", geo::Map{"reef", {-1}}), IsOk());
  ASSERT_THAT((*storage)->Store(trajectory), IsOk());
  EXPECT_EQ(ResultOf(trajectory, "results.m").class_name(), "Result");
  const auto loaded = LoadAllOf(storage->get());
  const auto island = loaded->Get<geo::Map>("parameters.m");
  ASSERT_THAT(island, IsOk());
  EXPECT_EQ(island->title, "island");
  EXPECT_THAT(island->heights, ElementsAre(1, 2));
  EXPECT_EQ(loaded->Get<geo::Map>("results.m")->title, "reef");
  ASSERT_THAT((*storage)->Close(), IsOk());
  EXPECT_EQ(Shown("parameters/m"), "geo.Map: land, matrix__spsp__, title");
  EXPECT_EQ(Shown("results/m"), "geo.Map: land, matrix__spsp__, title");
  // Through a program without the class.
  const auto plain = LoadAllOf(OpenPlain().get());
  ASSERT_THAT(OpenPlain("copy.hdf5")->Store(*plain), IsOk());
  const auto copy = OpenHdf5Storage(directory_.Path("copy.hdf5"), options);
  EXPECT_EQ(LoadAllOf(copy->get())->Get<geo::Map>("results.m")->title, "reef");
  EXPECT_EQ(LoadAllOf(copy->get())->Get<geo::Map>("parameters.m")->title,
            "island");
}

TEST_F(LeafClassTest, RefusesItemsWhoseNamesParametersHave) {
  Hdf5StorageOptions options;
  options.dynamically_imported_classes = {"geo.Box"};
  const auto storage =
      OpenHdf5Storage(directory_.Path("file.hdf5"), options).value();
  Trajectory trajectory("t");
  ASSERT_THAT(trajectory.AddResult("b", geo::Box{1}), IsOk());
  ASSERT_THAT(storage->Store(trajectory), IsOk());
  EXPECT_EQ(LoadAllOf(storage.get())->Get<geo::Box>("b")->data, 1);
  trajectory.AddParameter("b", geo::Box{1});
  EXPECT_THAT(storage->Store(trajectory),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("parameters.b"), HasSubstr("data"))));
}

TEST_F(LeafClassTest, StoresNothingIfOneValueCannotBe) {
  const auto storage = Open();
  Trajectory trajectory("t");
  const auto p = trajectory.AddParameter("p", geo::Point{1, 2});
  ASSERT_THAT(trajectory.Explore(p.In({{1, 2}, {-1, 2}})), IsOk());
  EXPECT_THAT(storage->Store(trajectory),
              StatusIs(absl::StatusCode::kOutOfRange,
                       "parameters.p: geo.Point: ToItems: x is negative"));
  EXPECT_THAT(storage->List(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LeafClassTest, PicklesWhereTheClassWouldNotTellParametersFromResults) {
  const auto storage = Open();
  Trajectory trajectory("t");
  ASSERT_THAT(trajectory.AddValue("mine.p", geo::Point{1, 2}), IsOk());
  ASSERT_THAT(storage->Store(trajectory), IsOk());
  EXPECT_EQ(*ParameterOf(*LoadAllOf(storage.get()), "mine.p").value(),
            Value(geo::Point{1, 2}));
}

TEST_F(LeafClassTest, KeepsResultsOfSeveralItemsAsTheyAre) {
  const auto storage = Open();
  Trajectory trajectory("t");
  const Items items = {{"a", geo::Point{1, 2}}, {"b", 1}};
  ASSERT_THAT(trajectory.AddResult("r", items), IsOk());
  ASSERT_THAT(storage->Store(trajectory), IsOk());
  EXPECT_EQ(ResultOf(*LoadAllOf(storage.get()), "results.r").items(), items);
}

TEST_F(LeafClassTest, MakesValuesInTheProcessThatReadsForAnother) {
  StorePoints(kPoints, Open().get());
  Hdf5StorageOptions options;
  options.reading.isolated = true;
  const auto trajectory = LoadAllOf(Open("file.hdf5", options).get());
  EXPECT_THAT(trajectory->Get<geo::Point>("r"), IsOkAndHolds(geo::Point{5, 6}));
  EXPECT_EQ((*ParameterOf(*trajectory, "parameters.p").range())[1],
            Value(geo::Point{7, 8}));
}

TEST_F(LeafClassTest, LoadsTheValueOfAResultAsItsOneItem) {
  StorePoints(kPoints, Open().get());
  const auto storage = Open();
  const auto loaded = storage->Load("t");
  ASSERT_THAT(loaded, IsOk());
  Trajectory& trajectory = **loaded;
  EXPECT_FALSE(ResultOf(trajectory, "results.r").loaded());
  EXPECT_THAT(storage->LoadItems(trajectory, {"results.r"}, {.only = {"x"}}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("item x")));
  ASSERT_THAT(storage->LoadItems(trajectory, {"results.r"}, {.only = {"r"}}),
              IsOk());
  EXPECT_THAT(trajectory.Get<geo::Point>("r"), IsOkAndHolds(geo::Point{5, 6}));
  EXPECT_EQ(ResultOf(trajectory, "results.r").in_memory(), InMemory::kAll);
}

TEST_F(LeafClassTest, TellsWhichLeafIsNoneOfTheClass) {
  StorePoints(kPoints, Open().get());
  {
    const auto storage = OpenPlain();
    const auto plain = LoadAllOf(storage.get());
    ASSERT_THAT(storage->DeleteItems(*plain, {"results.r"}, {.items = {"y"}}),
                IsOk());
  }
  EXPECT_THAT(Open()->Load("t", LoadAll()),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("file.hdf5"), HasSubstr("/t/results/r"),
                             HasSubstr("there is no item y"))));
  LoadOptions options = LoadAll();
  std::vector<std::string> warnings;
  options.leave_out_damaged = true;
  options.warnings = &warnings;
  const auto loaded = Open()->Load("t", options);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("there is no item y")));
  EXPECT_THAT(ResultOf(**loaded, "results.r").items(), IsEmpty());
  EXPECT_EQ(ResultOf(**loaded, "results.r").in_memory(), InMemory::kPart);
}

TEST_F(LeafClassTest, TellsWhichParameterHasAValueThatIsNoneOfTheClass) {
  Trajectory trajectory("t");
  auto p = std::make_unique<Parameter>("p", AsDict({1, 2}), "geo.Point");
  p->SetRange(Range({AsDict({1, 2}), Value(Dict{{{"x", 3.0}}})}));
  ASSERT_THAT(trajectory.tree().Add("parameters", std::move(p)), IsOk());
  trajectory.set_length(2);
  trajectory.set_explored_names({"parameters.p"});
  ASSERT_THAT(OpenPlain()->Store(trajectory), IsOk());
  EXPECT_THAT(Open()->Load("t", LoadAll()),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("/t/parameters/p"),
                             HasSubstr("there is no item y"))));
  LoadOptions options = LoadAll();
  options.leave_out_damaged = true;
  const auto loaded = Open()->Load("t", options);
  ASSERT_THAT(loaded, IsOk());
  const Parameter& left = ParameterOf(**loaded, "parameters.p");
  EXPECT_FALSE(left.value().has_value());
  EXPECT_EQ(left.in_memory(), InMemory::kPart);
}

TEST_F(LeafClassTest, NeedsTheClassesThatAreNamed) {
  Hdf5StorageOptions options;
  options.dynamically_imported_classes = {kPoint, "geo.Nowhere"};
  EXPECT_THAT(
      OpenHdf5Storage(directory_.Path("file.hdf5"), options),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("'geo.Nowhere'")));
}

}  // namespace
}  // namespace cppet
