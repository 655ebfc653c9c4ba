#include "cppet/environment/wrapping/record_file_storage.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/unique_fd.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

// Of a commit: who, and how many records follow; -1 for a trajectory.
struct Header {
  int64_t pid;
  int64_t records;
};

template <typename T>
void AppendBytes(std::string* out, const T& object) {
  out->append(reinterpret_cast<const char*>(&object), sizeof(object));
}

template <typename T>
bool TakeBytes(absl::string_view* bytes, T* object) {
  if (bytes->size() < sizeof(T)) return false;
  std::memcpy(object, bytes->data(), sizeof(T));
  bytes->remove_prefix(sizeof(T));
  return true;
}

}  // namespace

RecordFileStorage::RecordFileStorage(std::string path,
                                     RecordFileStorageOptions options)
    : path_(std::move(path)), options_(std::move(options)) {}

absl::Status RecordFileStorage::Open() {
  if (opener_ != 0 && opener_ != getpid()) {
    return absl::InternalError("used after a fork without Close()");
  }
  opener_ = getpid();
  return absl::OkStatus();
}

absl::Status RecordFileStorage::Append(absl::string_view bytes) {
  const UniqueFd fd(open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, path_);
  while (!bytes.empty()) {
    const ssize_t written = write(fd.get(), bytes.data(), bytes.size());
    if (written < 0) return absl::ErrnoToStatus(errno, path_);
    bytes.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::Status RecordFileStorage::Store(Trajectory& trajectory,
                                      const StoreOptions&) {
  CPPET_RETURN_IF_ERROR(Open());
  std::string bytes;
  AppendBytes(&bytes, Header{getpid(), -1});
  CPPET_RETURN_IF_ERROR(Append(bytes));
  trajectory.set_stored(true);
  return absl::OkStatus();
}

absl::Status RecordFileStorage::StoreRuns(const Trajectory& /*trajectory*/,
                                          absl::Span<const RunRecord> records) {
  CPPET_RETURN_IF_ERROR(Open());
  const UniqueFd lock(open(absl::StrCat(path_, ".lock").c_str(),
                           O_RDONLY | O_CREAT | O_CLOEXEC, 0666));
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::InternalError("two processes store at once");
  }
  absl::SleepFor(absl::Milliseconds(options_.commit_milliseconds));
  if (options_.while_committing) options_.while_committing(records);
  std::string bytes;
  AppendBytes(&bytes, Header{getpid(), static_cast<int64_t>(records.size())});
  std::set<int64_t> indices;
  for (const RunRecord& record : records) {
    if (!indices.insert(record.index).second) {
      return absl::InternalError("a run comes twice");
    }
    if (options_.refuse_completed && IsCompleted(record.index)) {
      return absl::AlreadyExistsError("the run is completed already");
    }
    for (const LeafRecord& leaf : record.leaves) {
      for (const auto& [name, value] : leaf.items) {
        if (name == options_.refused_item) {
          return absl::InvalidArgumentError(
              absl::StrCat(NameInRun(leaf.head->name, record.index), ": ", name,
                           " is not wanted"));
        }
      }
    }
    const std::string encoded = EncodeRunRecord(record);
    AppendBytes(&bytes, static_cast<int64_t>(encoded.size()));
    bytes += encoded;
  }
  if (options_.commits_until_full < std::numeric_limits<int64_t>::max()) {
    const absl::StatusOr<RecordFileContent> content = Read();
    // At first there is no file.
    const int64_t commits = content.ok() ? content->run_commits : 0;
    if (commits >= options_.commits_until_full) {
      return absl::ErrnoToStatus(ENOSPC, path_);
    }
  }
  CPPET_RETURN_IF_ERROR(Append(bytes));
  if (options_.after_committing) options_.after_committing();
  return absl::OkStatus();
}

// At first there is no file.
bool RecordFileStorage::IsCompleted(int64_t index) const {
  const absl::StatusOr<RecordFileContent> content = Read();
  if (!content.ok()) return false;
  const auto record = content->records.find(index);
  return record != content->records.end() && record->second.completed;
}

absl::StatusOr<std::vector<std::string>> RecordFileStorage::List() {
  return absl::UnimplementedError("List");
}

absl::StatusOr<std::unique_ptr<Trajectory>> RecordFileStorage::Load(
    absl::string_view, const LoadOptions&) {
  return absl::UnimplementedError("Load");
}

absl::Status RecordFileStorage::Close() {
  CPPET_RETURN_IF_ERROR(Open());
  opener_ = 0;
  return absl::OkStatus();
}

absl::StatusOr<RecordFileContent> RecordFileStorage::Read() const {
  CPPET_ASSIGN_OR_RETURN(const std::string file, ReadFile(path_));
  RecordFileContent content;
  absl::string_view bytes = file;
  for (Header header; TakeBytes(&bytes, &header);) {
    if (header.records < 0) {
      ++content.trajectory_commits;
      continue;
    }
    ++content.run_commits;
    content.committers.push_back(header.pid);
    content.largest_commit = std::max(content.largest_commit, header.records);
    for (int64_t i = 0; i < header.records; ++i) {
      int64_t size;
      if (!TakeBytes(&bytes, &size) || size > bytes.size()) {
        return absl::DataLossError("half a record");
      }
      CPPET_ASSIGN_OR_RETURN(RunRecord record,
                             DecodeRunRecord(bytes.substr(0, size)));
      bytes.remove_prefix(size);
      content.records[record.index] = std::move(record);
    }
  }
  if (!bytes.empty()) return absl::DataLossError("half a commit");
  return content;
}

std::string ResultDigest(const std::map<int64_t, RunRecord>& records) {
  std::vector<std::string> digests;
  for (const auto& [index, record] : records) {
    digests.push_back(
        absl::StrCat(index, record.completed ? " done" : " failed"));
    for (const LeafRecord& leaf : record.leaves) {
      for (const auto& [name, value] : leaf.items) {
        digests.push_back(
            Sha1Hex(absl::StrCat(NameInRun(leaf.head->name, index), "\n", name,
                                 "\n", EncodeValue(value))));
      }
    }
  }
  std::sort(digests.begin(), digests.end());
  return Sha1Hex(absl::StrJoin(digests, "\n"));
}

}  // namespace cppet
