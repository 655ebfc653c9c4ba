#include "cppet/storage/journal/faults/disk_simulator.h"

#include <linux/falloc.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cppet {
namespace {

constexpr int64_t kSector = 512;
constexpr int64_t kPage = 4096;
// How many of the states have stale blocks, or changes of names that were lost.
constexpr double kStale = 0.25;
constexpr double kNamesLost = 0.6;
// How many of the blocks have their last content, if they have a newer one.
constexpr double kNewest = 0.6;
// How many of the torn writes are torn within a sector.
constexpr double kTornInSector = 0.25;

// From 0 to `count` - 1.
int64_t Below(int64_t count, std::mt19937_64& random) {
  return std::uniform_int_distribution<int64_t>(0, count - 1)(random);
}

double Fraction(std::mt19937_64& random) {
  return std::uniform_real_distribution<double>(0, 1)(random);
}

std::string Garbage(size_t size, std::mt19937_64& random) {
  std::string garbage(size, '\0');
  for (char& byte : garbage) byte = static_cast<char>(random());
  return garbage;
}

absl::string_view FolderOf(absl::string_view path) {
  return path.substr(0, path.rfind('/'));
}

void Put(absl::string_view data, int64_t offset, std::string* content) {
  const size_t end = offset + data.size();
  if (content->size() < end) content->resize(end);
  content->replace(offset, data.size(), data.data(), data.size());
}

}  // namespace

void DiskSimulator::AddFile(const std::string& path, uint64_t inode,
                            std::string content) {
  auto file = std::make_shared<File>();
  file->synced = std::move(content);
  files_[inode] = file;
  synced_names_[path] = std::move(file);
}

absl::Status DiskSimulator::Apply(const TracedOperation& operation) {
  const size_t nul = operation.data.find('\0');
  switch (operation.operation) {
    case FaultOperation::kCreate: {
      auto file = std::make_shared<File>();
      files_[operation.inode] = file;
      name_changes_.push_back({"", operation.data, std::move(file), false});
      break;
    }
    case FaultOperation::kRename:
    case FaultOperation::kLink:
      name_changes_.push_back({operation.data.substr(0, nul),
                               operation.data.substr(nul + 1), nullptr,
                               operation.operation == FaultOperation::kRename});
      break;
    case FaultOperation::kUnlink:
      name_changes_.push_back({operation.data, "", nullptr, true});
      break;
    case FaultOperation::kSyncFolder:
      SyncFolder(operation.data);
      break;
    case FaultOperation::kWrite:
    case FaultOperation::kTruncate:
    case FaultOperation::kAllocate:
    case FaultOperation::kSync:
      return ApplyToFile(operation);
    case FaultOperation::kFailed:
    case FaultOperation::kAcknowledge:
      break;
  }
  return absl::OkStatus();
}

absl::Status DiskSimulator::ApplyToFile(const TracedOperation& operation) {
  const auto found = files_.find(operation.inode);
  if (found == files_.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "inode ", operation.inode, " was not made before it was ", "changed"));
  }
  File& file = *found->second;
  if (operation.operation == FaultOperation::kSync) {
    for (const Change& change : file.changes) {
      ApplyChange(change, &file.synced);
    }
    file.changes.clear();
    return absl::OkStatus();
  }
  if (operation.operation != FaultOperation::kAllocate) {
    file.changes.push_back({operation.operation == FaultOperation::kWrite,
                            operation.offset, operation.data});
    return absl::OkStatus();
  }
  std::string now = file.synced;
  for (const Change& change : file.changes) ApplyChange(change, &now);
  const int64_t size = now.size();
  const int64_t end = operation.offset + operation.length;
  constexpr int kZeroes = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE;
  if ((operation.argument & kZeroes) != 0 && operation.offset < size) {
    file.changes.push_back(
        {true, operation.offset,
         std::string(std::min(end, size) - operation.offset, '\0')});
  }
  if ((operation.argument & FALLOC_FL_KEEP_SIZE) == 0 && end > size) {
    file.changes.push_back({false, end, ""});
  }
  return absl::OkStatus();
}

void DiskSimulator::SyncFolder(absl::string_view folder) {
  std::vector<NameChange> others;
  for (NameChange& change : name_changes_) {
    const std::string& name = change.to.empty() ? change.from : change.to;
    if (FolderOf(name) == folder) {
      ApplyNameChange(change, &synced_names_);
    } else {
      others.push_back(std::move(change));
    }
  }
  name_changes_ = std::move(others);
}

void DiskSimulator::ApplyChange(const Change& change, std::string* content) {
  if (change.is_write) {
    Put(change.data, change.offset, content);
  } else {
    content->resize(change.offset);
  }
}

void DiskSimulator::ApplyNameChange(const NameChange& change, Names* names) {
  std::shared_ptr<File> file = change.file;
  if (!change.from.empty()) {
    const auto found = names->find(change.from);
    if (found == names->end()) return;
    file = found->second;
    if (change.removes) names->erase(found);
  }
  if (!change.to.empty()) (*names)[change.to] = std::move(file);
}

