#include "cppet/storage/hdf5/merge/tree_copier.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute_copy.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/columns/columns_place.h"
#include "cppet/storage/hdf5/columns/columns_reader.h"
#include "cppet/storage/hdf5/columns/columns_writer.h"
#include "cppet/storage/hdf5/overview/overview.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/tree/leaf_text.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/tree/node_read.h"
#include "cppet/storage/options.h"
#include "cppet/storage/run_columns.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet::hdf5 {
namespace {

constexpr absl::string_view kNodeAttributes = "SRVC_";

std::string PathBelow(absl::string_view full_name) {
  return absl::StrReplaceAll(full_name, {{".", "/"}});
}

// `full_name` with the same text for all runs, and for all sets of runs.
std::string Masked(absl::string_view full_name) {
  std::vector<std::string> parts = absl::StrSplit(full_name, '.');
  for (std::string& part : parts) {
    if (RunIndex(part) != kNoRun) {
      part = "$";
    } else if (IsOfRuns(part)) {
      part = "$set";
    }
  }
  return absl::StrJoin(parts, ".");
}

bool IsForAllRuns(absl::string_view full_name) {
  for (const absl::string_view part : absl::StrSplit(full_name, '.')) {
    if (part == RunName(kNoRun) || part == RunSetName(kNoRun)) return true;
  }
  return false;
}

// `full_name` with `run` in the place of run_ALL.
std::string ForRun(absl::string_view full_name, const std::string& run) {
  std::vector<std::string> parts = absl::StrSplit(full_name, '.');
  for (std::string& part : parts) {
    if (part == RunName(kNoRun)) part = run;
    if (part == RunSetName(kNoRun)) part = RunSetName(RunIndex(run));
  }
  return absl::StrJoin(parts, ".");
}

bool IsRunOfResults(absl::string_view full_name) {
  return ParentPart(full_name) == "results.runs" &&
         RunIndex(LastPart(full_name)) != kNoRun;
}

// The parameter of that name; null if there is none or it is not loaded.
const Parameter* FindLoaded(const Trajectory& trajectory,
                            absl::string_view full_name) {
  const Node* node = trajectory.tree().FindExact(full_name);
  if (node == nullptr || node->kind() != Node::Kind::kParameter) return nullptr;
  const auto* parameter = static_cast<const Parameter*>(node);
  return parameter->value().has_value() ? parameter : nullptr;
}

}  // namespace

TreeCopier::TreeCopier(const MergePlan& plan, const MergeOptions& options,
                       const Trajectory& into, const Trajectory& other,
                       OpenTrajectory* file)
    : plan_(plan),
      options_(options),
      into_(into),
      other_(other),
      file_(*file),
      path_(file->group(), file->filters()),
      ignored_(options.ignore.begin(), options.ignore.end()) {
  for (const int64_t index : plan.new_indexes) {
    if (index != kNoRun) new_runs_.push_back(RunName(index));
  }
}

absl::Status TreeCopier::Copy(hid_t other) {
  direct_ = DirectResults::Of(other);
  if (plan_.taken < other_.length() || !ignored_.empty()) {
    CPPET_RETURN_IF_ERROR(
        CollectComments(other, "", /*dropped=*/false, /*depth=*/0));
  }
  CPPET_RETURN_IF_ERROR(CopyChildren(other, "", Mode::kAll, 0));
  CPPET_RETURN_IF_ERROR(CopyColumns(other));
  for (const std::string& full_name : for_all_runs_) {
    CPPET_RETURN_IF_ERROR(CopyForAllRuns(other, full_name));
  }
  const std::string root = absl::StrCat(PathOf(other), "/");
  for (const auto& [full_name, path] : links_) {
    CPPET_RETURN_IF_ERROR(CopyLink(root, full_name, path));
  }
  return absl::OkStatus();
}

absl::Status TreeCopier::CollectComments(hid_t group,
                                         const std::string& full_name,
                                         bool dropped, int depth) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(group));
  for (const Link& link : links) {
    const std::string name = JoinName(full_name, link.name);
    const bool is_branch = depth == 0;
    if (!link.hard || depth > kMaxDepth ||
        (is_branch && name != "results" && name != "derived_parameters")) {
      continue;
    }
    CPPET_ASSIGN_OR_RETURN(const Handle node, OpenObject(group, link.name));
    if (!IsGroup(node.get())) continue;
    const bool node_dropped =
        dropped || Ignores(name) || plan_.NewName(name).empty();
    if (!IsLeaf(node.get())) {
      CPPET_RETURN_IF_ERROR(
          CollectComments(node.get(), name, node_dropped, depth + 1));
      continue;
    }
    std::string comment = node_dropped ? ReadComment(node.get()) : "";
    if (!comment.empty()) {
      lost_comments_.try_emplace(Masked(name), std::move(comment));
    }
  }
  return absl::OkStatus();
}

