// Runs that are stored as copies of others' bytes are like those that are
// stored object by object.

#include <algorithm>
#include <complex>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet {
namespace {

using ::testing::IsEmpty;

constexpr int kRuns = 60;
// Is stored object by object, as one of the first of its kind, and by a stamp.
constexpr int kFirst = 5;
constexpr int kStamped = 50;

std::string Encoded(herr_t (*encode)(hid_t, void*, size_t*), hid_t id) {
  size_t size = 0;
  EXPECT_GE(encode(id, nullptr, &size), 0);
  std::string bytes(size, '\0');
  EXPECT_GE(encode(id, bytes.data(), &size), 0);
  return absl::BytesToHexString(bytes);
}

std::string SpaceText(hid_t space) {
  return absl::StrCat("space ", H5Sget_simple_extent_type(space), " ",
                      H5Sget_simple_extent_npoints(space));
}

herr_t DescribeAttribute(hid_t object, const char* name, const H5A_info_t*,
                         void* lines) {
  const hdf5::Handle attribute(H5Aopen(object, name, H5P_DEFAULT));
  const hdf5::Handle type(H5Aget_type(attribute.get()));
  const hdf5::Handle space(H5Aget_space(attribute.get()));
  std::string bytes(H5Aget_storage_size(attribute.get()), '\0');
  EXPECT_GE(H5Aread(attribute.get(), type.get(), bytes.data()), 0);
  static_cast<std::vector<std::string>*>(lines)->push_back(absl::StrCat(
      "attribute ", name, ": ", Encoded(H5Tencode, type.get()), " ",
      SpaceText(space.get()), " ", absl::BytesToHexString(bytes)));
  return 0;
}

// All that can be asked of an object and what is below it.
void Describe(hid_t object, const std::string& path,
              std::vector<std::string>* lines) {
  H5O_info_t info;
  ASSERT_GE(H5Oget_info2(object, &info, H5O_INFO_ALL), 0);
  lines->push_back(absl::StrCat(path, ": type ", info.type, ", links ", info.rc,
                                ", attributes ", info.num_attrs));
  std::vector<std::string> attributes;
  ASSERT_GE(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr,
                        DescribeAttribute, &attributes),
            0);
  lines->insert(lines->end(), attributes.begin(), attributes.end());
  if (hdf5::IsGroup(object)) {
    const std::vector<hdf5::Link> links = hdf5::ListLinks(object).value();
    for (const hdf5::Link& link : links) {
      const hdf5::Handle child = hdf5::OpenObject(object, link.name).value();
      Describe(child.get(), absl::StrCat(path, "/", link.name), lines);
    }
    return;
  }
  const hdf5::Handle type(H5Dget_type(object));
  const hdf5::Handle space(H5Dget_space(object));
  std::string bytes(
      H5Tget_size(type.get()) * H5Sget_simple_extent_npoints(space.get()),
      '\0');
  ASSERT_GE(
      H5Dread(object, type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()),
      0);
  lines->push_back(absl::StrCat("data ", Encoded(H5Tencode, type.get()), " ",
                                SpaceText(space.get()), " ",
                                absl::BytesToHexString(bytes)));
}

class Hdf5StampsTest : public ::testing::Test {
 protected:
  Hdf5StampsTest() : trajectory_("traj") {
    const auto i = trajectory_.AddParameter("i", int64_t{0});
    EXPECT_THAT(trajectory_.Explore(
                    CartesianProduct(i.In(Arange(int64_t{0}, int64_t{kRuns})))),
                IsOk());
  }

  std::string path() const { return folder_.Path("traj.hdf5"); }

  RunRecord Record(int64_t index, Items items) const {
    RunRecord record;
    record.index = index;
    record.completed = true;
    record.leaves.emplace_back(
        LeafHead{"results.runs.$.group.z", "the same in all runs"},
        std::move(items));
    return record;
  }

  void Open() {
    storage_ = OpenHdf5Storage(path()).value();
    ASSERT_THAT(storage_->Store(trajectory_), IsOk());
  }

  // Stores all runs but for those in `left_out`, some at a time.
  void StoreAll(const std::function<RunRecord(int64_t)>& record) {
    Open();
    std::vector<RunRecord> some;
    for (int64_t i = 0; i < kRuns; ++i) {
      some.push_back(record(i));
      if (some.size() < 7 && i + 1 < kRuns) continue;
      ASSERT_THAT(storage_->StoreRuns(trajectory_, some), IsOk());
      some.clear();
    }
    ASSERT_THAT(storage_->Close(), IsOk());
  }

