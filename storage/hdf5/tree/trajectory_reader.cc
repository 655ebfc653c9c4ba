#include "cppet/storage/hdf5/tree/trajectory_reader.h"

#include <algorithm>
#include <cstdint>
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
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/overview/explorations.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/overview/run_table.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/hdf5/tree/column_nodes.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/tree/node_reader.h"
#include "cppet/storage/hdf5/tree/nodes_read.h"
#include "cppet/storage/hdf5/tree/problems.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/run_states.h"

namespace cppet::hdf5 {
namespace {

class Reader {
 public:
  Reader(const LoadOptions& options, const LeafClasses& classes,
         Trajectory* trajectory)
      : options_(options),
        classes_(classes),
        problems_(options.leave_out_damaged, options.warnings),
        trajectory_(*trajectory) {}

  absl::Status Read(hid_t group, const std::string& name) {
    CPPET_ASSIGN_OR_RETURN(const Handle overview, OpenObject(group, kOverview));
    CPPET_RETURN_IF_ERROR(ReadInfo(group, overview.get(), name));
    CPPET_RETURN_IF_ERROR(ReadRuns(overview.get()));
    if (options_.with_meta_data) {
      CPPET_RETURN_IF_ERROR(
          ReadAnnotationsOf(group, &trajectory_.tree().root(), &problems_));
    }
    NodeReader nodes(NodeOptions(), &problems_);
    CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(group));
    for (const Link& link : links) {
      if (link.name == kOverview) continue;
      CPPET_RETURN_IF_ERROR(nodes.Read(group, "", link));
    }
    if (options_.run_columns) {
      CPPET_RETURN_IF_ERROR(
          ReadColumnNodes(group, "", nodes.options(), &problems_).status());
    }
    CPPET_RETURN_IF_ERROR(
        AddLinks(group, nodes.links(), &trajectory_, &problems_));
    CPPET_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> explored,
                           ReadExplorations(overview.get()));
    trajectory_.set_explored_names(explored.has_value() ? *std::move(explored)
                                                        : nodes.explored());
    return absl::OkStatus();
  }

 private:
  absl::Status ReadInfo(hid_t group, hid_t overview, const std::string& name) {
    CPPET_ASSIGN_OR_RETURN(const Table table,
                           Table::Open(overview, kInfoTable));
    if (table.num_rows() < 1) {
      return StatusAt(table.id(), "it has no rows",
                      absl::StatusCode::kDataLoss);
    }
    CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, 1));
    const InfoRow info = InfoRowOf(rows, 0);
    if (options_.with_meta_data) {
      if (!options_.as_new) {
        trajectory_.set_timestamp(info.timestamp);
        trajectory_.set_version(info.version, info.python);
      }
      // The table has but the beginning of a long comment.
      const std::string whole = ReadComment(group);
      absl::string_view beginning = info.comment;
      absl::ConsumeSuffix(&beginning, "...");
      const bool cut = absl::StartsWith(whole, beginning);
      trajectory_.set_comment(cut ? whole : info.comment);
    }
    length_ = info.length;
    if (info.name == name) return absl::OkStatus();
    return problems_.LeaveOut(
        table.id(), absl::StrCat("it calls the trajectory ", info.name),
        absl::StatusCode::kDataLoss);
  }

  absl::Status ReadRuns(hid_t overview) {
    CPPET_ASSIGN_OR_RETURN(const RunTable table, RunTable::Open(overview));
    if (length_ != table.size()) {
      CPPET_RETURN_IF_ERROR(problems_.LeaveOut(
          overview,
          absl::StrCat("there are ", table.size(),
                       " runs, but there should be ", length_),
          absl::StatusCode::kDataLoss));
    }
    if (options_.as_new || !options_.with_run_information ||
        !options_.with_meta_data) {
      trajectory_.set_length(std::max<int64_t>(1, table.size()));
      return absl::OkStatus();
    }
    RunStates states;
    int64_t next = 0;
    absl::Status status;
    CPPET_RETURN_IF_ERROR(table.ReadEach([&](const RunInfoView& run) {
      if (next == 0) states.Reserve(table.size());  // now that is known
      if (run.index != next && status.ok()) {
        status = problems_.LeaveOut(
            overview,
            absl::StrCat("row ", next, " of the run table is that of run ",
                         run.index),
            absl::StatusCode::kDataLoss);
      }
      if (!states.AppendUsual(run)) {
        RunInfo row = RunInfoOf(run);
        row.index = next;
        states.Append(std::move(row));
      }
      ++next;
    }));
    trajectory_.set_run_states(table.size(), std::move(states));
    return status;
  }

  LoadLevel LevelOf(absl::string_view full_name) const {
    const absl::string_view branch = FirstPart(full_name);
    if (branch == "config" || branch == "parameters") {
      return options_.parameters;
    }
    if (options_.as_new) return LoadLevel::kNothing;
    if (branch == "derived_parameters") return options_.derived_parameters;
    if (branch == "results") return options_.results;
    return options_.other;
  }

  NodeReaderOptions NodeOptions() {
    NodeReaderOptions options;
    options.level = [this](absl::string_view full_name) {
      return LevelOf(full_name);
    };
    options.take = [this](NodeRead read) {
      if (options_.as_new && read.node->kind() == Node::Kind::kParameter) {
        static_cast<Parameter&>(*read.node).Unlock();
      }
      return AddNode(std::move(read), &trajectory_);
    };
    options.classes = classes_;
    options.length = trajectory_.length();
    options.max_depth = options_.max_depth;
    return options;
  }

  const LoadOptions& options_;
  const LeafClasses& classes_;
  Problems problems_;
  Trajectory& trajectory_;
  int64_t length_ = 1;
};

absl::Status CheckLoadOptions(const LoadOptions& options) {
  if (!options.as_new) return absl::OkStatus();
  for (const LoadLevel level :
       {options.derived_parameters, options.results, options.other}) {
    if (level >= LoadLevel::kData) {
      return absl::InvalidArgumentError(
          "only config and parameters can be loaded as new, no derived "
          "parameters, results and others");
    }
  }
  return absl::OkStatus();
}

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
    hid_t root, const std::string& name, const LoadOptions& options,
    const LeafClasses& classes) {
  CPPET_RETURN_IF_ERROR(CheckLoadOptions(options));
  CPPET_ASSIGN_OR_RETURN(const Handle group, OpenObject(root, name));
  const bool renamed = options.as_new && !options.new_name.empty();
  auto trajectory =
      std::make_unique<Trajectory>(renamed ? options.new_name : name);
  if (!trajectory->status().ok()) {
    if (renamed) return trajectory->status();
    return StatusAt(group.get(), trajectory->status().message(),
                    absl::StatusCode::kDataLoss);
  }
  const absl::Status status =
      Reader(options, classes, trajectory.get()).Read(group.get(), name);
  if (absl::IsUnimplemented(status)) return status;
  // Anything else means that something is missing.
  if (!status.ok()) return absl::DataLossError(status.message());
  trajectory->set_stored(!options.as_new);
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