TreeCopier::Mode TreeCopier::ModeOf(const std::string& branch) const {
  if (branch == "parameters") return Mode::kLinksOnly;
  return branch == "config" ? Mode::kQuiet : Mode::kAll;
}

absl::Status TreeCopier::CopyChildren(hid_t group, const std::string& full_name,
                                      Mode mode, int depth) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(group));
  for (const Link& link : links) {
    const std::string name = JoinName(full_name, link.name);
    if (Ignores(name)) continue;
    if (depth == 0) {
      if (name == kOverview || (name == "config" && !options_.merge_config)) {
        continue;
      }
      mode = ModeOf(name);
    }
    const bool other_config =
        depth == 1 && full_name == "config" && link.name != "git" &&
        link.name != "environment" && link.name != "merge";
    if (other_config) continue;
    CPPET_RETURN_IF_ERROR(CopyNode(group, link, name, mode, depth + 1));
  }
  return absl::OkStatus();
}

absl::Status TreeCopier::CopyNode(hid_t parent, const Link& link,
                                  const std::string& full_name, Mode mode,
                                  int depth) {
  const std::string new_name = plan_.NewName(full_name);
  if (new_name.empty()) return absl::OkStatus();
  if (!link.hard) {
    links_.emplace_back(full_name, link.target);
    return absl::OkStatus();
  }
  if (mode == Mode::kAll && IsRunOfResults(full_name)) {
    CPPET_ASSIGN_OR_RETURN(const bool copied,
                           CopyRun(parent, link, full_name, new_name));
    if (copied) return absl::OkStatus();
  }
  CPPET_ASSIGN_OR_RETURN(const Handle node, OpenObject(parent, link.name));
  const hid_t id = node.get();
  // Old files have tables beside the nodes.
  if (!IsGroup(id)) return absl::OkStatus();
  if (seen_.Repeats(id) || depth > kMaxDepth) {
    return StatusAt(id, "it is in the tree more than once, or too deep",
                    absl::StatusCode::kDataLoss);
  }
  // CopyColumns does.
  if (full_name == kColumnsLeaf && IsColumnsLeaf(id)) return absl::OkStatus();
  if (!IsLeaf(id)) {
    if (mode != Mode::kLinksOnly)
      CPPET_RETURN_IF_ERROR(CopyGroup(id, full_name));
    return CopyChildren(id, full_name, mode, depth);
  }
  if (mode == Mode::kLinksOnly || IsMerged(full_name)) return absl::OkStatus();
  if (FirstPart(full_name) == "derived_parameters" && IsForAllRuns(full_name)) {
    for_all_runs_.push_back(full_name);
    return absl::OkStatus();
  }
  return CopyLeaf(parent, id, link.name, new_name, mode);
}

absl::StatusOr<bool> TreeCopier::CopyRun(hid_t parent, const Link& link,
                                         const std::string& full_name,
                                         const std::string& new_name) {
  if (direct_ == nullptr || !ignored_.empty() || !lost_comments_.empty()) {
    return false;
  }
  const LeafClasses classes;
  const std::function<bool(absl::string_view)> all;
  const auto level = [](absl::string_view) { return LoadLevel::kSkeleton; };
  std::vector<NodeRead> nodes;
  if (!direct_->Read(link.address, full_name, {level, &all, &classes},
                     &nodes)) {
    return false;
  }
  std::vector<std::string> new_names;
  for (const NodeRead& read : nodes) {
    const std::string name = JoinName(read.parent, read.node->name());
    new_names.push_back(absl::StrCat(new_name, name.substr(full_name.size())));
    if (plan_.NewName(name) != new_names.back()) return false;
  }
  const absl::StatusOr<GroupPath::Place> place =
      path_.Enter(ParentPart(new_name));
  if (absl::IsAlreadyExists(place.status())) return false;
  CPPET_RETURN_IF_ERROR(place.status());
  const std::string last(LastPart(new_name));
  if (!place->is_new && HasLink(place->id, last)) return false;
  if (H5Ocopy(parent, link.name.c_str(), place->id, last.c_str(), H5P_DEFAULT,
              H5P_DEFAULT) < 0) {
    return ErrorAt(parent,
                   absl::StrCat(link.name, " cannot be copied to ", new_name));
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].node->is_group()) continue;
    ++copied_;
    const auto open = [&] {
      return OpenObject(
          place->id,
          PathBelow(new_names[i].substr(new_name.size() - last.size())));
    };
    CPPET_RETURN_IF_ERROR(
        NoteLeaf(open, new_names[i], nodes[i].node->comment()));
  }
  return true;
}

