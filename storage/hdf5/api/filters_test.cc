#include "cppet/storage/hdf5/api/filters.h"

#include <cstdint>
#include <string>
#include <vector>

#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Filter {
  H5Z_filter_t id;
  std::vector<unsigned> values;

  bool operator==(const Filter& other) const {
    return id == other.id && values == other.values;
  }
};

// The filters of a dataset of 10 x 8 doubles in chunks of 5 rows, as the file
// has them.
std::vector<Filter> Pipeline(const Filters& filters,
                             DatasetKind kind = DatasetKind::kArray,
                             hid_t type = H5T_IEEE_F64LE) {
  const ScratchFile file;
  const hsize_t dims[] = {10, 8};
  const Handle space(H5Screate_simple(2, dims, nullptr));
  const Handle dataset(
      H5Dcreate2(file.root(), "data", type, space.get(), H5P_DEFAULT,
                 DatasetProperties({5, 8}, filters, kind).get(), H5P_DEFAULT));
  const Handle properties(H5Dget_create_plist(dataset.get()));
  std::vector<Filter> pipeline;
  for (int i = 0; i < H5Pget_nfilters(properties.get()); ++i) {
    unsigned flags = 0;
    size_t num_values = 8;
    std::vector<unsigned> values(num_values);
    const H5Z_filter_t id =
        H5Pget_filter2(properties.get(), i, &flags, &num_values, values.data(),
                       0, nullptr, nullptr);
    values.resize(num_values);
    pipeline.push_back({id, values});
  }
  return pipeline;
}

TEST(FiltersTest, HaveTheNumbersOfPyTables) {
  EXPECT_EQ(PackFilters({}), 0x010109);
  EXPECT_EQ(PackFilters({9, Complib::kZlib, true, true}), 0x030109);
  EXPECT_EQ(PackFilters({0, Complib::kBlosc, true, false}), 0);
  EXPECT_EQ(PackFilters({0, Complib::kZlib, true, true}), 0x020000);
  EXPECT_EQ(PackFilters({9, Complib::kLzo, true, false}), 0x010209);
  EXPECT_EQ(PackFilters({1, Complib::kLzo, false, true}), 0x020201);
  EXPECT_EQ(PackFilters({9, Complib::kBzip2, true, false}), 0x010309);
  EXPECT_EQ(PackFilters({5, Complib::kBlosc, false, true}), 0x020405);
  EXPECT_EQ(PackFilters({3, Complib::kBloscLz4, true, false}), 0x010603);
  EXPECT_EQ(PackFilters({9, Complib::kBloscZstd, false, false}), 0x000a09);
}

TEST(FiltersTest, ChecksumsBeforeItCompresses) {
  EXPECT_THAT(Pipeline({9, Complib::kZlib, true, true}),
              ElementsAre(Filter{H5Z_FILTER_FLETCHER32, {}},
                          Filter{H5Z_FILTER_SHUFFLE, {8}},
                          Filter{H5Z_FILTER_DEFLATE, {9}}));
  EXPECT_THAT(Pipeline({0, Complib::kLzo, true, true}),
              ElementsAre(Filter{H5Z_FILTER_FLETCHER32, {}}));
  EXPECT_THAT(Pipeline({0, Complib::kBlosc, true, false}), IsEmpty());
}

TEST(FiltersTest, TellsLzoAndBzip2TheKindOfNode) {
  EXPECT_THAT(
      Pipeline({7, Complib::kLzo, true, false}, DatasetKind::kTable),
      ElementsAre(Filter{H5Z_FILTER_SHUFFLE, {8}}, Filter{305, {7, 27, 0}}));
  EXPECT_THAT(
      Pipeline({1, Complib::kBzip2, false, true}, DatasetKind::kArray),
      ElementsAre(Filter{H5Z_FILTER_FLETCHER32, {}}, Filter{307, {1, 11, 4}}));
}

TEST(FiltersTest, LetsBloscShuffle) {
  EXPECT_THAT(Pipeline({5, Complib::kBlosc, true, false}),
              ElementsAre(Filter{32001, {2, 2, 8, 320, 5, 1}}));
  EXPECT_THAT(Pipeline({5, Complib::kBlosc, false, true}, DatasetKind::kTable),
              ElementsAre(Filter{H5Z_FILTER_FLETCHER32, {}},
                          Filter{32001, {2, 2, 8, 320, 5, 0}}));
  const unsigned first = static_cast<unsigned>(Complib::kBloscBlosclz);
  for (unsigned codec = 0; codec < 6; ++codec) {
    EXPECT_THAT(Pipeline({9, static_cast<Complib>(first + codec), true, false}),
                ElementsAre(Filter{32001, {2, 2, 8, 320, 9, 1, codec}}));
  }
}

TEST(FiltersTest, ShufflesWhatTheElementsOfBloscAre) {
  const Filters filters = {5, Complib::kBlosc, true, false};
  const hsize_t length = 3;
  const Handle array(H5Tarray_create2(H5T_STD_I32LE, 1, &length));
  EXPECT_THAT(Pipeline(filters, DatasetKind::kTable, array.get()),
              ElementsAre(Filter{32001, {2, 2, 4, 480, 5, 1}}));
  const Handle text(H5Tcopy(H5T_C_S1));
  H5Tset_size(text.get(), 300);
  EXPECT_THAT(Pipeline(filters, DatasetKind::kArray, text.get()),
              ElementsAre(Filter{32001, {2, 2, 1, 12000, 5, 1}}));
}

}  // namespace
}  // namespace cppet::hdf5
