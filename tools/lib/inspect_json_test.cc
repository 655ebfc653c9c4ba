// Holds what inspect --json says of files that pypet wrote against what pypet
// says of them.

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/tools/lib/inspect.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using Json = nlohmann::json;

constexpr char kFolder[] = "testdata/pypet";

// The names of the files with what is expected, "FILE__TRAJECTORY".
std::vector<std::string> Cases() {
  std::vector<std::string> cases;
  const std::string folder = std::string(kFolder) + "/expected";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") {
      cases.push_back(entry.path().stem().string());
    }
  }
  return cases;
}

// What differs for good: the file, what in it, and why.
struct Difference {
  std::string name;
  std::string path;  // in JSON; for "log", a part of the warning
};

const Difference kDifferences[] = {
    // Only written on demand, and no value of C++: left out with a warning.
    {"c_arrays__c_arrays", "/results/results.flags/items/v"},
    {"c_arrays__c_arrays", "/c_arrays/results/flags/v"},
    // Texts do not keep the width of the column that they were in.
    {"c_arrays__c_arrays",
     "/results/results.shared/items/tab/shared_data/columns/s/dtype"},
    // A pickled int of more than 64 bits, which no JSON number is.
    {"d_tree__d_tree", "/parameters.g1.const/annotations/an_huge/"},
};

bool IsKnown(const std::string& name, const std::string& path) {
  return std::any_of(std::begin(kDifferences), std::end(kDifferences),
                     [&](const Difference& difference) {
                       return difference.name == name &&
                              path.find(difference.path) != std::string::npos;
                     });
}

class InspectJsonTest : public testing::TestWithParam<std::string> {};

TEST_P(InspectJsonTest, SaysWhatPypetSays) {
  const size_t separator = GetParam().find("__");
  ASSERT_NE(separator, std::string::npos);
  InspectOptions options;
  options.file =
      std::string(kFolder) + "/" + GetParam().substr(0, separator) + ".hdf5";
  options.trajectory = GetParam().substr(separator + 2);
  options.json = true;
  options.reading.isolated = true;
  std::ostringstream out;
  std::ostringstream err;
  ASSERT_EQ(Inspect(options, out, err), kExitSuccess) << err.str();
  const Json found = Json::parse(out.str());
  const auto text =
      ReadFile(std::string(kFolder) + "/expected/" + GetParam() + ".json");
  ASSERT_THAT(text, IsOk());
  const Json expected = Json::parse(*text);

  std::set<std::string> keys;
  for (const auto& [key, value] : expected.items()) keys.insert(key);
  for (const auto& [key, value] : found.items()) keys.insert(key);
  // These say who read the file, and how that went.
  for (const char* key : {"file", "reader", "strict_load", "log"}) {
    EXPECT_TRUE(found.contains(key)) << key;
    keys.erase(key);
  }
  for (const std::string& key : keys) {
    for (const Json& change :
         Json::diff(found.value(key, Json()), expected.value(key, Json()))) {
      const std::string path = "/" + key + change["path"].get<std::string>();
      EXPECT_TRUE(IsKnown(GetParam(), path)) << path << ": " << change;
    }
  }
  for (const Json& warning : found["log"]) {
    EXPECT_TRUE(IsKnown(GetParam(), warning)) << warning;
  }
}

INSTANTIATE_TEST_SUITE_P(FilesOfPypet, InspectJsonTest,
                         testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace cppet
