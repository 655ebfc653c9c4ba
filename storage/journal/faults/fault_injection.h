#ifndef CPPET_STORAGE_JOURNAL_FAULTS_FAULT_INJECTION_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_FAULT_INJECTION_H_

#include <cstdint>

// libfault_injection.so, for LD_PRELOAD, sees all operations of a program that
// change files in one folder: it records them, ends the program in the middle
// of one, or lets them fail. Environment variables say what to do:
//
//   CPPET_FAULT_FOLDER   the folder: absolute, without symbolic links
//   CPPET_FAULT_TRACE    file, in another folder, to append the operations to
//   CPPET_FAULT_KILL_AT  number of the operation, from 0, at which SIGKILL ends
//                        the process
//   CPPET_FAULT_KILL_PERCENT  how much of it, if it writes, is done before (0)
//   CPPET_FAULT_FAIL_AT  number of the operation that fails
//   CPPET_FAULT_FAIL_COUNT    how many fail from there on (1); -1: all
//   CPPET_FAULT_ERRNO    with that number (28, ENOSPC); 0: they do not fail,
//   but
//                        writes do half of what they should and say so
//
// Operations are the making and truncating of files, write, pwrite, writev,
// pwritev, ftruncate, fallocate, posix_fallocate, fsync and fdatasync
// of files and folders, rename, link and unlink, with all their variants. Each
// process counts its own, a forked one from 0. Not seen are memory maps,
// copy_file_range and sendfile, what the C library does in a FILE, and system
// calls that are made without it; DiskSimulator's Present() tells. No function
// of it takes memory. It is not made for threads.
//
// The trace also has what the program writes to standard output if that begins
// with "ACK", by which it says that something is stored.

namespace cppet {

// Kept in traces. Append, never reorder.
enum class FaultOperation : uint8_t {
  kCreate = 0,        // the name is in the data
  kWrite = 1,         // the data
  kTruncate = 2,      // to `offset`
  kAllocate = 3,      // `offset`, `length`, and the mode in `argument`
  kSync = 4,          // fsync or fdatasync
  kSyncFolder = 5,    // the name is in the data
  kRename = 6,        // both names are in the data, a NUL between
  kLink = 7,          // likewise
  kUnlink = 8,        // the name is in the data
  kFailed = 9,        // any of these, which the system refused
  kAcknowledge = 10,  // no operation: standard output, in the data
};

// Before the data of each operation in a trace, in this machine's order.
struct FaultRecord {
  uint64_t inode = 0;
  int64_t offset = 0;
  int64_t length = 0;
  uint64_t data_size = 0;
  int32_t process = 0;
  int32_t argument = 0;
  FaultOperation operation = FaultOperation::kFailed;
  uint8_t padding[7] = {};
};
static_assert(sizeof(FaultRecord) == 48);

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_FAULT_INJECTION_H_
