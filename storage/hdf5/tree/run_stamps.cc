#include "cppet/storage/hdf5/tree/run_stamps.h"

#include <map>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/memory_file.h"
#include "cppet/storage/hdf5/tree/group_path.h"
#include "cppet/storage/hdf5/tree/leaf_writer.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet::hdf5 {
namespace {

// Runs of a kind before there is a stamp of it, which takes as long to make as
// some of them to write.
constexpr int kMinRuns = 16;
// Sweeps have one or a few.
constexpr size_t kMaxKinds = 64;

// Where each run may have a group, and how the names of what is in it begin.
struct Branch {
  absl::string_view full_name;
  absl::string_view prefix;
};
constexpr Branch kResults = {"results.runs", "results.runs.$."};
constexpr Branch kDerivedParameters = {"derived_parameters.runs",
                                       "derived_parameters.runs.$."};

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
  std::string kind;
  const auto add = [&kind](const auto&... parts) {
    absl::StrAppend(&kind, parts..., absl::string_view("\0", 1));
  };
  for (size_t i = 0; i < record.leaves.size(); ++i) {
    const LeafHead& head = *record.leaves[i].head;
    const Items& items = record.leaves[i].items;
    const bool is_result = head.kind == Node::Kind::kResult;
    absl::string_view place = head.name;
    if (!head.annotations.empty() ||
        !absl::ConsumePrefix(
            &place, (is_result ? kResults : kDerivedParameters).prefix)) {
      return "";
    }
    add(is_result, place);
    add(head.class_name);
    add(comments[i] ? head.comment : "");
    add(items.size());
    for (const auto& [name, value] : items) {
      if (!IsPlainScalar(value)) return "";
      add(name);
      add(static_cast<int>(value.dtype()), " ",
          static_cast<int>(value.flavor()), " ", TextSize(value));
    }
  }
  return kind;
}

bool IsSame(const RunFormat& a, const RunFormat& b) {
  return a.chunk_index_rank == b.chunk_index_rank &&
         PackFilters(a.items.filters) == PackFilters(b.items.filters);
}

}  // namespace

absl::StatusOr<RunStamp> RunStamp::Of(const RunRecord& record,
                                      const StoredComments& comments,
                                      const RunFormat& format) {
  RunStamp stamp;
  for (const Branch& branch : {kResults, kDerivedParameters}) {
    if (absl::c_none_of(record.leaves, [&](const LeafRecord& leaf) {
          return absl::StartsWith(leaf.head->name, branch.prefix);
        })) {
      continue;
    }
    CPPET_ASSIGN_OR_RETURN(Part part,
                           PartOf(record, comments, format, branch.prefix));
    stamp.groups_.push_back({branch.full_name, stamp.size_});
    stamp.size_ += part.stamp.size();
    stamp.parts_.push_back(std::move(part));
  }
  return stamp;
}

absl::StatusOr<RunStamp::Part> RunStamp::PartOf(const RunRecord& record,
                                                const StoredComments& comments,
                                                const RunFormat& format,
                                                absl::string_view prefix) {
  const Filters& filters = format.items.filters;
  CPPET_ASSIGN_OR_RETURN(MemoryFile file,
                         MemoryFile::Create(format.chunk_index_rank));
  CPPET_ASSIGN_OR_RETURN(const Handle run,
                         CreateGroup(file.root(), "run", filters));
  GroupPath path(run.get(), filters);
  // Where the data of each item are.
  std::map<std::string, std::pair<size_t, size_t>> places;
  for (size_t i = 0; i < record.leaves.size(); ++i) {
    const LeafRecord& leaf = record.leaves[i];
    absl::string_view name = leaf.head->name;
    if (!absl::ConsumePrefix(&name, prefix)) continue;
    hid_t parent = run.get();
    if (absl::StrContains(name, '.')) {
      CPPET_ASSIGN_OR_RETURN(const GroupPath::Place place,
                             path.Enter(ParentPart(name)));
      parent = place.id;
    }
    CPPET_RETURN_IF_ERROR(
        WriteLeafOfRun(parent, NameInRun(leaf.head->name, record.index), leaf,
                       comments[i], format.items));
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
  CPPET_ASSIGN_OR_RETURN(Stamp stamp,
                         Stamp::Of(image, info.addr, format.chunk_index_rank));
  Part part = {std::move(stamp), {}};
  for (const Stamp::Slot& slot : part.stamp.slots()) {
    const auto place = places.find(slot.path);
    if (place == places.end()) {
      return absl::UnimplementedError("a run with other data than its items");
    }
    const auto [leaf, item] = place->second;
    if (DataOf(record.leaves[leaf].items[item].second).size() != slot.size) {
      return absl::UnimplementedError("data that are other bytes in a file");
    }
    part.values.push_back(place->second);
  }
  return part;
}

void RunStamp::Press(const RunRecord& record, uint64_t address,
                     char* out) const {
  std::vector<absl::string_view> data;
  for (const Part& part : parts_) {
    data.clear();
    for (const auto& [leaf, item] : part.values) {
      data.push_back(DataOf(record.leaves[leaf].items[item].second));
    }
    part.stamp.Press(address, data, out);
    address += part.stamp.size();
    out += part.stamp.size();
  }
}

void RunStamps::Use(const RunFormat& format) {
  if (!IsSame(format, format_)) kinds_.clear();
  format_ = format;
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
