#ifndef CPPET_STORAGE_JOURNAL_HDF5_DRIVER_H_
#define CPPET_STORAGE_JOURNAL_HDF5_DRIVER_H_

#include <cstdint>

#include "cppet/storage/journal/transactional_file.h"
#include "hdf5.h"

namespace cppet::journal {

// Sets the file access properties `access` so that H5Fopen opens `file`, by
// whatever name, which must outlive what it returns. Returns false, with the
// reason on HDF5's error stack, if that fails.
//
// No call of HDF5 commits: HDF5 flushes at times when the file is not whole.
// Commit when H5Fflush of the whole file or H5Fclose succeeded, else Abandon.
// Where a call of HDF5 fails as the system does, the file's status says why.
bool OpenWithJournal(hid_t access, TransactionalFile* file);

// The file under `file`; null if it was not opened so.
TransactionalFile* JournaledFile(hid_t file);

// Takes `size` bytes at the end of what HDF5 uses of `file`, which was opened
// so, out of what it will use. Returns false, with the reason on HDF5's error
// stack, if that fails.
bool AllocateAtEnd(hid_t file, uint64_t size, uint64_t* address);

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_HDF5_DRIVER_H_