// Whether a derived parameter is one of those that are compared, not copied.
bool TreeCopier::IsMerged(const std::string& full_name) const {
  return FirstPart(full_name) == "derived_parameters" && !IsOfRuns(full_name) &&
         into_.tree().FindExact(full_name) != nullptr;
}

absl::Status TreeCopier::CopyGroup(hid_t group, const std::string& full_name) {
  CPPET_ASSIGN_OR_RETURN(const bool has_attributes,
                         HasAttributes(group, kNodeAttributes));
  H5G_info_t info;
  if (H5Gget_info(group, &info) < 0) {
    return ErrorAt(group, "cannot look at the group",
                   absl::StatusCode::kDataLoss);
  }
  // Others are made with what is in them. Those of run_ALL may get nothing.
  if ((!has_attributes && info.nlinks > 0) ||
      (FirstPart(full_name) == "derived_parameters" &&
       IsForAllRuns(full_name))) {
    return absl::OkStatus();
  }
  const std::string new_name = plan_.NewName(full_name);
  const absl::StatusOr<GroupPath::Place> place = path_.Enter(new_name);
  if (absl::IsAlreadyExists(place.status())) {
    Warn(std::string(place.status().message()));
    return absl::OkStatus();
  }
  CPPET_RETURN_IF_ERROR(place.status());
  if (!place->is_new) return absl::OkStatus();
  return CopyAttributes(group, kNodeAttributes, place->id);
}

absl::StatusOr<bool> TreeCopier::Enter(const std::string& full_name, Mode mode,
                                       GroupPath::Place* parent) {
  const absl::StatusOr<GroupPath::Place> place =
      path_.Enter(ParentPart(full_name));
  const bool blocked = absl::IsAlreadyExists(place.status());
  if (!blocked) {
    CPPET_RETURN_IF_ERROR(place.status());
    *parent = *place;
  }
  if (blocked || (!place->is_new &&
                  HasLink(place->id, std::string(LastPart(full_name))))) {
    if (mode == Mode::kAll) {
      Warn(absl::StrCat(full_name, " is there already and stays as it is"));
    }
    return false;
  }
  return true;
}

absl::Status TreeCopier::CopyLeaf(hid_t parent, hid_t leaf,
                                  const std::string& name,
                                  const std::string& new_name, Mode mode) {
  GroupPath::Place place;
  CPPET_ASSIGN_OR_RETURN(const bool is_free, Enter(new_name, mode, &place));
  if (!is_free) return absl::OkStatus();
  const std::string last(LastPart(new_name));
  if (H5Ocopy(parent, name.c_str(), place.id, last.c_str(), H5P_DEFAULT,
              H5P_DEFAULT) < 0) {
    return ErrorAt(leaf, absl::StrCat("cannot be copied to ", new_name));
  }
  ++copied_;
  std::string comment = ReadComment(leaf);
  if (comment.empty() && !lost_comments_.empty()) {
    const auto lost = lost_comments_.find(Masked(new_name));
    if (lost != lost_comments_.end()) {
      comment = std::move(lost->second);
      lost_comments_.erase(lost);
      CPPET_ASSIGN_OR_RETURN(const Handle copy, OpenObject(place.id, last));
      CPPET_RETURN_IF_ERROR(WriteComment(copy.get(), comment));
    }
  }
  const auto open = [&] { return OpenObject(parent, name); };
  return NoteLeaf(open, new_name, comment);
}

