#include "cppet/storage/hdf5/trajectory_reader.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/attribute.h"
#include "cppet/storage/hdf5/error.h"
#include "cppet/storage/hdf5/group.h"
#include "cppet/storage/hdf5/items.h"
#include "cppet/storage/hdf5/node_attributes.h"
#include "cppet/storage/hdf5/overview_rows.h"
#include "cppet/storage/hdf5/parameter_data.h"
#include "cppet/storage/hdf5/run_table.h"
#include "cppet/storage/hdf5/seen_objects.h"
#include "cppet/storage/hdf5/table.h"
#include "cppet/storage/hdf5/text.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

std::string Joined(absl::string_view parent, absl::string_view name) {
  return absl::StrCat(parent, parent.empty() ? "" : ".", name);
}

absl::Status Located(const absl::Status& status, hid_t object) {
  return StatusAt(object, status.message(), status.code());
}

class Reader {
 public:
  Reader(const LoadOptions& options, Trajectory* trajectory)
      : options_(options), trajectory_(*trajectory) {}

  absl::Status Read(hid_t group) {
    CPPET_ASSIGN_OR_RETURN(const Handle overview, OpenObject(group, kOverview));
    CPPET_RETURN_IF_ERROR(ReadInfo(group, overview.get()));
    CPPET_RETURN_IF_ERROR(ReadRuns(overview.get()));
    CPPET_RETURN_IF_ERROR(ReadAnnotationsOf(group, &trajectory_.tree().root()));
    CPPET_RETURN_IF_ERROR(ReadBranches(group));
    CPPET_RETURN_IF_ERROR(AddLinks(group));
    return ReadExplorations(overview.get());
  }

 private:
  // Notes what is left out. Returns it as an error if it may not be.
  absl::Status LeaveOut(const absl::Status& problem) {
    if (absl::IsDataLoss(problem) && !options_.leave_out_damaged) {
      return problem;
    }
    if (options_.warnings != nullptr) {
      options_.warnings->push_back(std::string(problem.message()));
    }
    return absl::OkStatus();
  }

  absl::Status LeaveOut(hid_t object, absl::string_view problem,
                        absl::StatusCode code) {
    return LeaveOut(StatusAt(object, problem, code));
  }

