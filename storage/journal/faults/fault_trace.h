#ifndef CPPET_STORAGE_JOURNAL_FAULTS_FAULT_TRACE_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_FAULT_TRACE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/storage/journal/faults/fault_injection.h"

namespace cppet {

// One operation as libfault_injection.so recorded it.
struct TracedOperation {
  FaultOperation operation = FaultOperation::kFailed;
  uint64_t inode = 0;
  int64_t offset = 0;
  int64_t length = 0;
  int argument = 0;
  int process = 0;
  std::string data;
};

// Reads a trace; none if there is no such file.
//
// Errors:
//   kDataLoss: it ends in the middle of an operation.
//   Others as of ReadFile.
absl::StatusOr<std::vector<TracedOperation>> ReadFaultTrace(
    const std::string& path);

// How many operations the process that did most of them did, which may be
// killed at or fail.
int64_t CountOperations(const std::vector<TracedOperation>& trace);

// Which fsyncs WithoutSyncs leaves out: those of journals (*.wal), of all other
// files, or of folders.
enum class SyncsOf { kJournals, kFiles, kFolders };

// The trace of a program that forgets some of its fsyncs, to see that tests
// notice. Files that were there before are no journals.
std::vector<TracedOperation> WithoutSyncs(
    const std::vector<TracedOperation>& trace, SyncsOf what);

// Where in the trace journals (*.wal) begin anew, by a new header.
std::vector<int64_t> JournalResets(const std::vector<TracedOperation>& trace);

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_FAULT_TRACE_H_
