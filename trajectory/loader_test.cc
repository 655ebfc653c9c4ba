#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_view.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LoaderTest : public ::testing::Test {
 protected:
  LoaderTest() {
    auto p = std::make_unique<Parameter>("p", std::nullopt);
    p->set_in_memory(InMemory::kNothing);
    EXPECT_THAT(trajectory_.tree().Add("parameters", std::move(p)), IsOk());
  }

  // Has the data of parameters.p and the result results.runs.run_ALL.z.
  void SetLoader() {
    trajectory_.SetLoader([this](Trajectory& trajectory,
                                 const std::string& name) -> absl::Status {
      asked_.push_back(name);
      if (name == "parameters.p") {
        auto* p = static_cast<Parameter*>(trajectory.tree().FindExact(name));
        p->Restore(Value(5), std::nullopt);
        p->set_in_memory(InMemory::kAll);
        return absl::OkStatus();
      }
      if (name == "results.runs.run_ALL.z") {
        return trajectory.AddResult("runs.run_ALL.z", 6);
      }
      if (name == "results.damaged") return absl::DataLossError(name);
      return absl::NotFoundError(name);
    });
  }

  Trajectory trajectory_{"t"};
  std::vector<std::string> asked_;
};

TEST_F(LoaderTest, NobodyIsAskedAtFirst) {
  EXPECT_THAT(trajectory_.Get<int>("p"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(trajectory_.Get<int>("results.z"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LoaderTest, LoadsTheDataOfALeafOnce) {
  SetLoader();
  EXPECT_THAT(trajectory_.Get<int>("p"), IsOkAndHolds(5));
  EXPECT_THAT(trajectory_.Get<int>("p"), IsOkAndHolds(5));
  EXPECT_THAT(asked_, ElementsAre("parameters.p"));
}

TEST_F(LoaderTest, LoadsByTheWholeNameWithAliasesAndPlaceholders) {
  SetLoader();
  EXPECT_THAT(RunView(trajectory_.tree(), 0).Get<int>("res.runs.$.z"),
              IsOkAndHolds(6));
  EXPECT_THAT(asked_, ElementsAre("results.runs.run_00000000.z",
                                  "results.runs.run_ALL.z"));
  EXPECT_THAT(trajectory_.Get<int>("z"), IsOkAndHolds(6));
}

TEST_F(LoaderTest, ErrorsAreThoseOfTheSearchOrOfTheLoader) {
  SetLoader();
  EXPECT_THAT(trajectory_.Get<int>("results.q"),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("there is no 'results.q'")));
  EXPECT_THAT(trajectory_.GetOr<int>("results.q", 1), IsOkAndHolds(1));
  EXPECT_THAT(trajectory_.Get<int>("results.damaged"),
              StatusIs(absl::StatusCode::kDataLoss));
  trajectory_.SetLoader(nullptr);
  asked_.clear();
  EXPECT_THAT(trajectory_.Get<int>("results.q"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(LoaderTest, WhatIsSetIsInMemory) {
  ASSERT_THAT(trajectory_.Set("p", 7), IsOk());
  SetLoader();
  EXPECT_THAT(trajectory_.Get<int>("p"), IsOkAndHolds(7));
  EXPECT_THAT(asked_, IsEmpty());
}

}  // namespace
}  // namespace cppet
