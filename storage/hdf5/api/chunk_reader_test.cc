#include "cppet/storage/hdf5/api/chunk_reader.h"

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/chunk_writer.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/codecs/chunk_decoder.h"
#include "cppet/storage/hdf5/codecs/chunk_encoder.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

#pragma pack(push, 1)
struct Element {
  int64_t number;
  char text[3];
  double noise;
};
#pragma pack(pop)

constexpr int64_t kLength = 300;  // of a chunk
constexpr int64_t kChunks = 70;
constexpr ChunkSize kSize = {kLength, sizeof(Element)};
const std::vector<ElementPart> kWhole = {{0, sizeof(Element)}};

std::vector<Element> MakeElements() {
  std::mt19937_64 random(1);
  std::vector<Element> elements(kLength * kChunks);
  for (size_t i = 0; i < elements.size(); ++i) {
    elements[i].number = i / 7;
    std::memcpy(elements[i].text, "abc", 3);
    elements[i].noise = static_cast<double>(random());
  }
  return elements;
}

Filters Zlib(int complevel, bool shuffle) {
  Filters filters;
  filters.complevel = complevel;
  filters.shuffle = shuffle;
  return filters;
}

class ChunkReaderTest : public ::testing::Test {
 protected:
  Handle Create(const Filters& filters) {
    const hsize_t size = kLength * kChunks;
    const Handle space(H5Screate_simple(1, &size, nullptr));
    const Handle properties =
        DatasetProperties({kLength}, filters, DatasetKind::kTable);
    type_ = Handle(H5Tcreate(H5T_OPAQUE, sizeof(Element)));
    return Handle(H5Dcreate2(file_.root(), "elements", type_.get(), space.get(),
                             H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  }

  // All of them, by HDF5.
  Handle Write(const Filters& filters) {
    Handle dataset = Create(filters);
    EXPECT_GE(H5Dwrite(dataset.get(), type_.get(), H5S_ALL, H5S_ALL,
                       H5P_DEFAULT, elements_.data()),
              0);
    return dataset;
  }

  // Replaces what is stored of the chunk `number`.
  static void Replace(const Handle& dataset, int64_t number, uint32_t mask,
                      const std::string& bytes) {
    const hsize_t offset = number * kLength;
    ASSERT_GE(H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, mask, &offset,
                             bytes.size(), bytes.data()),
              0);
  }

  static std::string Stored(const Handle& dataset, int64_t number) {
    const hsize_t offset = number * kLength;
    hsize_t size = 0;
    EXPECT_GE(H5Dget_chunk_storage_size(dataset.get(), &offset, &size), 0);
    std::string bytes(size, '\0');
    uint32_t mask = 0;
    EXPECT_GE(
        H5Dread_chunk(dataset.get(), H5P_DEFAULT, &offset, &mask, &bytes[0]),
        0);
    return bytes;
  }

  bool CanRead(const Handle& dataset) {
    std::vector<Element> read(elements_.size());
    return ReadWholeChunks(dataset.get(), kSize, 0, kChunks, kWhole,
                           reinterpret_cast<char*>(read.data()));
  }

  void ExpectAllRead(const Handle& dataset) {
    std::vector<Element> read(elements_.size());
    ASSERT_TRUE(ReadWholeChunks(dataset.get(), kSize, 0, kChunks, kWhole,
                                reinterpret_cast<char*>(read.data())));
    EXPECT_EQ(std::memcmp(read.data(), elements_.data(),
                          read.size() * sizeof(Element)),
              0);
  }

  ScratchFile file_;
  Handle type_;
  const std::vector<Element> elements_ = MakeElements();
};

TEST_F(ChunkReaderTest, ReadsWhatHdf5Compressed) {
  ExpectAllRead(Write(Zlib(1, true)));
}

TEST_F(ChunkReaderTest, ReadsWhatIsNotShuffled) {
  ExpectAllRead(Write(Zlib(9, false)));
}

TEST_F(ChunkReaderTest, ReadsWhatWeCompressed) {
  const Handle dataset = Create(Zlib(6, true));
  ASSERT_THAT(
      WriteWholeChunks(
          dataset.get(), 0, kLength, kLength * sizeof(Element),
          absl::string_view(reinterpret_cast<const char*>(elements_.data()),
                            elements_.size() * sizeof(Element))),
      IsOkAndHolds(true));
  ExpectAllRead(dataset);
}

TEST_F(ChunkReaderTest, ReadsPartsOfElements) {
  for (const bool shuffle : {true, false}) {
    const Handle dataset = Write(Zlib(1, shuffle));
    constexpr int64_t kFirst = 2 * kLength;
    std::vector<char> read(3 * kLength * 10);
    ASSERT_TRUE(ReadWholeChunks(dataset.get(), kSize, kFirst, 3,
                                {{9, 2}, {0, 8}}, read.data()));
    for (int64_t i = 0; i < 3 * kLength; ++i) {
      const std::string element(read.data() + i * 10, 10);
      ASSERT_EQ(element.substr(0, 2), "bc") << i;
      ASSERT_EQ(std::memcmp(element.data() + 2, &elements_[kFirst + i].number,
                            sizeof(int64_t)),
                0)
          << i;
    }
    ASSERT_GE(H5Ldelete(file_.root(), "elements", H5P_DEFAULT), 0);
  }
}

TEST_F(ChunkReaderTest, ReadsChunksThatNoFilterMadeSmaller) {
  const Handle dataset = Write(Zlib(1, true));
  Replace(dataset, 5, kNoFilters,
          std::string(reinterpret_cast<const char*>(&elements_[5 * kLength]),
                      kLength * sizeof(Element)));
  ExpectAllRead(dataset);
}

TEST_F(ChunkReaderTest, LeavesOtherFiltersToHdf5) {
  Filters filters = Zlib(1, true);
  filters.fletcher32 = true;
  EXPECT_FALSE(CanRead(Write(filters)));
  ASSERT_GE(H5Ldelete(file_.root(), "elements", H5P_DEFAULT), 0);
  filters = Zlib(1, true);
  filters.complib = Complib::kLzo;
  EXPECT_FALSE(CanRead(Write(filters)));
  ASSERT_GE(H5Ldelete(file_.root(), "elements", H5P_DEFAULT), 0);
  EXPECT_FALSE(CanRead(Write(Zlib(0, true))));
}

TEST_F(ChunkReaderTest, LeavesChunksThatAreNotThereToHdf5) {
  EXPECT_FALSE(CanRead(Create(Zlib(1, true))));
}

TEST_F(ChunkReaderTest, LeavesDamageToHdf5) {
  const Handle dataset = Write(Zlib(1, true));
  const std::string good = Stored(dataset, 40);
  std::string flipped = good;
  flipped[good.size() / 2] ^= 1;
  const std::vector<std::string> bad = {
      flipped, good.substr(0, good.size() - 1), good.substr(0, 1), "x",
      std::string(100000, 'x')};
  for (const std::string& bytes : bad) {
    Replace(dataset, 40, 0, bytes);
    EXPECT_FALSE(CanRead(dataset));
  }
  Replace(dataset, 40, 0, good);
  ExpectAllRead(dataset);
  // Without one of the filters, or without any and of another size.
  Replace(dataset, 40, 1, good + "x");
  EXPECT_FALSE(CanRead(dataset));
  Replace(dataset, 40, kNoFilters, good);
  EXPECT_FALSE(CanRead(dataset));
}

}  // namespace
}  // namespace cppet::hdf5
