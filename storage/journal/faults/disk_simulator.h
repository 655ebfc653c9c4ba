#ifndef CPPET_STORAGE_JOURNAL_FAULTS_DISK_SIMULATOR_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_DISK_SIMULATOR_H_

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/journal/faults/fault_trace.h"

namespace cppet {

// Files as they are on a disk, by their path.
using DiskFiles = std::map<std::string, std::string>;

// A disk below a system that keeps what is written in memory until it is
// synced, or for as long as it likes: knows what may be on the disk when the
// power goes.
//
//   DiskSimulator disk;
//   for (const TracedOperation& operation : trace) disk.Apply(operation);
//   DiskFiles files = disk.LosePower(random);
//
// What was synced is there. Of each write since, all or nothing may be there,
// or some of its sectors or pages, as they were after this or an earlier write,
// or its first bytes; the end of a file and its names are those before or after
// any operation since, names in the order in which they were changed. New
// blocks that were not written yet may have what another file left there.
class DiskSimulator {
 public:
  // Adds a file that is on the disk already.
  void AddFile(const std::string& path, uint64_t inode, std::string content);

  // Errors:
  //   kInvalidArgument: `operation` is on a file that was not made.
  absl::Status Apply(const TracedOperation& operation);

  // What programs see now.
  DiskFiles Present() const;

  // What is on the disk if the power goes now: one of many possibilities.
  DiskFiles LosePower(std::mt19937_64& random) const;

 private:
  // A change of a file's content: data at an offset, or a new end at it.
  struct Change {
    bool is_write = false;
    int64_t offset = 0;
    std::string data;
  };
  struct File {
    std::string synced;
    std::vector<Change> changes;  // since
  };
  // A change of a name: `from` is removed if `removes`, `to` is set to `file`
  // (or what `from` names) if it is not empty.
  struct NameChange {
    std::string from;
    std::string to;
    std::shared_ptr<File> file;
    bool removes = false;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  static void ApplyChange(const Change& change, std::string* content);
  static void ApplyNameChange(const NameChange& change, Names* names);
  static std::string Lost(const File& file, std::mt19937_64& random);
  static std::string LostOperations(const File& file, std::mt19937_64& random);
  static std::string LostBlocks(const File& file, int64_t block_size,
                                std::mt19937_64& random);
  absl::Status ApplyToFile(const TracedOperation& operation);
  void SyncFolder(absl::string_view folder);

  std::map<uint64_t, std::shared_ptr<File>> files_;  // by inode
  Names synced_names_;
  std::vector<NameChange> name_changes_;  // since
};

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_DISK_SIMULATOR_H_
