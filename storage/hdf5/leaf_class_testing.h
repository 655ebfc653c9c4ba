#ifndef CPPET_STORAGE_HDF5_LEAF_CLASS_TESTING_H_
#define CPPET_STORAGE_HDF5_LEAF_CLASS_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/testdata/classes/geo_point.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gtest/gtest.h"

namespace cppet {

// A test of files that have leaves of the class geo.Point.
class LeafClassTest : public ::testing::Test {
 protected:
  static constexpr char kPoint[] = "testdata/classes/libgeo.so:geo.Point";

  // A storage that knows the class.
  std::unique_ptr<StorageService> Open(absl::string_view file = "file.hdf5",
                                       Hdf5StorageOptions options = {});
  // One that does not.
  std::unique_ptr<StorageService> OpenPlain(
      absl::string_view file = "file.hdf5");

  // Stores the trajectory t in file.hdf5: a parameter p that is explored over
  // `points`, one q that is not, and a result r, all of them points.
  void StorePoints(const std::vector<geo::Point>& points,
                   StorageService* storage);
  // Loads all of it.
  std::unique_ptr<Trajectory> LoadAllOf(StorageService* storage);

  // What the group of a leaf in file.hdf5 has: its class and the names of its
  // members, "geo.Point: x, y".
  std::string Shown(const std::string& path);

  const TempDirectory directory_;
};

// As it is without the class.
Value AsDict(const geo::Point& point);

const Parameter& ParameterOf(const Trajectory& trajectory,
                             absl::string_view full_name);
const Result& ResultOf(const Trajectory& trajectory,
                       absl::string_view full_name);

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_LEAF_CLASS_TESTING_H_