  absl::Status ReadInfo(hid_t group, hid_t overview) {
    CPPET_ASSIGN_OR_RETURN(const Table table,
                           Table::Open(overview, kInfoTable));
    if (table.num_rows() < 1) {
      return StatusAt(table.id(), "it has no rows",
                      absl::StatusCode::kDataLoss);
    }
    CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, 1));
    const InfoRow info = InfoRowOf(rows, 0);
    trajectory_.set_timestamp(info.timestamp);
    trajectory_.set_version(info.version, info.python);
    // The table has but the beginning of a long comment.
    const std::string whole = ReadComment(group);
    absl::string_view beginning = info.comment;
    absl::ConsumeSuffix(&beginning, "...");
    const bool cut = absl::StartsWith(whole, beginning);
    trajectory_.set_comment(cut ? whole : info.comment);
    length_ = info.length;
    if (info.name == trajectory_.name()) return absl::OkStatus();
    return LeaveOut(table.id(),
                    absl::StrCat("it calls the trajectory ", info.name),
                    absl::StatusCode::kDataLoss);
  }

  absl::Status ReadRuns(hid_t overview) {
    CPPET_ASSIGN_OR_RETURN(const RunTable table, RunTable::Open(overview));
    CPPET_ASSIGN_OR_RETURN(std::vector<RunInfo> runs, table.ReadAll());
    if (length_ != static_cast<int64_t>(runs.size())) {
      CPPET_RETURN_IF_ERROR(
          LeaveOut(overview,
                   absl::StrCat("there are ", runs.size(),
                                " runs, but there should be ", length_),
                   absl::StatusCode::kDataLoss));
    }
    for (size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].index != static_cast<int64_t>(i)) {
        CPPET_RETURN_IF_ERROR(LeaveOut(
            overview,
            absl::StrCat("row ", i, " of the run table is that of run ",
                         runs[i].index),
            absl::StatusCode::kDataLoss));
        runs[i].index = i;
      }
    }
    trajectory_.set_run_infos(std::move(runs));
    return absl::OkStatus();
  }

  absl::Status ReadExplorations(hid_t overview) {
    std::vector<std::string> names;
    if (HasLink(overview, kExplorationsTable)) {
      CPPET_ASSIGN_OR_RETURN(const Table table,
                             Table::Open(overview, kExplorationsTable));
      CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, table.num_rows()));
      for (int64_t i = 0; i < rows.size(); ++i) {
        names.push_back(CleanUtf8(rows.Text(i, 0)));
      }
    } else {
      names = with_range_;
    }
    trajectory_.set_explored_names(std::move(names));
    return absl::OkStatus();
  }

  absl::Status ReadAnnotationsOf(hid_t group, Node* node) {
    AnnotationsRead read = ReadAnnotations(group);
    for (auto& [name, value] : read.annotations) {
      node->Annotate(name, std::move(value));
    }
    for (const absl::Status& problem : read.problems) {
      CPPET_RETURN_IF_ERROR(LeaveOut(problem));
    }
    return absl::OkStatus();
  }

  LoadLevel LevelOf(absl::string_view branch) const {
    if (branch == "config" || branch == "parameters") {
      return options_.parameters;
    }
    if (branch == "derived_parameters") return options_.derived_parameters;
    if (branch == "results") return options_.results;
    return options_.other;
  }

  absl::Status ReadBranches(hid_t group) {
    CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(group));
    for (const Link& link : links) {
      if (link.name == kOverview) continue;
      const LoadLevel level = LevelOf(link.name);
      if (level == LoadLevel::kNothing) continue;
      CPPET_RETURN_IF_ERROR(ReadNode(group, "", link, level, 1));
    }
    return absl::OkStatus();
  }

  // Once all is there that links lead to.
  absl::Status AddLinks(hid_t group) {
    const std::string root = PathOf(group) + "/";
    for (const auto& [name, path] : links_) {
      absl::string_view target = path;
      Node* const node = absl::ConsumePrefix(&target, root)
                             ? trajectory_.tree().FindExact(
                                   absl::StrReplaceAll(target, {{"/", "."}}))
                             : nullptr;
      if (node == nullptr) {
        CPPET_RETURN_IF_ERROR(
            LeaveOut(group,
                     absl::StrCat(name, " is a link to ",
                                  path.empty() ? "another file" : path,
                                  ", which is not there or not loaded"),
                     absl::StatusCode::kNotFound));
        continue;
      }
      const absl::Status added = trajectory_.tree().AddLink(name, *node);
      if (!added.ok()) {
        CPPET_RETURN_IF_ERROR(LeaveOut(Located(added, group)));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadNode(hid_t parent, const std::string& parent_name,
                        const Link& link, LoadLevel level, int depth) {
    const std::string full_name = Joined(parent_name, link.name);
    if (!link.hard) {
      links_.emplace_back(full_name, link.target);
      return absl::OkStatus();
    }
    absl::StatusOr<Handle> object = OpenObject(parent, link.name);
    if (!object.ok()) return LeaveOut(object.status());
    const hid_t id = object->get();
    // Old files have tables beside the nodes.
    if (!IsGroup(id)) return absl::OkStatus();
    if (seen_.Repeats(id) || depth > kMaxDepth) {
      return LeaveOut(id, "it is in the tree more than once, or too deep",
                      absl::StatusCode::kDataLoss);
    }
    if (IsLeaf(id)) return ReadLeaf(id, parent_name, link.name, level);

    absl::StatusOr<Group*> group = trajectory_.tree().AddGroup(full_name);
    if (!group.ok()) return LeaveOut(Located(group.status(), id));
    (*group)->set_comment(ReadComment(id));
    (*group)->set_class_name(ReadClassName(id));
    CPPET_RETURN_IF_ERROR(ReadAnnotationsOf(id, *group));
    absl::StatusOr<std::vector<Link>> links = ListLinks(id);
    if (!links.ok()) return LeaveOut(links.status());
    for (const Link& child : *links) {
      CPPET_RETURN_IF_ERROR(ReadNode(id, full_name, child, level, depth + 1));
    }
    return absl::OkStatus();
  }

  absl::Status ReadLeaf(hid_t id, const std::string& parent_name,
                        const std::string& name, LoadLevel level) {
    const std::string class_name = ReadClassName(id);
    std::unique_ptr<Node> node;
    if (IsParameter(class_name, parent_name)) {
      CPPET_ASSIGN_OR_RETURN(
          node, ReadParameterLeaf(id, parent_name, name, class_name, level));
    } else {
      Items items;
      if (level == LoadLevel::kData) {
        ItemsRead read = ReadItems(id, class_name, &seen_);
        for (const absl::Status& problem : read.problems) {
          CPPET_RETURN_IF_ERROR(LeaveOut(problem));
        }
        items = std::move(read.items);
      }
      node = std::make_unique<Result>(
          name, std::move(items), class_name.empty() ? "Result" : class_name);
    }
    node->set_comment(ReadComment(id));
    CPPET_RETURN_IF_ERROR(ReadAnnotationsOf(id, node.get()));
    const absl::Status added =
        trajectory_.tree().Add(parent_name, std::move(node)).status();
    return added.ok() ? added : LeaveOut(Located(added, id));
  }

  // By what pypet calls its classes and those derived from them; what is called
  // otherwise is what is usual in its branch.
  static bool IsParameter(const std::string& class_name,
                          const std::string& parent_name) {
    if (absl::StrContains(class_name, "Parameter")) return true;
    if (absl::StrContains(class_name, "Result")) return false;
    const std::string branch = parent_name.substr(0, parent_name.find('.'));
    return branch == "config" || branch == "parameters" ||
           branch == "derived_parameters";
  }

  absl::StatusOr<std::unique_ptr<Node>> ReadParameterLeaf(
      hid_t id, const std::string& parent_name, const std::string& name,
      const std::string& class_name, LoadLevel level) {
    ParameterData data;
    if (level == LoadLevel::kData) {
      absl::StatusOr<ParameterData> read = ReadParameter(id);
      if (!read.ok()) {
        CPPET_RETURN_IF_ERROR(LeaveOut(read.status()));
      } else {
        data = *std::move(read);
      }
    }
    auto parameter = std::make_unique<Parameter>(
        name, std::move(data.value),
        class_name.empty() ? "Parameter" : class_name);
    if (data.range.has_value()) {
      if (data.range->size() != trajectory_.length()) {
        CPPET_RETURN_IF_ERROR(LeaveOut(
            id,
            absl::StrCat("it is explored in ", data.range->size(),
                         " runs, but there are ", trajectory_.length()),
            absl::StatusCode::kDataLoss));
      } else {
        parameter->SetRange(*std::move(data.range));
        with_range_.push_back(Joined(parent_name, name));
      }
    }
    if (level == LoadLevel::kData) parameter->Lock();
    return parameter;
  }

  const LoadOptions& options_;
  Trajectory& trajectory_;
  int64_t length_ = 1;
  // Of the parameters that have a range.
  std::vector<std::string> with_range_;
  SeenObjects seen_;
  // Links by their full names, and the paths that they lead to.
  std::vector<std::pair<std::string, std::string>> links_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ListTrajectories(hid_t root) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(root));
  std::vector<std::string> names;
  for (const Link& link : links) {
    if (!link.hard) continue;
    const absl::StatusOr<Handle> object = OpenObject(root, link.name);
    if (object.ok() && IsGroup(object->get()) &&
        HasLink(object->get(), kOverview)) {
      names.push_back(link.name);
    }
  }
  return names;
}

absl::Status CheckTrajectoryIsThere(hid_t root, absl::string_view name) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                         ListTrajectories(root));
  if (absl::c_linear_search(names, name)) return absl::OkStatus();
  return StatusAt(
      root,
      absl::StrCat("there is no trajectory ", name,
                   names.empty() ? " and no other one"
                                 : absl::StrCat("; there is ",
                                                absl::StrJoin(names, ", "))),
      absl::StatusCode::kNotFound);
}

