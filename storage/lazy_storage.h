#ifndef CPPET_STORAGE_LAZY_STORAGE_H_
#define CPPET_STORAGE_LAZY_STORAGE_H_

#include <memory>

#include "cppet/storage/storage_service.h"

namespace cppet {

// A service that takes all that is to be stored and keeps nothing, so that a
// program works as usual and leaves no file. Trajectories stay as they are, not
// stored(). What loads, copies or deletes is kNotFound and says why.
std::unique_ptr<StorageService> MakeLazyStorage();

}  // namespace cppet

#endif  // CPPET_STORAGE_LAZY_STORAGE_H_
