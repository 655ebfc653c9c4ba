#include "cppet/storage/hdf5/stamps/stamp.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/memory_file.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::SizeIs;

absl::string_view BytesOf(const double& value) {
  return absl::string_view(reinterpret_cast<const char*>(&value),
                           sizeof(value));
}

void WriteNumber(hid_t group, const char* name, double value,
                 H5D_layout_t layout = H5D_CONTIGUOUS) {
  const Handle space(H5Screate(H5S_SCALAR));
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_layout(properties.get(), layout);
  H5Pset_obj_track_times(properties.get(), false);
  const Handle dataset(H5Dcreate2(group, name, H5T_IEEE_F64LE, space.get(),
                                  H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  ASSERT_GE(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL,
                     H5P_DEFAULT, &value),
            0);
  ASSERT_THAT(WriteText(dataset.get(), "CLASS", "ARRAY"), IsOk());
}

// A dataset that can grow, in chunks of one number.
void WriteRows(hid_t group, const char* name, hsize_t size, double value,
               bool compress = false) {
  const hsize_t unlimited = H5S_UNLIMITED;
  const hsize_t chunk = 1;
  const Handle space(H5Screate_simple(1, &size, &unlimited));
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(properties.get(), 1, &chunk);
  H5Pset_obj_track_times(properties.get(), false);
  if (compress) H5Pset_deflate(properties.get(), 1);
  const Handle dataset(H5Dcreate2(group, name, H5T_IEEE_F64LE, space.get(),
                                  H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  const std::vector<double> values(size, value);
  ASSERT_GE(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL,
                     H5P_DEFAULT, values.data()),
            0);
}

double ReadNumber(hid_t root, const std::string& path) {
  const Handle dataset(H5Dopen2(root, path.c_str(), H5P_DEFAULT));
  double value = -1;
  EXPECT_GE(H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL,
                    H5P_DEFAULT, &value),
            0)
      << path;
  return value;
}

class StampTest : public ::testing::Test {
 protected:
  StampTest() : memory_(MemoryFile::Create().value()) {
    run_ = CreateGroup(memory_.root(), "run", {}).value();
  }

  absl::StatusOr<Stamp> Make() {
    const std::string image = memory_.Image().value();
    H5O_info_t info;
    EXPECT_GE(H5Oget_info2(run_.get(), &info, H5O_INFO_BASIC), 0);
    return Stamp::Of(image, info.addr, MemoryFile::kChunkIndexRank);
  }

  // Adds a copy with `data` to the group `parent` of `file`.
  static void Add(const Stamp& stamp, const std::vector<double>& data,
                  hid_t parent, const std::string& name, File* file) {
    std::vector<absl::string_view> bytes;
    for (const double& value : data) bytes.push_back(BytesOf(value));
    const auto address = file->Append(
        stamp.size(),
        [&](uint64_t place, char* out) { stamp.Press(place, bytes, out); });
    ASSERT_THAT(address, IsOk());
    const Handle group(H5Oopen_by_addr(parent, *address));
    ASSERT_TRUE(group.ok());
    ASSERT_GE(
        H5Olink(group.get(), parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
        0);
  }

  const SilentErrors silent_;
  MemoryFile memory_;
  Handle run_;
};

TEST_F(StampTest, MakesGroupsWithOtherData) {
  const Handle leaf = CreateGroup(run_.get(), "z", {}).value();
  WriteNumber(leaf.get(), "z", 0);
  WriteNumber(run_.get(), "compact", 0, H5D_COMPACT);
  const auto stamp = Make();
  ASSERT_THAT(stamp, IsOk());
  ASSERT_THAT(stamp->slots(), SizeIs(2));
  const bool z_first = stamp->slots()[0].path == "z/z";
  EXPECT_EQ(stamp->slots()[z_first ? 1 : 0].path, "compact");
  EXPECT_EQ(stamp->slots()[0].size, sizeof(double));

  ScratchFile scratch;
  constexpr int kCopies = 1000;
  for (int i = 0; i < kCopies; ++i) {
    const double z = i + 0.5;
    const double compact = -i;
    Add(*stamp, z_first ? std::vector{z, compact} : std::vector{compact, z},
        scratch.root(), absl::StrCat("run_", i), &scratch.file());
    if (i % 300 == 0) {
      ASSERT_THAT(scratch.file().Commit(), IsOk());
    }
  }
  ASSERT_THAT(scratch.file().Close(), IsOk());

  // Stock HDF5 reads it, and goes on with it.
  const Handle stock(
      H5Fopen(scratch.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  ASSERT_TRUE(stock.ok());
  for (int i = 0; i < kCopies; ++i) {
    const std::string run = absl::StrCat("/run_", i, "/");
    EXPECT_EQ(ReadNumber(stock.get(), run + "z/z"), i + 0.5);
    EXPECT_EQ(ReadNumber(stock.get(), run + "compact"), -i);
  }
  H5O_info_t info;
  ASSERT_GE(H5Oget_info_by_name2(stock.get(), "/run_7", &info, H5O_INFO_BASIC,
                                 H5P_DEFAULT),
            0);
  EXPECT_EQ(info.rc, 1);
  const Handle seventh(H5Gopen2(stock.get(), "/run_7", H5P_DEFAULT));
  EXPECT_EQ(ReadText(seventh.get(), "CLASS").value_or(""), "GROUP");
  for (int i = 0; i < 100; ++i) {
    WriteNumber(seventh.get(), absl::StrCat("more_", i).c_str(), i);
  }
  EXPECT_EQ(ReadNumber(seventh.get(), "z/z"), 7.5);
  EXPECT_EQ(ReadNumber(seventh.get(), "more_99"), 99);
  EXPECT_GE(H5Ldelete(stock.get(), "/run_8", H5P_DEFAULT), 0);
  EXPECT_EQ(ReadNumber(stock.get(), "/run_9/z/z"), 9.5);
}

TEST_F(StampTest, MakesDatasetsOfOneChunk) {
  WriteRows(run_.get(), "rows", 1, 0.5);
  WriteNumber(run_.get(), "z", 0);
  const auto stamp = Make();
  ASSERT_THAT(stamp, IsOk());
  ASSERT_THAT(stamp->slots(), SizeIs(2));
  const bool z_first = stamp->slots()[0].path == "z";
  ScratchFile scratch;
  for (int i = 0; i < 20; ++i) {
    const double z = -i;
    const double row = i + 0.5;
    Add(*stamp, z_first ? std::vector{z, row} : std::vector{row, z},
        scratch.root(), absl::StrCat("run_", i), &scratch.file());
  }
  ASSERT_THAT(scratch.file().Close(), IsOk());

  // Stock HDF5 reads it, and appends to it.
  const Handle stock(
      H5Fopen(scratch.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(ReadNumber(stock.get(), absl::StrCat("/run_", i, "/rows")),
              i + 0.5);
  }
  const Handle rows(H5Dopen2(stock.get(), "/run_7/rows", H5P_DEFAULT));
  constexpr hsize_t kMore = 50;
  ASSERT_GE(H5Dset_extent(rows.get(), &kMore), 0);
  std::vector<double> values(kMore);
  for (int i = 0; i < kMore; ++i) values[i] = i;
  ASSERT_GE(H5Dwrite(rows.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL,
                     H5P_DEFAULT, values.data()),
            0);
  std::vector<double> read(kMore);
  ASSERT_GE(H5Dread(rows.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL,
                    H5P_DEFAULT, read.data()),
            0);
  EXPECT_EQ(read, values);
  EXPECT_EQ(ReadNumber(stock.get(), "/run_8/rows"), 8.5);
}

TEST_F(StampTest, IsTakenBackWithTheRest) {
  WriteNumber(run_.get(), "z", 0);
  const auto stamp = Make();
  ASSERT_THAT(stamp, IsOk());
  ScratchFile scratch;
  Add(*stamp, {1}, scratch.root(), "kept", &scratch.file());
  ASSERT_THAT(scratch.file().Commit(), IsOk());
  Add(*stamp, {2}, scratch.root(), "lost", &scratch.file());
  scratch.file().Abandon();
  const auto file = File::Open(scratch.path(), {});
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(ReadNumber(file->root(), "kept/z"), 1);
  EXPECT_FALSE(HasLink(file->root(), "lost"));
}

TEST_F(StampTest, IsInTheFileAlsoIfHdf5AddsNothingAfterIt) {
  WriteNumber(run_.get(), "z", 0);
  const auto stamp = Make();
  ASSERT_THAT(stamp, IsOk());
  ScratchFile scratch;
  ASSERT_THAT(scratch.file().Commit(), IsOk());
  Add(*stamp, {1}, scratch.root(), "first", &scratch.file());
  ASSERT_THAT(scratch.file().Commit(), IsOk());
  const double two = 2;
  ASSERT_THAT(scratch.file().Append(stamp->size(),
                                    [&](uint64_t place, char* out) {
                                      stamp->Press(place, {BytesOf(two)}, out);
                                    }),
              IsOk());
  ASSERT_THAT(scratch.file().Close(), IsOk());
  const Handle stock(
      H5Fopen(scratch.path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  ASSERT_TRUE(stock.ok());
  EXPECT_EQ(ReadNumber(stock.get(), "/first/z"), 1);
}

TEST_F(StampTest, CannotHaveWhatIsKeptApart) {
  WriteRows(run_.get(), "empty", 0, 0);
  EXPECT_THAT(Make(), StatusIs(absl::StatusCode::kUnimplemented));
  ASSERT_GE(H5Ldelete(run_.get(), "empty", H5P_DEFAULT), 0);
  WriteRows(run_.get(), "chunks", 2, 0.5);
  EXPECT_THAT(Make(), StatusIs(absl::StatusCode::kUnimplemented));
  ASSERT_GE(H5Ldelete(run_.get(), "chunks", H5P_DEFAULT), 0);
  WriteRows(run_.get(), "compressed", 1, 0.5, /*compress=*/true);
  EXPECT_THAT(Make(), StatusIs(absl::StatusCode::kUnimplemented));
  ASSERT_GE(H5Ldelete(run_.get(), "compressed", H5P_DEFAULT), 0);
  EXPECT_THAT(Make(), IsOk());
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(CreateGroup(run_.get(), absl::StrCat("g", i), {}), IsOk());
  }
  EXPECT_THAT(Make(), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST_F(StampTest, SurvivesDamagedImages) {
  const Handle leaf = CreateGroup(run_.get(), "z", {}).value();
  WriteNumber(leaf.get(), "z", 0);
  WriteRows(leaf.get(), "rows", 1, 0.5);
  const std::string image = memory_.Image().value();
  H5O_info_t info;
  ASSERT_GE(H5Oget_info2(run_.get(), &info, H5O_INFO_BASIC), 0);
  int made = 0;
  for (size_t i = info.addr; i < image.size(); ++i) {
    for (const char bits : {'\x01', '\x80', '\xff'}) {
      std::string damaged = image;
      damaged[i] ^= bits;
      const auto stamp =
          Stamp::Of(damaged, info.addr, MemoryFile::kChunkIndexRank);
      made += stamp.ok();
      if (stamp.ok()) continue;
      EXPECT_TRUE(absl::IsUnimplemented(stamp.status()) ||
                  absl::IsDataLoss(stamp.status()));
    }
  }
  EXPECT_GT(made, 0);
  for (size_t size = 0; size < image.size(); size += 7) {
    Stamp::Of(image.substr(0, size), info.addr, MemoryFile::kChunkIndexRank)
        .status()
        .IgnoreError();
  }
  EXPECT_THAT(Stamp::Of(image, image.size() + 1, MemoryFile::kChunkIndexRank),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace cppet::hdf5