absl::Status TreeCopier::CopyColumns(hid_t other) {
  if (Ignores("results") || Ignores("results.runs") || Ignores(kColumnsLeaf)) {
    return absl::OkStatus();
  }
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<ColumnsReader> from,
                         ColumnsReader::Open(other, other_.length()));
  if (from == nullptr) return absl::OkStatus();
  for (const std::string& name : ignored_) {
    if (!absl::StartsWith(name, "results.runs.")) continue;
    Warn(absl::StrCat(name, " is not left out if it is a column"));
  }
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<ColumnsWriter> to,
                         file_.OpenOrMakeColumns());
  for (size_t table = 0; table + 1 < from->tables().size(); ++table) {
    const std::vector<RunColumn> columns(
        from->columns().begin() + from->tables()[table],
        from->columns().begin() + from->tables()[table + 1]);
    size_t row_size = sizeof(int64_t);
    absl::flat_hash_set<absl::string_view> results;
    for (const RunColumn& column : columns) {
      row_size += ItemSize(column.dtype);
      results.insert(column.result);
    }
    CPPET_RETURN_IF_ERROR(
        from->ReadRows(table, [&](std::string rows) -> absl::Status {
          std::string taken;
          for (size_t i = 0; i < rows.size(); i += row_size) {
            int64_t run;
            std::memcpy(&run, &rows[i], sizeof(run));
            run = plan_.new_indexes[run];
            if (run == kNoRun) continue;
            std::memcpy(&rows[i], &run, sizeof(run));
            taken.append(rows, i, row_size);
            copied_ += results.size();
          }
          return to->TakeRows(columns, taken);
        }));
  }
  return file_.FlushColumns(to.get());
}

absl::Status TreeCopier::NoteLeaf(
    const std::function<absl::StatusOr<Handle>()>& open,
    const std::string& full_name, const std::string& comment) {
  OverviewEntry entry;
  entry.full_name = full_name;
  entry.comment = comment;
  entry.value = [&] {
    const absl::StatusOr<Handle> leaf = open();
    return leaf.ok() ? LeafText(leaf->get(), full_name) : std::string();
  };
  return file_.overview().Add(entry).status();
}

absl::Status TreeCopier::CopyForAllRuns(hid_t other,
                                        const std::string& full_name) {
  const Parameter* ours = FindLoaded(into_, full_name);
  const Parameter* theirs = FindLoaded(other_, full_name);
  if (ours != nullptr && theirs != nullptr &&
      *ours->value() == *theirs->value()) {
    return absl::OkStatus();  // it is for the new runs, too
  }
  CPPET_ASSIGN_OR_RETURN(const Handle parent,
                         OpenObject(other, PathBelow(ParentPart(full_name))));
  const std::string name(LastPart(full_name));
  CPPET_ASSIGN_OR_RETURN(const Handle leaf, OpenObject(parent.get(), name));
  std::string first;
  for (const std::string& run : new_runs_) {
    const std::string new_name = ForRun(full_name, run);
    GroupPath::Place place;
    // What a run has of its own comes before that of run_ALL.
    CPPET_ASSIGN_OR_RETURN(const bool is_free,
                           Enter(new_name, Mode::kQuiet, &place));
    if (!is_free) continue;
    if (first.empty()) {
      first = new_name;
      CPPET_RETURN_IF_ERROR(
          CopyLeaf(parent.get(), leaf.get(), name, new_name, Mode::kAll));
    } else {
      CPPET_RETURN_IF_ERROR(WriteSoftLink(
          place.id, std::string(LastPart(new_name)), file_.PathTo(first)));
    }
  }
  if (!first.empty()) moved_.emplace(full_name, first);
  return absl::OkStatus();
}

absl::Status TreeCopier::CopyLink(const std::string& root,
                                  const std::string& full_name,
                                  const std::string& path) {
  if (FirstPart(full_name) == "derived_parameters" && IsForAllRuns(full_name)) {
    Warn(absl::StrCat(full_name, " is a link of run_ALL and is left out"));
    return absl::OkStatus();
  }
  absl::string_view below = path;
  std::string target;
  if (absl::ConsumePrefix(&below, root)) {
    const std::string old = absl::StrReplaceAll(below, {{"/", "."}});
    const auto moved = moved_.find(old);
    target = moved == moved_.end() ? plan_.NewName(old) : moved->second;
  }
  if (!target.empty()) {
    CPPET_ASSIGN_OR_RETURN(const GroupPath::Place place,
                           path_.Find(ParentPart(target)));
    if (place.id < 0 || !HasLink(place.id, std::string(LastPart(target)))) {
      target.clear();
    }
  }
  if (target.empty()) {
    Warn(absl::StrCat(full_name, " is a link to ",
                      path.empty() ? "another file" : path,
                      ", which is not in the merged trajectory"));
    return absl::OkStatus();
  }
  const std::string new_name = plan_.NewName(full_name);
  GroupPath::Place parent;
  CPPET_ASSIGN_OR_RETURN(const bool is_free,
                         Enter(new_name, Mode::kQuiet, &parent));
  if (!is_free) return absl::OkStatus();
  return WriteSoftLink(parent.id, std::string(LastPart(new_name)),
                       file_.PathTo(target));
}

}  // namespace cppet::hdf5