DiskFiles DiskSimulator::Present() const {
  Names names = synced_names_;
  for (const NameChange& change : name_changes_) {
    ApplyNameChange(change, &names);
  }
  DiskFiles files;
  for (const auto& [path, file] : names) {
    std::string& content = files[path];
    content = file->synced;
    for (const Change& change : file->changes) ApplyChange(change, &content);
  }
  return files;
}

DiskFiles DiskSimulator::LosePower(std::mt19937_64& random) const {
  Names names = synced_names_;
  size_t changes = name_changes_.size();
  if (Fraction(random) < kNamesLost) changes = Below(changes + 1, random);
  for (size_t i = 0; i < changes; ++i) {
    ApplyNameChange(name_changes_[i], &names);
  }
  // A file may have several names, and has one content.
  std::map<const File*, std::string> contents;
  DiskFiles files;
  for (const auto& [path, file] : names) {
    const auto [content, is_new] = contents.try_emplace(file.get());
    if (is_new) content->second = Lost(*file, random);
    files[path] = content->second;
  }
  return files;
}

std::string DiskSimulator::Lost(const File& file, std::mt19937_64& random) {
  if (file.changes.empty()) return file.synced;
  switch (Below(10, random)) {
    case 0:
      return file.synced;
    case 1: {
      std::string content = file.synced;
      for (const Change& change : file.changes) ApplyChange(change, &content);
      return content;
    }
    case 2:
    case 3: {  // all up to one that is torn
      std::string content = file.synced;
      const size_t whole = Below(file.changes.size() + 1, random);
      for (size_t i = 0; i < whole; ++i) {
        ApplyChange(file.changes[i], &content);
      }
      if (whole == file.changes.size()) return content;
      Change torn = file.changes[whole];
      if (!torn.is_write) return content;
      int64_t size = Below(torn.data.size() + 1, random);
      if (Fraction(random) >= kTornInSector) {
        size = std::max<int64_t>(0, size - (torn.offset + size) % kSector);
      }
      torn.data.resize(size);
      if (size > 0) ApplyChange(torn, &content);
      return content;
    }
    case 4:
    case 5:
    case 6:
      return LostOperations(file, random);
    case 7:
    case 8:
      return LostBlocks(file, kSector, random);
    default:
      return LostBlocks(file, kPage, random);
  }
}

// Some whole operations, or only the last ones, reached the disk, with all that
// was in their sectors then.
std::string DiskSimulator::LostOperations(const File& file,
                                          std::mt19937_64& random) {
  const int64_t count = file.changes.size();
  const bool only_last = Below(3, random) == 0;
  const int64_t first = count - 1 - Below(3, random);
  const double share = Fraction(random);
  std::string now = file.synced;
  std::string content = file.synced;
  for (int64_t i = 0; i < count; ++i) {
    const Change& change = file.changes[i];
    ApplyChange(change, &now);
    if (only_last ? i < first : Fraction(random) >= share) continue;
    if (!change.is_write) {
      ApplyChange(change, &content);
      continue;
    }
    const int64_t start = change.offset / kSector * kSector;
    const int64_t end = change.offset + change.data.size();
    Put(absl::string_view(now).substr(
            start, (end + kSector - 1) / kSector * kSector - start),
        start, &content);
  }
  return content;
}

// Each block has any of the contents that it had, and the end of the file is
// any that it was.
std::string DiskSimulator::LostBlocks(const File& file, int64_t block_size,
                                      std::mt19937_64& random) {
  const bool stale = Fraction(random) < kStale;
  const double share = Fraction(random);
  std::string now = file.synced;
  std::map<int64_t, std::vector<std::string>> versions;
  std::vector<int64_t> sizes = {static_cast<int64_t>(now.size())};
  for (const Change& change : file.changes) {
    const int64_t old_size = now.size();
    ApplyChange(change, &now);
    const int64_t end =
        change.is_write ? change.offset + change.data.size() : old_size;
    for (int64_t block = change.offset / block_size; block * block_size < end;
         ++block) {
      const int64_t start = block * block_size;
      versions[block].push_back(
          start < now.size() ? now.substr(start, block_size) : std::string());
    }
    sizes.push_back(now.size());
  }
  const int64_t size =
      Below(2, random) == 0 ? sizes.back() : sizes[Below(sizes.size(), random)];
  std::string content = file.synced;
  content.resize(size);
  for (const auto& [block, contents] : versions) {
    const int64_t start = block * block_size;
    if (start >= size) continue;
    std::string chosen;
    if (Fraction(random) < share) {
      chosen = Fraction(random) < kNewest
                   ? contents.back()
                   : contents[Below(contents.size(), random)];
    } else if (stale && start >= file.synced.size()) {
      chosen = Garbage(block_size, random);
    } else {
      continue;
    }
    chosen.resize(std::min(block_size, size - start));
    Put(chosen, start, &content);
  }
  return content;
}

}  // namespace cppet