  std::vector<std::string> DescribeRun(
      int64_t index, const std::string& branch = "results") const {
    const hdf5::Handle file(
        H5Fopen(path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    const hdf5::Handle run(H5Oopen(
        file.get(),
        absl::StrCat("/traj/", branch, "/runs/", RunName(index)).c_str(),
        H5P_DEFAULT));
    std::vector<std::string> lines;
    Describe(run.get(), "", &lines);
    return lines;
  }

  // Bytes that the header of the run's group takes.
  uint64_t HeaderSize(int64_t index) const {
    return InfoOf(index).hdr.space.total;
  }

  // Where the run's group is in the file.
  uint64_t Address(int64_t index) const { return InfoOf(index).addr; }

  H5O_info_t InfoOf(int64_t index) const {
    const hdf5::Handle file(
        H5Fopen(path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    H5O_info_t info;
    EXPECT_GE(H5Oget_info_by_name2(
                  file.get(),
                  absl::StrCat("/traj/results/runs/", RunName(index)).c_str(),
                  &info, H5O_INFO_BASIC | H5O_INFO_HDR, H5P_DEFAULT),
              0);
    return info;
  }

  // Whether two runs, one after the other, are stamped: then they lie side by
  // side.
  bool AreStamped(int64_t index) const {
    const uint64_t first = Address(index + 1) - Address(index);
    return first == Address(index + 2) - Address(index + 1);
  }

  std::unique_ptr<Trajectory> Load() const {
    return OpenHdf5Storage(path()).value()->Load("traj", LoadAll()).value();
  }

  // The item `number` of a run; -1 if there is none.
  static double NumberOf(const Trajectory& trajectory, int64_t index) {
    const Node* node = trajectory.tree().FindExact(
        absl::StrCat("results.runs.", RunName(index), ".group.z"));
    if (node == nullptr) return -1;
    for (const auto& [name, value] :
         static_cast<const Result*>(node)->items()) {
      if (name == "number") return value.As<double>().value_or(-1);
    }
    return -1;
  }

  const hdf5::SilentErrors silent_;
  const TempDirectory folder_;
  Trajectory trajectory_;
  std::unique_ptr<StorageService> storage_;
};

Items Scalars(int64_t i) {
  return {{"float", i + 0.5},
          {"int", i},
          {"narrow", static_cast<int16_t>(i)},
          {"flag", i % 2 == 0},
          {"complex", std::complex<double>(i, -i)},
          {"text", absl::StrCat("run ", 100 + i)},
          {"empty", ""},
          {"bytes", Bytes{"\xff\x01"}},
          {"nested.deep.number", 2.0 * i},
          {"single", static_cast<float>(i)}};
}

TEST_F(Hdf5StampsTest, HaveAllThatOtherRunsHave) {
  // The values of two runs are the same.
  StoreAll([&](int64_t i) {
    return Record(i, Scalars(i == kStamped ? kFirst : i));
  });
  EXPECT_TRUE(AreStamped(kStamped));
  EXPECT_FALSE(AreStamped(kFirst));
  EXPECT_EQ(DescribeRun(kStamped), DescribeRun(kFirst));
  EXPECT_THAT(CheckHdf5File(path()), IsOkAndHolds(IsEmpty()));
  const auto loaded = Load();
  for (int64_t i = 0; i < kRuns; ++i) {
    const std::string z = absl::StrCat("results.runs.", RunName(i), ".group.z");
    const auto* result =
        static_cast<const Result*>(loaded->tree().FindExact(z));
    ASSERT_NE(result, nullptr) << z;
    Items sorted = Scalars(i == kStamped ? kFirst : i);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    Items found = result->items();
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    EXPECT_EQ(found, sorted) << z;
    EXPECT_TRUE(loaded->completed(i));
  }
}

TEST_F(Hdf5StampsTest, HaveDerivedParameters) {
  const auto name = [](int64_t i, absl::string_view last) {
    return absl::StrCat("derived_parameters.runs.", RunName(i), ".", last);
  };
  const auto seed = [](int64_t i) { return uint64_t{1} << (i % 64); };
  StoreAll([&](int64_t i) {
    const int64_t value = i == kStamped ? kFirst : i;
    RunRecord record = Record(i, {{"number", 0.5 * value}});
    LeafHead head;
    head.kind = Node::Kind::kParameter;
    head.class_name = "Parameter";
    head.name = "derived_parameters.runs.$.seed";
    record.leaves.emplace_back(head, Items{{"data", seed(value)}});
    head.name = "derived_parameters.runs.$.group.label";
    record.leaves.emplace_back(
        head, Items{{"data", absl::StrCat("run ", 100 + value)}});
    return record;
  });
  EXPECT_TRUE(AreStamped(kStamped));
  EXPECT_EQ(DescribeRun(kStamped), DescribeRun(kFirst));
  EXPECT_EQ(DescribeRun(kStamped, "derived_parameters"),
            DescribeRun(kFirst, "derived_parameters"));
  EXPECT_THAT(CheckHdf5File(path()), IsOkAndHolds(IsEmpty()));
  const auto loaded = Load();
  for (int64_t i = 0; i < kRuns; ++i) {
    const int64_t value = i == kStamped ? kFirst : i;
    EXPECT_EQ(NumberOf(*loaded, i), 0.5 * value);
    const auto* parameter = static_cast<const Parameter*>(
        loaded->tree().FindExact(name(i, "seed")));
    ASSERT_NE(parameter, nullptr) << i;
    EXPECT_THAT(parameter->value()->As<uint64_t>(), IsOkAndHolds(seed(value)));
    parameter = static_cast<const Parameter*>(
        loaded->tree().FindExact(name(i, "group.label")));
    ASSERT_NE(parameter, nullptr) << i;
    EXPECT_THAT(parameter->value()->As<std::string>(),
                IsOkAndHolds(absl::StrCat("run ", 100 + value)));
  }
}

TEST_F(Hdf5StampsTest, OutliveTheTimeThatTheFileIsOpen) {
  Open();
  for (int64_t i = 0; i < kRuns; ++i) {
    ASSERT_THAT(
        storage_->StoreRuns(trajectory_, {Record(i, {{"number", 0.5 * i}})}),
        IsOk());
    if (i % 5 == 4) {
      ASSERT_THAT(storage_->Close(), IsOk());
    }
  }
  ASSERT_THAT(storage_->Close(), IsOk());
  // HDF5 leaves no gap of that size in the headers that it makes itself.
  EXPECT_NE(HeaderSize(40), HeaderSize(2));
  EXPECT_EQ(HeaderSize(41), HeaderSize(40));
  EXPECT_EQ(HeaderSize(44), HeaderSize(40));
  EXPECT_EQ(NumberOf(*Load(), 44), 22);
}

TEST_F(Hdf5StampsTest, StandBesideRunsOfOtherKinds) {
  StoreAll([&](int64_t i) {
    if (i % 3 == 0) return Record(i, {{"text", std::string(i + 1, 'x')}});
    if (i % 3 == 1) return Record(i, {{"array", std::vector<double>(i, 0.5)}});
    RunRecord record = Record(i, {{"number", 0.5 * i}});
    if (i == 29) {
      LeafHead head = *record.leaves[0].head;
      head.annotations["unit"] = "mV";
      record.leaves[0] = {std::move(head), record.leaves[0].items};
    }
    record.completed = i != 32;
    record.failure = i == 32 ? "no" : "";
    return record;
  });
  const auto loaded = Load();
  for (int64_t i = 2; i < kRuns; i += 3) {
    EXPECT_EQ(NumberOf(*loaded, i), 0.5 * i);
  }
  EXPECT_FALSE(loaded->completed(32));
  EXPECT_TRUE(loaded->completed(59));
}

TEST_F(Hdf5StampsTest, AreReplacedWhenARunIsTriedAgain) {
  Open();
  std::vector<RunRecord> records;
  for (int64_t i = 0; i < kRuns; ++i) {
    records.push_back(Record(i, {{"number", 0.5 * i}}));
  }
  RunRecord failed = records[40];
  failed.completed = false;
  failed.failure = "no convergence";
  const RunRecord again = records[40];
  records[40] = failed;
  ASSERT_THAT(storage_->StoreRuns(trajectory_, records), IsOk());
  ASSERT_THAT(storage_->StoreRuns(trajectory_, {again}), IsOk());
  EXPECT_THAT(storage_->StoreRuns(trajectory_, {again}),
              StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_THAT(storage_->Close(), IsOk());
  const auto loaded = Load();
  EXPECT_TRUE(loaded->completed());
  EXPECT_EQ(NumberOf(*loaded, 40), 20);
}

TEST_F(Hdf5StampsTest, AreNotMadeWhereTheUserHasPutSomething) {
  ASSERT_THAT(trajectory_.AddResult(
                  absl::StrCat("results.runs.", RunName(50), ".note"), 1.0),
              IsOk());
  Open();
  std::vector<RunRecord> records;
  for (int64_t i = 0; i < kRuns; ++i) {
    records.push_back(Record(i, {{"number", 0.5 * i}}));
  }
  ASSERT_THAT(storage_->StoreRuns(trajectory_, records), IsOk());
  ASSERT_THAT(storage_->Close(), IsOk());
  EXPECT_TRUE(Load()->completed(50));
}

TEST_F(Hdf5StampsTest, KeepCommentsThatAreNotShared) {
  Hdf5StorageOptions options;
  options.purge_duplicate_comments = false;
  storage_ = OpenHdf5Storage(path(), options).value();
  ASSERT_THAT(storage_->Store(trajectory_), IsOk());
  std::vector<RunRecord> records;
  for (int64_t i = 0; i < kRuns; ++i) {
    records.push_back(Record(i, {{"number", 0.5 * i}}));
  }
  ASSERT_THAT(storage_->StoreRuns(trajectory_, records), IsOk());
  ASSERT_THAT(storage_->Close(), IsOk());
  EXPECT_TRUE(AreStamped(kStamped));
  const auto loaded = Load();
  for (const int64_t i : {0, kFirst, kStamped}) {
    EXPECT_EQ(
        loaded->tree()
            .FindExact(absl::StrCat("results.runs.", RunName(i), ".group.z"))
            ->comment(),
        "the same in all runs");
  }
}

}  // namespace
}  // namespace cppet
