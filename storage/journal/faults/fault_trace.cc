#include "cppet/storage/journal/faults/fault_trace.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"

namespace cppet {
namespace {

bool IsJournal(absl::string_view path) { return absl::EndsWith(path, ".wal"); }

}  // namespace

absl::StatusOr<std::vector<TracedOperation>> ReadFaultTrace(
    const std::string& path) {
  std::vector<TracedOperation> trace;
  const absl::StatusOr<std::string> bytes = ReadFile(path);
  if (absl::IsNotFound(bytes.status())) return trace;
  if (!bytes.ok()) return bytes.status();
  size_t position = 0;
  while (position < bytes->size()) {
    FaultRecord record;
    const size_t left = bytes->size() - position;
    if (left >= sizeof(record)) {
      std::memcpy(&record, bytes->data() + position, sizeof(record));
    }
    if (left < sizeof(record) || left - sizeof(record) < record.data_size) {
      return absl::DataLossError(absl::StrCat(path, " ends too early"));
    }
    position += sizeof(record);
    TracedOperation operation;
    operation.operation = record.operation;
    operation.inode = record.inode;
    operation.offset = record.offset;
    operation.length = record.length;
    operation.argument = record.argument;
    operation.process = record.process;
    operation.data = bytes->substr(position, record.data_size);
    position += record.data_size;
    trace.push_back(std::move(operation));
  }
  return trace;
}

int64_t CountOperations(const std::vector<TracedOperation>& trace) {
  std::map<int, int64_t> counts;
  int64_t most = 0;
  for (const TracedOperation& operation : trace) {
    if (operation.operation == FaultOperation::kAcknowledge) continue;
    most = std::max(most, ++counts[operation.process]);
  }
  return most;
}

std::vector<int64_t> JournalResets(const std::vector<TracedOperation>& trace) {
  std::set<uint64_t> journals;
  std::vector<int64_t> resets;
  for (size_t i = 0; i < trace.size(); ++i) {
    const TracedOperation& operation = trace[i];
    if (operation.operation == FaultOperation::kCreate &&
        IsJournal(operation.data)) {
      journals.insert(operation.inode);
    } else if (operation.operation == FaultOperation::kWrite &&
               operation.offset == 0 && journals.count(operation.inode) > 0) {
      resets.push_back(i);
    }
  }
  return resets;
}

std::vector<TracedOperation> WithoutSyncs(
    const std::vector<TracedOperation>& trace, SyncsOf what) {
  std::map<uint64_t, bool> journals;  // by inode
  std::vector<TracedOperation> rest;
  for (const TracedOperation& operation : trace) {
    bool forgotten = false;
    if (operation.operation == FaultOperation::kCreate) {
      journals[operation.inode] = IsJournal(operation.data);
    } else if (operation.operation == FaultOperation::kSyncFolder) {
      forgotten = what == SyncsOf::kFolders;
    } else if (operation.operation == FaultOperation::kSync) {
      forgotten = what == (journals[operation.inode] ? SyncsOf::kJournals
                                                     : SyncsOf::kFiles);
    }
    if (!forgotten) rest.push_back(operation);
  }
  return rest;
}

}  // namespace cppet
