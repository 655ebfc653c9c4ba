#include "cppet/storage/hdf5/tree/run_stamps.h"

#include <algorithm>
#include <map>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/memory_file.h"
#include "cppet/storage/hdf5/tree/group_path.h"
#include "cppet/storage/hdf5/tree/leaf_writer.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet::hdf5 {
namespace {

// Runs of a kind before there is a stamp of it, which takes as long to make as
// some of them to write.
constexpr int kMinRuns = 16;
// Sweeps have one or a few.
constexpr size_t kMaxKinds = 64;

std::string RunGroup(int64_t index) {
  return absl::StrCat("results.runs.", RunName(index), ".");
}

// The bytes of `value`, a scalar, in a file.
absl::string_view DataOf(const Value& value) {
  const absl::string_view bytes = value.bytes();
  return bytes.empty() ? absl::string_view("\0", 1) : bytes;
}

// Whether it is a scalar whose bytes are the same in a file.
bool IsPlainScalar(const Value& value) {
  return value.is_scalar() && value.dtype() != DType::kDatetime64;
}

// What `record` leaves but for the values, as text; empty if no stamp can be
// made of that.
std::string KindOf(const RunRecord& record, const StoredComments& comments) {
  if (!record.completed || !record.groups.empty() || !record.links.empty()) {
    return "";
  }
  const std::string prefix = RunGroup(record.index);
  std::string kind;
  const auto add = [&kind](const auto&... parts) {
    absl::StrAppend(&kind, parts..., absl::string_view("\0", 1));
  };
  for (size_t i = 0; i < record.leaves.size(); ++i) {
    const LeafRecord& leaf = record.leaves[i];
    if (leaf.kind != Node::Kind::kResult || !leaf.annotations.empty() ||
        !absl::StartsWith(leaf.full_name, prefix)) {
      return "";
    }
    add(leaf.full_name.substr(prefix.size()));
    add(leaf.class_name);
    add(comments[i] ? leaf.comment : "");
    add(leaf.items.size());
    for (const auto& [name, value] : leaf.items) {
      if (!IsPlainScalar(value)) return "";
      add(name);
      add(static_cast<int>(value.dtype()), " ",
          static_cast<int>(value.flavor()), " ", TextSize(value));
    }
  }
  return kind;
}

}  // namespace

absl::StatusOr<RunStamp> RunStamp::Of(const RunRecord& record,
                                      const StoredComments& comments,
                                      const ItemFormat& format) {
  const std::string prefix = RunGroup(record.index);
  CPPET_ASSIGN_OR_RETURN(MemoryFile file, MemoryFile::Create());
  CPPET_ASSIGN_OR_RETURN(const Handle run,
                         CreateGroup(file.root(), "run", format.filters));
  GroupPath path(run.get(), format.filters);
  // Where the data of each item are.
  std::map<std::string, std::pair<size_t, size_t>> places;
  for (size_t i = 0; i < record.leaves.size(); ++i) {
    const LeafRecord& leaf = record.leaves[i];
    const absl::string_view name = absl::StripPrefix(leaf.full_name, prefix);
    hid_t parent = run.get();
    if (absl::StrContains(name, '.')) {
      CPPET_ASSIGN_OR_RETURN(const GroupPath::Place place,
                             path.Enter(ParentPart(name)));
      parent = place.id;
    }
    LeafView view;
    view.full_name = leaf.full_name;
    view.class_name = leaf.class_name;
    view.comment = leaf.comment;
    view.keep_comment = comments[i];
    CPPET_RETURN_IF_ERROR(
        WriteResult(parent, view, leaf.items, format, /*overview=*/nullptr));
    for (size_t j = 0; j < leaf.items.size(); ++j) {
      places[absl::StrReplaceAll(absl::StrCat(name, ".", leaf.items[j].first),
                                 {{".", "/"}})] = {i, j};
    }
  }
  H5O_info_t info;
  CPPET_ASSIGN_OR_RETURN(const std::string image, file.Image());
  if (H5Oget_info2(run.get(), &info, H5O_INFO_BASIC) < 0) {
    return ErrorAt(run.get(), "cannot find the group of a run");
  }
  CPPET_ASSIGN_OR_RETURN(Stamp made, Stamp::Of(image, info.addr));
  RunStamp stamp(std::move(made));
  for (const Stamp::Slot& slot : stamp.stamp_.slots()) {
    const auto place = places.find(slot.path);
    if (place == places.end()) {
      return absl::UnimplementedError("a run with other data than its items");
    }
    const auto [leaf, item] = place->second;
    if (DataOf(record.leaves[leaf].items[item].second).size() != slot.size) {
      return absl::UnimplementedError("data that are other bytes in a file");
    }
    stamp.values_.push_back(place->second);
  }
  return stamp;
}

void RunStamp::Press(const RunRecord& record, uint64_t address,
                     char* out) const {
  std::vector<absl::string_view> data;
  data.reserve(values_.size());
  for (const auto& [leaf, item] : values_) {
    data.push_back(DataOf(record.leaves[leaf].items[item].second));
  }
  stamp_.Press(address, data, out);
}

const RunStamp* RunStamps::Find(const RunRecord& record,
                                const StoredComments& comments) {
  const std::string name = KindOf(record, comments);
  if (name.empty()) return nullptr;
  const auto found = kinds_.find(name);
  if (found == kinds_.end() && kinds_.size() >= kMaxKinds) return nullptr;
  Kind& kind = found == kinds_.end() ? kinds_[name] : found->second;
  if (kind.stamp != nullptr) return kind.stamp.get();
  if (kind.impossible || ++kind.runs < kMinRuns) return nullptr;
  absl::StatusOr<RunStamp> stamp = RunStamp::Of(record, comments, format_);
  if (!stamp.ok()) {
    // It is written in the ordinary way, which has an error of its own if it
    // must.
    kind.impossible = true;
    return nullptr;
  }
  kind.stamp = std::make_unique<const RunStamp>(*std::move(stamp));
  return kind.stamp.get();
}

}  // namespace cppet::hdf5
