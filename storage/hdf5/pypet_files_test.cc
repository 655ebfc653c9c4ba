// Loads files that real pypet wrote and compares all of them with what pypet
// says is in them.

#include <cstdint>
#include <fstream>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/settings_reader.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

struct PypetFile {
  std::string file;
  std::string trajectory;
};

void PrintTo(const PypetFile& file, std::ostream* out) { *out << file.file; }

std::string PathOf(const PypetFile& file) {
  return absl::StrCat("testdata/pypet/", file.file, ".hdf5");
}

json Expected(const PypetFile& file) {
  std::ifstream in(absl::StrCat("testdata/pypet/expected/", file.file, "__",
                                file.trajectory, ".json"));
  return json::parse(in);
}

// The elements as JSON.
json Elements(const Value& value) {
  json elements = json::array();
  const Value flat = value.is_scalar() || value.shape().size() == 1
                         ? value
                         : Value();  // others are compared by their digest
  if (flat.dtype() == DType::kString) {
    for (const std::string& text : flat.texts()) elements.push_back(text);
  } else if (flat.dtype() == DType::kBytes) {
    for (const std::string& text : flat.texts()) {
      elements.push_back(absl::BytesToHexString(text));
    }
  } else if (flat.is_scalar()) {
    if (const auto flag = flat.As<bool>(); flag.ok()) {
      elements.push_back(*flag);
    } else if (const auto number = flat.As<int64_t>(); number.ok()) {
      elements.push_back(*number);
    } else if (const auto number = flat.As<double>(); number.ok()) {
      elements.push_back(*number);
    }
  } else if (const auto numbers = flat.As<std::vector<int64_t>>();
             numbers.ok()) {
    for (const int64_t number : *numbers) elements.push_back(number);
  } else if (const auto numbers = flat.As<std::vector<double>>();
             numbers.ok()) {
    for (const double number : *numbers) elements.push_back(number);
  }
  return elements;
}

void ExpectValue(const Value& value, const json& expected,
                 const std::string& name) {
  SCOPED_TRACE(name);
  std::string type(value.type_name());
  EXPECT_EQ(type, expected["type"]);
  if (type == "ndarray") {
    EXPECT_EQ(
        absl::StrJoin(value.shape(), ","),
        absl::StrJoin(expected["shape"].get<std::vector<int64_t>>(), ","));
    const std::string bytes =
        value.is_text() ? absl::StrJoin(value.texts(), std::string(1, '\0'))
                        : std::string(value.bytes());
    EXPECT_EQ(Sha1Hex(bytes), expected["sha1"]);
    return;
  }
  json elements = json::array();
  if (value.is_scalar()) {
    elements.push_back(expected.contains("hex") ? expected["hex"]
                                                : expected["value"]);
  } else {
    for (const json& item : expected["items"]) {
      EXPECT_EQ(std::string(value.scalar_type_name()), item["type"]);
      elements.push_back(item.contains("hex") ? item["hex"] : item["value"]);
    }
  }
  EXPECT_EQ(Elements(value), elements);
}

void ExpectParameter(const Parameter& parameter, const json& expected,
                     const std::string& name) {
  EXPECT_TRUE(expected["is_parameter"]) << name;
  EXPECT_EQ(parameter.explored(), expected["explored"]) << name;
  ASSERT_TRUE(parameter.value().has_value()) << name;
  ExpectValue(*parameter.value(), expected["value"], name);
  if (!parameter.explored()) return;
  ASSERT_EQ(parameter.range()->size(), expected["range"].size()) << name;
  for (int64_t i = 0; i < parameter.range()->size(); ++i) {
    ExpectValue(parameter.ValueAt(i), expected["range"][i], name);
  }
}

void ExpectResult(const Result& result, const json& expected,
                  const std::string& name) {
  EXPECT_FALSE(expected["is_parameter"]) << name;
  EXPECT_EQ(result.items().size(), expected["items"].size()) << name;
  for (const auto& [item, value] : result.items()) {
    ExpectValue(value, expected["items"][item], absl::StrCat(name, ".", item));
  }
}

void ExpectAnnotations(const Node& node, const json& expected) {
  const json annotations = expected.value("annotations", json::object());
  EXPECT_EQ(node.annotations().size(), annotations.size()) << node.full_name();
  for (const auto& [key, value] : node.annotations()) {
    // numpy's str_ is the str of C++.
    EXPECT_EQ(value.texts()[0], annotations[key]["value"]);
  }
}

class PypetFilesTest : public ::testing::TestWithParam<PypetFile> {
 protected:
  PypetFilesTest()
      : expected_(Expected(GetParam())),
        service_(OpenHdf5Storage(PathOf(GetParam())).value()) {
    LoadOptions options = LoadAll();
    options.warnings = &warnings_;
    auto loaded = service_->Load(GetParam().trajectory, options);
    EXPECT_THAT(loaded, IsOk());
    if (loaded.ok()) trajectory_ = *std::move(loaded);
  }

  void SetUp() override { ASSERT_NE(trajectory_, nullptr); }

  const json expected_;
  const std::unique_ptr<StorageService> service_;
  std::vector<std::string> warnings_;
  std::unique_ptr<Trajectory> trajectory_;
};