absl::StatusOr<std::unique_ptr<Trajectory>> ReadTrajectory(
    hid_t root, const std::string& name, const LoadOptions& options) {
  CPPET_ASSIGN_OR_RETURN(const Handle group, OpenObject(root, name));
  auto trajectory = std::make_unique<Trajectory>(name);
  if (!trajectory->status().ok()) {
    return StatusAt(group.get(), trajectory->status().message(),
                    absl::StatusCode::kDataLoss);
  }
  const absl::Status status =
      Reader(options, trajectory.get()).Read(group.get());
  if (absl::IsUnimplemented(status)) return status;
  // Anything else means that something is missing.
  if (!status.ok()) return absl::DataLossError(status.message());
  trajectory->set_stored(true);
  return trajectory;
}

absl::StatusOr<Hdf5Settings> ReadSettings(hid_t root, const std::string& name) {
  CPPET_ASSIGN_OR_RETURN(const Handle group, OpenObject(root, name));
  CPPET_ASSIGN_OR_RETURN(const Handle overview,
                         OpenObject(group.get(), kOverview));
  absl::StatusOr<Table> table = Table::Open(overview.get(), kSettingsTable);
  if (absl::IsNotFound(table.status())) return Hdf5Settings();
  CPPET_RETURN_IF_ERROR(table.status());
  if (table->num_rows() < 1) return Hdf5Settings();
  CPPET_ASSIGN_OR_RETURN(const Rows rows, table->Read(0, 1));
  return SettingsOf(rows, 0);
}

}  // namespace cppet::hdf5
