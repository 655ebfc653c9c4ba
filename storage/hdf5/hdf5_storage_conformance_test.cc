#include <memory>

#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_conformance.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

class Hdf5Place : public StoragePlace {
 public:
  explicit Hdf5Place(const Hdf5StorageOptions& options) : options_(options) {}

  std::unique_ptr<StorageService> Open() override {
    return OpenHdf5Storage(directory_.Path("file.hdf5"), options_).value();
  }

 private:
  const TempDirectory directory_;
  const Hdf5StorageOptions options_;
};

StoragePlaceFactory PlacesWith(const Hdf5StorageOptions& options) {
  return [options] { return std::make_unique<Hdf5Place>(options); };
}

INSTANTIATE_TEST_SUITE_P(Hdf5, StorageConformanceTest,
                         ::testing::Values(PlacesWith({})));

INSTANTIATE_TEST_SUITE_P(
    Hdf5Uncompressed, StorageConformanceTest,
    ::testing::Values(PlacesWith({.complevel = 0,
                                  .fletcher32 = true,
                                  .small_overview_tables = false,
                                  .summary_tables = false,
                                  .purge_duplicate_comments = false})));

INSTANTIATE_TEST_SUITE_P(
    Hdf5LargeTables, StorageConformanceTest,
    ::testing::Values(PlacesWith(
        {.complevel = 1, .shuffle = false, .large_overview_tables = true})));

INSTANTIATE_TEST_SUITE_P(
    Hdf5Columns, StorageConformanceTest,
    ::testing::Values(PlacesWith({.result_layout = ResultLayout::kColumns})));

}  // namespace
}  // namespace cppet
