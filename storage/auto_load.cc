#include "cppet/storage/auto_load.h"

#include <string>

namespace cppet {

void EnableAutoLoad(Trajectory& trajectory, StorageService& service) {
  trajectory.SetLoader([&service](Trajectory& read, const std::string& name) {
    return service.LoadItems(read, {name});
  });
}

void DisableAutoLoad(Trajectory& trajectory) { trajectory.SetLoader(nullptr); }

}  // namespace cppet
