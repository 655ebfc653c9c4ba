// Reads the arrays of files that real pypet compressed, each in its way.

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::NotNull;

class GoldenFiltersTest : public ::testing::TestWithParam<std::string> {
 protected:
  GoldenFiltersTest() {
    std::ifstream in(
        absl::StrCat("testdata/pypet/expected/", GetParam(), "__f_comp.json"));
    expected_ = json::parse(in);
  }

  const std::string path_ =
      absl::StrCat("testdata/pypet/", GetParam(), ".hdf5");
  json expected_;
};

void ExpectArray(const Value& value, const json& expected) {
  EXPECT_EQ(std::string(value.type_name()), expected["type"]);
  EXPECT_THAT(value.shape(),
              ElementsAreArray(expected["shape"].get<std::vector<int64_t>>()));
  EXPECT_EQ(Sha1Hex(value.bytes()), expected["sha1"]);
}

TEST_P(GoldenFiltersTest, HasItsData) {
  LoadOptions options = LoadAll();
  std::vector<std::string> warnings;
  options.warnings = &warnings;
  const auto loaded = OpenHdf5Storage(path_).value()->Load("f_comp", options);
  ASSERT_THAT(loaded, IsOk());
  const Tree& tree = (*loaded)->tree();

  const auto* result = static_cast<const Result*>(tree.FindExact("results.r"));
  ASSERT_NE(result, nullptr);
  ASSERT_THAT(result->Item("r"), NotNull());
  ExpectArray(*result->Item("r"),
              expected_["results"]["results.r"]["items"]["r"]);

  const auto* array =
      static_cast<const Parameter*>(tree.FindExact("parameters.arr"));
  ASSERT_NE(array, nullptr);
  ASSERT_TRUE(array->value().has_value());
  ExpectArray(*array->value(),
              expected_["parameters"]["parameters.arr"]["value"]);

  const auto* x = static_cast<const Parameter*>(tree.FindExact("parameters.x"));
  ASSERT_NE(x, nullptr);
  const json& range = expected_["parameters"]["parameters.x"]["range"];
  ASSERT_EQ(x->range()->size(), range.size());
  for (size_t i = 0; i < range.size(); ++i) {
    EXPECT_THAT(x->ValueAt(i).As<int64_t>(), IsOkAndHolds(range[i]["value"]));
  }
}

TEST_P(GoldenFiltersTest, CanBeReadWhole) {
  EXPECT_THAT(CheckHdf5File(path_), IsOkAndHolds(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    All, GoldenFiltersTest,
    ::testing::Values("f_none0", "f_none0_fletcher", "f_zlib5_noshuffle",
                      "f_zlib9_fletcher", "f_zlib9_shuffle",
                      "f_lzo1_noshuffle_fletcher", "f_lzo9_shuffle",
                      "f_bzip29_shuffle", "f_blosc5_noshuffle_fletcher",
                      "f_blosc9_shuffle", "f_blosclz4"),
    [](const auto& info) { return info.param; });

}  // namespace
}  // namespace cppet
