#include "cppet/storage/hdf5/pandas/column_order.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Value Labels(const std::vector<std::string>& labels) { return Value(labels); }

TEST(ColumnOrderTest, IsThatOfTheLabels) {
  absl::StatusOr<ColumnOrder> order =
      ColumnOrder::Create(Labels({"x", "y", "z"}));
  ASSERT_THAT(order, IsOk());
  EXPECT_THAT(order->Place(Labels({"z", "x"}), {Value(3), Value(1)}), IsOk());
  EXPECT_THAT(order->Place(Labels({"y"}), {Value(2)}), IsOk());
  EXPECT_THAT(std::move(*order).Columns(),
              IsOkAndHolds(ElementsAre(Value(1), Value(2), Value(3))));
}

TEST(ColumnOrderTest, NeedsUniqueLabels) {
  EXPECT_THAT(ColumnOrder::Create(Labels({"x", "y", "x"})),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("columns 0 and 2")));
}

TEST(ColumnOrderTest, HasAPlaceForEachColumnOnce) {
  absl::StatusOr<ColumnOrder> order = ColumnOrder::Create(Labels({"x", "y"}));
  ASSERT_THAT(order, IsOk());
  EXPECT_THAT(order->Place(Labels({"x"}), {Value(1)}), IsOk());
  EXPECT_THAT(order->Place(Labels({"x"}), {Value(1)}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("second time")));
  EXPECT_THAT(order->Place(Labels({"a"}), {Value(1)}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(order->Place(Value(std::vector<int64_t>{1}), {Value(1)}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(std::move(*order).Columns(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("column 1")));
}

}  // namespace
}  // namespace cppet::hdf5
