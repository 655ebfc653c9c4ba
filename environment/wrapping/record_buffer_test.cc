#include "cppet/environment/wrapping/record_buffer.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/status_matchers.h"
#include "cppet/environment/processes/child_process.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Outcome = RecordBuffer::Outcome;

class RecordBufferTest : public ::testing::Test {
 protected:
  // Calls `function` in a process of its own, to its end.
  static void InChild(const std::function<void()>& function) {
    const auto child = ChildProcess::Start([&](int) { function(); }).value();
    while (!child->Ended()) absl::SleepFor(absl::Milliseconds(1));
    EXPECT_EQ(child->Kill(), "exited with code 0");
  }

  const std::unique_ptr<RecordBuffer> buffer_ = RecordBuffer::Create().value();
};

TEST_F(RecordBufferTest, HasWhatOtherProcessesAdded) {
  InChild([&] {
    buffer_->Add("one");
    buffer_->Add("");
  });
  InChild([&] { buffer_->Add("three"); });
  const RecordBuffer::Batch batch = buffer_->Take();
  EXPECT_THAT(batch.records, ElementsAre("one", "", "three"));
  EXPECT_FALSE(batch.again);
  buffer_->Finish({});
  EXPECT_THAT(buffer_->Take().records, IsEmpty());
}

TEST_F(RecordBufferTest, TakesMoreWhileSomeAreStored) {
  buffer_->Add("one");
  EXPECT_THAT(buffer_->Take().records, ElementsAre("one"));
  buffer_->Add("two");
  buffer_->Finish({});
  EXPECT_THAT(buffer_->Take().records, ElementsAre("two"));
}

TEST_F(RecordBufferTest, GivesAgainWhatAProcessTookThatDied) {
  buffer_->Add("one");
  InChild([&] { buffer_->Take(); });
  buffer_->Add("two");
  const RecordBuffer::Batch batch = buffer_->Take();
  EXPECT_TRUE(batch.again);
  EXPECT_THAT(batch.records, ElementsAre("one"));
  buffer_->Finish({});
  EXPECT_THAT(buffer_->Take().records, ElementsAre("two"));
}

TEST_F(RecordBufferTest, IsDueAtOnceAndThenAfterSomeTime) {
  EXPECT_FALSE(buffer_->IsDue());
  buffer_->Add("one");
  EXPECT_TRUE(buffer_->IsDue());
  buffer_->Take();
  buffer_->Finish({});
  EXPECT_FALSE(buffer_->IsDue());
  buffer_->Add("two");
  while (!buffer_->IsDue()) absl::SleepFor(absl::Milliseconds(1));
}

TEST_F(RecordBufferTest, IsDueWhenMuchWaits) {
  buffer_->Add("one");
  buffer_->Take();
  buffer_->Finish({});
  ASSERT_TRUE(buffer_->Add(std::string(3 << 20, 'x')));
  EXPECT_TRUE(buffer_->IsDue());
}

TEST_F(RecordBufferTest, HasRoomForSoMuch) {
  const std::string record(1000, 'x');
  int added = 0;
  while (buffer_->Add(record)) ++added;
  EXPECT_GT(added, 1000);
  EXPECT_THAT(buffer_->Take().records, SizeIs(added));
  EXPECT_TRUE(buffer_->Add(record)) << "the other half";
}

TEST_F(RecordBufferTest, TellsWhatBecameOfThem) {
  InChild([&] {
    buffer_->Take();
    buffer_->Finish({{3, Outcome::Kind::kStored, ""},
                     {4, Outcome::Kind::kRefused, "too long"},
                     {5, Outcome::Kind::kWasThere, ""},
                     {6, Outcome::Kind::kRefused, std::string(70000, 'x')}});
  });
  const std::vector<Outcome> outcomes = buffer_->TakeOutcomes();
  ASSERT_THAT(outcomes, SizeIs(4));
  EXPECT_EQ(outcomes[0].index, 3);
  EXPECT_EQ(outcomes[0].kind, Outcome::Kind::kStored);
  EXPECT_EQ(outcomes[1].kind, Outcome::Kind::kRefused);
  EXPECT_EQ(outcomes[1].failure, "too long");
  EXPECT_EQ(outcomes[2].kind, Outcome::Kind::kWasThere);
  EXPECT_EQ(outcomes[3].index, 6);
  EXPECT_LT(outcomes[3].failure.size(), 70000);
  EXPECT_THAT(buffer_->TakeOutcomes(), IsEmpty());
}

}  // namespace
}  // namespace cppet
