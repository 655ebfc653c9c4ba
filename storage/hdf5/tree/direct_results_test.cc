#include "cppet/storage/hdf5/tree/direct_results.h"

#include <algorithm>
#include <complex>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/tree/node_reader.h"
#include "cppet/storage/hdf5/tree/problems.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

// LeakSanitizer asks what is not an error: of a damaged file, HDF5 loses some
// objects.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace cppet::hdf5 {
namespace {

constexpr int64_t kRuns = 40;

// All that may differ between two ways to read a node.
std::string Describe(const NodeRead& read) {
  const Node& node = *read.node;
  std::string text =
      absl::StrCat(read.parent, ".", node.name(), " '", node.comment(), "' ",
                   static_cast<int>(node.kind()));
  if (node.is_group()) {
    absl::StrAppend(&text, " ", static_cast<const Group&>(node).class_name());
  }
  if (node.kind() == Node::Kind::kResult) {
    const auto& result = static_cast<const Result&>(node);
    absl::StrAppend(&text, " ", result.class_name(), " ",
                    static_cast<int>(result.in_memory()));
    for (const auto& [name, value] : result.items()) {
      absl::StrAppend(&text, " ", name, ": ", value.TypeDescription(), " ",
                      value.scalar_type_name(), " ", PythonRepr(value));
    }
  }
  for (const auto& [name, value] : node.annotations()) {
    absl::StrAppend(&text, " @", name, ": ", PythonRepr(value));
  }
  for (const std::string& name : read.left_out) {
    absl::StrAppend(&text, " without ", name);
  }
  return text;
}

// Runs of all kinds of results, some of which only HDF5 reads.
std::vector<RunRecord> Records() {
  std::vector<RunRecord> records(kRuns);
  for (int64_t i = 0; i < kRuns; ++i) {
    RunRecord& record = records[i];
    record.index = i;
    record.completed = i % 7 != 6;
    record.start_timestamp = 1.7e9;
    const auto add = [&](const std::string& name, Items items) {
      record.leaves.emplace_back(
          LeafHead{absl::StrCat("results.runs.$.", name), "A comment with ä"},
          std::move(items));
    };
    add("z", {{"z", Value(0.5 * i)}});
    add("group.kinds", {{"int", Value(i)},
                        {"small", Value(static_cast<int32_t>(i))},
                        {"byte", Value(static_cast<uint8_t>(i))},
                        {"flag", Value(i % 2 == 0)},
                        {"single", Value(0.5f)},
                        {"text", Value(absl::StrCat("tëxt ", i))},
                        {"empty", Value("")},
                        {"bytes", Value(Bytes{"\xff\x01"})}});
    if (i % 5 == 0) {
      add("list", {{"list", Value::List(std::vector<int64_t>{1, 2, i})}});
      add("array", {{"array", NdArray<double>{{2, 1}, {1, 2}}},
                    {"none", std::vector<double>{}}});
      add("complex", {{"complex", Value(std::complex<double>(1, 2))}});
      add("dict", {{"dict", Value(Dict{{{"a", 1}}})}});
      add("dots", {{"a.b", Value(1)}});
      add("nothing", {});
    }
  }
  return records;
}

class DirectResultsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Trajectory trajectory("t");
    const auto x = trajectory.AddParameter("x", 1.0);
    ASSERT_THAT(trajectory.Explore(x.In(Linspace(0, 1, kRuns))), IsOk());
    ASSERT_THAT(trajectory.AddResult("outside", Value(2)), IsOk());
    Hdf5StorageOptions options;
    options.complevel = 0;
    const auto storage = OpenHdf5Storage(path(), options).value();
    ASSERT_THAT(storage->Store(trajectory), IsOk());
    ASSERT_THAT(storage->StoreRuns(trajectory, Records()), IsOk());
    ASSERT_THAT(storage->Close(), IsOk());
  }

  std::string path() const { return directory_.Path("file.hdf5"); }

  struct Outcome {
    std::vector<std::string> nodes;
    std::vector<std::string> warnings;
  };

  // What there is to read of the results, with HDF5 alone or without it.
  Outcome Read(bool direct, LoadLevel level = LoadLevel::kData,
               std::function<bool(absl::string_view)> wanted = nullptr) const {
    Outcome outcome;
    auto file = File::Open(path(), {});
    if (!file.ok()) return {{file.status().ToString()}, {}};
    const auto group = OpenObject(file->root(), "t");
    if (!group.ok()) return {{group.status().ToString()}, {}};
    Problems problems(/*leave_out=*/true, &outcome.warnings);
    NodeReaderOptions options;
    options.level = [level](absl::string_view) { return level; };
    options.take = [&](NodeRead read) {
      outcome.nodes.push_back(Describe(read));
      return absl::OkStatus();
    };
    options.wanted = std::move(wanted);
    options.length = kRuns;
    options.direct = direct;
    NodeReader reader(std::move(options), &problems);
    const auto link = FindLink(group->get(), "results");
    if (!link.ok()) return {{link.status().ToString()}, {}};
    outcome.nodes.push_back(reader.Read(group->get(), "", *link).ToString());
    return outcome;
  }

  const SilentErrors silent_;
  const TempDirectory directory_;
};

