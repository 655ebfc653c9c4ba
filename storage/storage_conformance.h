#ifndef CPPET_STORAGE_STORAGE_CONFORMANCE_H_
#define CPPET_STORAGE_STORAGE_CONFORMANCE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gtest/gtest.h"

namespace cppet {

// A place where services keep trajectories; nothing is there at first.
class StoragePlace {
 public:
  virtual ~StoragePlace() = default;
  // A new service on this place, with the settings that are usual.
  virtual std::unique_ptr<StorageService> Open() = 0;
};

using StoragePlaceFactory = std::function<std::unique_ptr<StoragePlace>()>;

// What holds for each storage service:
//
//   INSTANTIATE_TEST_SUITE_P(
//       Hdf5, StorageConformanceTest, ::testing::Values([] { ... }));
class StorageConformanceTest
    : public ::testing::TestWithParam<StoragePlaceFactory> {
 protected:
  StorageConformanceTest() : place_(GetParam()()), service_(place_->Open()) {}

  // Lets go of the place and opens it anew.
  void Reopen();
  // Stores, opens anew and loads all; fails the test if that does not work.
  std::unique_ptr<Trajectory> Reloaded(Trajectory& trajectory);
  std::unique_ptr<Trajectory> LoadAllOf(const std::string& name);

  const std::unique_ptr<StoragePlace> place_;
  std::unique_ptr<StorageService> service_;
};

}  // namespace cppet

#endif  // CPPET_STORAGE_STORAGE_CONFORMANCE_H_
