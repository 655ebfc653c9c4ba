#include "cppet/storage/hdf5/values/parameter_data.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ParameterDataTest : public ::testing::Test {
 protected:
  ParameterDataTest()
      : leaf_(CreateGroup(file_.root(), "p", Filters()).value()) {}

  absl::StatusOr<ParameterData> WrittenAndRead(const ParameterView& view) {
    const auto plan = PlanParameter(view);
    EXPECT_THAT(plan, IsOk());
    class_name_ = plan->class_name;
    EXPECT_THAT(WriteParameterValue(leaf_.get(), view, *plan, {}), IsOk());
    EXPECT_THAT(WriteParameterRange(leaf_.get(), view, *plan, {}), IsOk());
    return ReadParameter(leaf_.get(), class_name_);
  }

  ScratchFile file_;
  const Handle leaf_;
  std::string class_name_;
};

TEST_F(ParameterDataTest, KeepsValueAndRangeInTables) {
  const Value value = 1.5;
  const Range range = Linspace(0, 1, 3);
  const auto data =
      WrittenAndRead({"parameters.p", "Parameter", &value, &range});
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(class_name_, "Parameter");
  EXPECT_TRUE(HasLink(leaf_.get(), "data"));
  EXPECT_TRUE(HasLink(leaf_.get(), "explored_data"));
  EXPECT_TRUE(*data->value == value);
  ASSERT_EQ(data->range->size(), 3);
  EXPECT_TRUE((*data->range)[1] == Value(0.5));
  EXPECT_THAT(StoredRangeLength(leaf_.get()), IsOkAndHolds(3));
}

TEST_F(ParameterDataTest, KeepsArraysOfDifferentShapesApart) {
  const Value value = std::vector<double>{1};
  const Value other = std::vector<double>{1, 2};
  const Range range({value, other, value});
  const auto data =
      WrittenAndRead({"parameters.p", "Parameter", &value, &range});
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(class_name_, "ArrayParameter");
  EXPECT_TRUE(*data->value == value);
  ASSERT_EQ(data->range->size(), 3);
  EXPECT_TRUE((*data->range)[1] == other);
  EXPECT_TRUE((*data->range)[2] == value);
  // Equal values are stored once.
  const Handle set(
      H5Gopen2(leaf_.get(), "explored__rr__/set_00000", H5P_DEFAULT));
  EXPECT_EQ(ListLinks(set.get())->size(), 2);
  EXPECT_THAT(StoredRangeLength(leaf_.get()), IsOkAndHolds(3));
}

TEST_F(ParameterDataTest, KeepsAnArrayWithoutElements) {
  const Value value = NdArray<double>{{0, 3}, {}};
  const auto data =
      WrittenAndRead({"parameters.p", "Parameter", &value, nullptr});
  ASSERT_THAT(data, IsOk());
  EXPECT_TRUE(*data->value == value);
}

TEST_F(ParameterDataTest, AParameterMayBeEmpty) {
  const auto data =
      WrittenAndRead({"parameters.p", "Parameter", nullptr, nullptr});
  ASSERT_THAT(data, IsOk());
  EXPECT_FALSE(data->value.has_value());
  EXPECT_FALSE(data->range.has_value());
}

TEST_F(ParameterDataTest, DeletesARange) {
  for (const Value& value : {Value(1), Value(std::vector<int32_t>{1})}) {
    const Range range({value});
    const ParameterView view = {"parameters.p", "ArrayParameter", nullptr,
                                &range};
    ParameterPlan plan;
    if (!value.is_scalar()) plan.layout = ParameterLayout::kArrays;
    ASSERT_THAT(WriteParameterRange(leaf_.get(), view, plan, {}), IsOk());
    EXPECT_THAT(StoredRangeLength(leaf_.get()), IsOkAndHolds(1));
    EXPECT_THAT(DeleteParameterRange(leaf_.get()), IsOk());
    EXPECT_THAT(StoredRangeLength(leaf_.get()), IsOkAndHolds(0));
  }
}

TEST_F(ParameterDataTest, SaysWhichValueOfARangeDoesNotFit) {
  const Range range(3,
                    [](int64_t i) { return i == 2 ? Value(2) : Value(1.0); });
  EXPECT_THAT(PlanParameter({"parameters.p", "Parameter", nullptr, &range}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("parameters.p"), HasSubstr("run 2"))));
  const Value scalar = 1.0;
  const Range arrays({std::vector<double>{1}, std::vector<double>{1, 2}});
  EXPECT_THAT(
      PlanParameter({"parameters.p", "Parameter", &scalar, &arrays}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("parameters.p")));
}

TEST_F(ParameterDataTest, KeepsDictsOfOtherClassesAsItems) {
  const Value value = Dict{{{"x", 1.5}, {"y", "north"}}};
  const Value other = Dict{{{"z.a", 3}, {"z.b", 4}}};
  const Range range({other, value, other});
  const auto data = WrittenAndRead({"parameters.p", "MyClass", &value, &range});
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(class_name_, "MyClass");
  for (const char* name :
       {"x", "y", "xc_00000000", "xc_00000001", "explored_data"}) {
    EXPECT_TRUE(HasLink(leaf_.get(), name)) << name;
  }
  EXPECT_FALSE(HasLink(leaf_.get(), "xc_00000002"));
  EXPECT_TRUE(*data->value == value);
  ASSERT_EQ(data->range->size(), 3);
  EXPECT_TRUE((*data->range)[0] == other);
  EXPECT_TRUE((*data->range)[1] == value);
  EXPECT_TRUE((*data->range)[2] == other);
  EXPECT_THAT(StoredRangeLength(leaf_.get()), IsOkAndHolds(3));
  EXPECT_THAT(DeleteParameterRange(leaf_.get()), IsOk());
  EXPECT_FALSE(IsExplored(leaf_.get()));
  EXPECT_THAT(ReadParameter(leaf_.get(), "MyClass"), IsOk());
  // Nothing of pypet's own classes is kept like that.
  EXPECT_THAT(ReadParameter(leaf_.get(), "Parameter"),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST_F(ParameterDataTest, LeavesToPythonWhatIsNoneOfItsItems) {
  const Value value = Dict{{{"x", 1.5}}};
  ASSERT_THAT(WrittenAndRead({"parameters.p", "MyClass", &value, nullptr}),
              IsOk());
  ASSERT_THAT(WriteItem(leaf_.get(), "explored_data", 1, {}), IsOk());
  EXPECT_THAT(ReadParameter(leaf_.get(), "MyClass"),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("/p")));
}

TEST_F(ParameterDataTest, PicklesDictsThatCannotBeItems) {
  for (const Value& value : {Value(Dict()), Value(Dict{{{"data", 1}}})}) {
    const auto plan =
        PlanParameter({"parameters.p", "MyClass", &value, nullptr});
    ASSERT_THAT(plan, IsOk());
    EXPECT_EQ(plan->class_name, "PickleParameter");
    EXPECT_THAT(CheckOwnItems("parameters.p", value),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("parameters.p")));
  }
}

}  // namespace
}  // namespace cppet::hdf5
