#include "cppet/trajectory/run_record.h"

#include <complex>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

std::vector<Value> ManyValues() {
  return {true,
          -7,
          int64_t{1} << 40,
          ~uint64_t{0},
          0.5f,
          std::complex<double>(1, -2),
          "",
          std::string("a\0b", 3),
          Bytes{"\xff"},
          NdArray<double>{{0, 3}, {}},
          NdArray<int16_t>{{1, 2, 1}, {3, -4}},
          std::vector<std::string>{"ä", ""},
          Value::List(std::vector<int64_t>{1, 2}),
          Value::Tuple(std::vector<Bytes>{{"x"}})};
}

TEST(ValueCodecTest, GivesBackEveryValue) {
  for (const Value& value : ManyValues()) {
    EXPECT_THAT(DecodeValue(EncodeValue(value)), IsOkAndHolds(value))
        << PythonRepr(value);
  }
}

TEST(ValueCodecTest, RefusesEveryPrefix) {
  for (const Value& value : ManyValues()) {
    const std::string bytes = EncodeValue(value);
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THAT(DecodeValue(bytes.substr(0, size)),
                  StatusIs(absl::StatusCode::kDataLoss));
    }
    EXPECT_THAT(DecodeValue(bytes + "x"),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(RunRecordTest, GivesBackWhatARunLeft) {
  RunRecord record;
  record.index = 3;
  record.completed = true;
  record.failure = "none";
  record.start_timestamp = 1.5;
  record.finish_timestamp = 2.5;
  record.environment_hexsha = "abcdef0";
  const LeafHead head = {"results.runs.$.z",
                         "c",
                         Node::Kind::kParameter,
                         "Parameter",
                         {{"note", 7}}};
  const Items items = {{"z", 1.5}, {"w", "text"}};
  record.leaves = {{head, items}};
  record.groups = {{"results.runs.run_00000003.g", "of g", {{"key", 1.5}}}};
  record.links = {{"results.runs.run_00000003.l", "parameters.x"}};
  const absl::StatusOr<RunRecord> back =
      DecodeRunRecord(EncodeRunRecord(record));
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->index, 3);
  EXPECT_TRUE(back->completed);
  EXPECT_EQ(back->failure, "none");
  EXPECT_EQ(back->start_timestamp, 1.5);
  EXPECT_EQ(back->finish_timestamp, 2.5);
  EXPECT_EQ(back->environment_hexsha, "abcdef0");
  ASSERT_EQ(back->leaves.size(), 1);
  EXPECT_EQ(*back->leaves[0].head, head);
  EXPECT_EQ(back->leaves[0].items, items);
  ASSERT_EQ(back->groups.size(), 1);
  EXPECT_EQ(back->groups[0].full_name, record.groups[0].full_name);
  EXPECT_EQ(back->groups[0].comment, "of g");
  EXPECT_EQ(back->groups[0].annotations, record.groups[0].annotations);
  ASSERT_EQ(back->links.size(), 1);
  EXPECT_EQ(back->links[0].full_name, record.links[0].full_name);
  EXPECT_EQ(back->links[0].target, "parameters.x");
}

}  // namespace
}  // namespace cppet
