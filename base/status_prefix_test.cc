#include "cppet/base/status_prefix.h"

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(StatusPrefixTest, SaysWhatAnErrorIsAbout) {
  EXPECT_THAT(WithPrefix("parameters.x", absl::NotFoundError("no value")),
              StatusIs(absl::StatusCode::kNotFound, "parameters.x: no value"));
}

TEST(StatusPrefixTest, OkStaysOk) {
  EXPECT_THAT(WithPrefix("parameters.x", absl::OkStatus()), IsOk());
}

}  // namespace
}  // namespace cppet