TEST_F(DirectResultsTest, ReadsPlainRuns) {
  const auto file = File::Open(path(), {});
  ASSERT_THAT(file, IsOk());
  const auto reader = DirectResults::Of(file->root());
  ASSERT_NE(reader, nullptr);
  const auto group = OpenObject(file->root(), "t/results/runs");
  ASSERT_THAT(group, IsOk());
  const LeafClasses classes;
  const std::function<bool(absl::string_view)> all;
  for (const int64_t i : {1, 39}) {
    const auto link = FindLink(group->get(), RunName(i));
    ASSERT_THAT(link, IsOk());
    const auto level = [](absl::string_view) { return LoadLevel::kData; };
    std::vector<NodeRead> read;
    EXPECT_TRUE(reader->Read(link->address, "results.runs." + RunName(i),
                             {level, &all, &classes}, &read));
    // The run, its group, and two results.
    EXPECT_EQ(read.size(), 4);
  }
}

TEST_F(DirectResultsTest, IsNotForFilesThatAreBeingWritten) {
  const auto file = File::Open(path(), {.writable = true});
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(DirectResults::Of(file->root()), nullptr);
}

TEST_F(DirectResultsTest, FindsWhatHdf5Finds) {
  for (const LoadLevel level : {LoadLevel::kSkeleton, LoadLevel::kData}) {
    const Outcome with = Read(/*direct=*/true, level);
    const Outcome without = Read(/*direct=*/false, level);
    EXPECT_EQ(with.nodes, without.nodes);
    EXPECT_EQ(with.warnings, without.warnings);
    EXPECT_GT(without.nodes.size(), 4 * kRuns);
  }
}

TEST_F(DirectResultsTest, LeavesOutWhatIsNotWanted) {
  const auto wanted = [](absl::string_view name) { return name == "int"; };
  EXPECT_EQ(Read(true, LoadLevel::kData, wanted).nodes,
            Read(false, LoadLevel::kData, wanted).nodes);
}

// Wherever the file is damaged, what is read is the same.
TEST_F(DirectResultsTest, FindsWhatHdf5FindsInADamagedFile) {
  const std::string bytes = ReadFile(path()).value();
  // The last run is stamped: its bytes lie side by side near the end.
  const size_t first = bytes.rfind("tëxt 38");
  ASSERT_NE(first, std::string::npos);
  for (size_t i = first; i < std::min(first + 6000, bytes.size()); i += 97) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x11);
    ASSERT_THAT(WriteFile(path(), damaged), IsOk());
    const Outcome with = Read(/*direct=*/true);
    const Outcome without = Read(/*direct=*/false);
    EXPECT_EQ(with.nodes, without.nodes) << i;
    EXPECT_EQ(with.warnings, without.warnings) << i;
  }
}

}  // namespace
}  // namespace cppet::hdf5
