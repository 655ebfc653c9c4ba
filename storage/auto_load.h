#ifndef CPPET_STORAGE_AUTO_LOAD_H_
#define CPPET_STORAGE_AUTO_LOAD_H_

#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// From now on whatever is read of `trajectory` and not in memory is loaded from
// `service`, where it is stored: the data of leaves, and all that is named by
// its whole full name. `service` must live as long as `trajectory` is read, or
// until DisableAutoLoad.
//
// Errors, of what reads: those of StorageService::LoadItems, but if there is
// nothing of a name those of Tree::Find. Data that is left out is no error.
void EnableAutoLoad(Trajectory& trajectory, StorageService& service);

// What is not in memory is not loaded any more.
void DisableAutoLoad(Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_STORAGE_AUTO_LOAD_H_
