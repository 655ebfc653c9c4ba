#ifndef CPPET_STORAGE_STORAGE_CONFORMANCE_H_
#define CPPET_STORAGE_STORAGE_CONFORMANCE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
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

// Values of each type and form that a service keeps, by a name.
using NamedValue = std::pair<std::string, Value>;
// Those that are never empty, and can be parameters.
std::vector<NamedValue> ParameterValues();
// Those, empty ones, and composite ones, which can be in one result.
std::vector<NamedValue> ItemValues();
// Those whose Python type shows without further notes.
std::vector<NamedValue> AnnotationValues();
// Sparse matrices of all formats; dicts, tables and data frames beside them;
// and what only a pickle can hold.
std::vector<NamedValue> SparseValues();
std::vector<NamedValue> CompositeValues();
std::vector<NamedValue> PickledValues();

}  // namespace cppet

#endif  // CPPET_STORAGE_STORAGE_CONFORMANCE_H_