TEST_P(PypetFilesTest, HoldsOneTrajectory) {
  EXPECT_THAT(service_->List(),
              IsOkAndHolds(ElementsAre(GetParam().trajectory)));
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(trajectory_->name(), expected_["name"]);
  EXPECT_EQ(trajectory_->comment(), expected_["comment"]);
  EXPECT_EQ(trajectory_->version(), expected_["version"]);
  EXPECT_EQ(trajectory_->language(), expected_["python"]);
  EXPECT_EQ(trajectory_->timestamp(), expected_["timestamp"]);
  EXPECT_EQ(trajectory_->length(), expected_["length"]);
  EXPECT_TRUE(trajectory_->stored());
}

TEST_P(PypetFilesTest, HasItsRuns) {
  ASSERT_EQ(trajectory_->length(), expected_["runs"].size());
  for (int64_t i = 0; i < trajectory_->length(); ++i) {
    const RunInfo run = trajectory_->run_info(i);
    const json& expected = expected_["runs"][i];
    EXPECT_EQ(run.index, expected["idx"]);
    EXPECT_EQ(run.name, expected["name"]);
    EXPECT_EQ(run.timestamp, expected["timestamp"]);
    EXPECT_EQ(run.finish_timestamp, expected["finish_timestamp"]);
    EXPECT_EQ(run.runtime, expected["runtime"]);
    EXPECT_EQ(run.time, expected["time"]);
    EXPECT_EQ(run.completed, expected["completed"] == 1);
    EXPECT_EQ(run.parameter_summary, expected["parameter_summary"]);
    EXPECT_EQ(run.short_environment_hexsha,
              expected["short_environment_hexsha"]);
  }
}

TEST_P(PypetFilesTest, HasItsExploredParameters) {
  std::vector<std::string> names;
  for (const auto& [name, length] : expected_["explored"].items()) {
    names.push_back(name);
  }
  EXPECT_THAT(trajectory_->explored_names(), UnorderedElementsAreArray(names));
}

TEST_P(PypetFilesTest, HasItsTree) {
  json leaves;
  for (const char* branch :
       {"config", "parameters", "derived_parameters", "results", "other"}) {
    leaves.update(expected_[branch]);
  }
  std::set<std::string> missing;
  for (const auto& [name, group] : expected_["groups"].items()) {
    missing.insert(name);
  }
  for (const auto& [name, leaf] : leaves.items()) missing.insert(name);

  VisitNodes(trajectory_->root(), [&](const Node& node) {
    const std::string name = node.full_name();
    EXPECT_EQ(missing.erase(name), 1) << name;
    const json& expected =
        node.is_group() ? expected_["groups"][name] : leaves[name];
    ASSERT_TRUE(expected.is_object()) << name;
    EXPECT_EQ(node.comment(), expected["comment"]) << name;
    ExpectAnnotations(node, expected);
    if (node.is_group()) return;
    EXPECT_EQ(static_cast<const Leaf&>(node).class_name(), expected["class"]);
    if (node.kind() == Node::Kind::kParameter) {
      ExpectParameter(static_cast<const Parameter&>(node), expected, name);
    } else {
      ExpectResult(static_cast<const Result&>(node), expected, name);
    }
  });

  // What pypet adds to each trajectory, be it in the file or not.
  for (const std::string& name : missing) {
    EXPECT_TRUE(name == "config" || absl::StartsWith(name, "config.hdf5"))
        << name << " is missing";
  }
}

TEST_P(PypetFilesTest, HasItsSettings) {
  const auto settings =
      ReadHdf5Settings(PathOf(GetParam()), GetParam().trajectory);
  ASSERT_THAT(settings, IsOk());
  const json& expected = expected_["hdf5_settings"];
  EXPECT_EQ(settings->complib, expected["complib"]);
  EXPECT_EQ(settings->complevel, expected["complevel"]);
  EXPECT_EQ(settings->shuffle, expected["shuffle"]);
  EXPECT_EQ(settings->fletcher32, expected["fletcher32"]);
  EXPECT_EQ(settings->pandas_format, expected["pandas_format"]);
  EXPECT_EQ(settings->encoding, expected["encoding"]);
  EXPECT_EQ(settings->purge_duplicate_comments,
            expected["purge_duplicate_comments"]);
  EXPECT_EQ(settings->results_per_run, expected["results_per_run"]);
  EXPECT_EQ(settings->derived_parameters_per_run,
            expected["derived_parameters_per_run"]);
  EXPECT_EQ(settings->config_overview, expected["overview_config"]);
  EXPECT_EQ(settings->parameters_overview, expected["overview_parameters"]);
  EXPECT_EQ(settings->explored_parameters_overview,
            expected["overview_explored_parameters"]);
  EXPECT_EQ(settings->derived_parameters_overview,
            expected["overview_derived_parameters"]);
  EXPECT_EQ(settings->results_overview, expected["overview_results"]);
  EXPECT_EQ(settings->derived_parameters_summary,
            expected["overview_derived_parameters_summary"]);
  EXPECT_EQ(settings->results_summary, expected["overview_results_summary"]);
}

INSTANTIATE_TEST_SUITE_P(
    All, PypetFilesTest,
    ::testing::Values(PypetFile{"a_multiply", "Multiplication"},
                      PypetFile{"a_multiply_noenv", "Multiplication"},
                      PypetFile{"g_crash_multi", "g_crash_mp"},
                      PypetFile{"g_crash_single", "g_crash"},
                      PypetFile{"g_init_only", "g_init"},
                      PypetFile{"k_nonascii", "k_uni"}));

}  // namespace
}  // namespace cppet
