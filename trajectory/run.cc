#include "cppet/trajectory/run.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/adding.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_seed.h"
#include "cppet/trajectory/value_check.h"

namespace cppet {
namespace {

// Parameters and config are the same for all runs.
absl::Status CheckOpenToRuns(absl::string_view full_name) {
  const absl::string_view branch = FirstPart(full_name);
  if (branch != "parameters" && branch != "config") return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(full_name, " is in ", branch, ", to which no run adds"));
}

LeafRecord RecordOf(const Leaf& leaf) {
  LeafRecord record;
  record.full_name = leaf.full_name();
  record.kind = leaf.kind();
  record.class_name = leaf.class_name();
  record.comment = leaf.comment();
  record.annotations = leaf.annotations();
  if (leaf.kind() == Node::Kind::kParameter) {
    record.items = {{"data", *static_cast<const Parameter&>(leaf).value()}};
  } else {
    record.items = static_cast<const Result&>(leaf).items();
  }
  return record;
}

}  // namespace

Run::Run(const Trajectory& trajectory, int64_t index)
    : trajectory_(trajectory),
      view_(trajectory.tree(), index),
      name_(view_.name()) {}

absl::Status Run::Keep(absl::Status status) {
  if (status_.ok()) status_ = status;
  return status;
}

FindOptions Run::Options() const {
  FindOptions options;
  options.run = index();
  return options;
}

absl::StatusOr<Value> Run::operator[](absl::string_view name) const {
  for (const Tree* tree : {&trajectory_.tree(), &added_}) {
    const Node* node = tree->FindOrNull(name, Options());
    if (node != nullptr) return view_.ValueOf(*node);
  }
  return view_[name];
}

uint64_t Run::Seed() {
  const uint64_t seed = RunSeed(trajectory_.seed(), index());
  if (!std::exchange(seed_added_, true)) {
    AddDerivedParameter("seed", Value(seed), "Seed of the random numbers")
        .IgnoreError();  // it is in the status of the run
  }
  return seed;
}

absl::Status Run::AddResult(absl::string_view name, Value value,
                            absl::string_view comment) {
  Items items;
  items.emplace_back(LastPart(name), std::move(value));
  return AddResult(name, std::move(items), comment);
}

absl::Status Run::AddResult(absl::string_view name, Items items,
                            absl::string_view comment) {
  const std::string full_name = FullName("results", name, index());
  return Keep(
      cppet::AddResult(added_, full_name, std::move(items), comment).status());
}

absl::Status Run::AddDerivedParameter(absl::string_view name, Value value,
                                      absl::string_view comment) {
  const std::string full_name = FullName("derived_parameters", name, index());
  const auto add = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(CheckBranch(full_name, "derived_parameters"));
    return AddParameter(added_, full_name, std::move(value), comment).status();
  };
  return Keep(add());
}

absl::Status Run::AddGroupBelow(absl::string_view branch,
                                absl::string_view name,
                                absl::string_view comment) {
  const std::string full_name = FullName(branch, name, index());
  absl::Status status = CheckBranch(full_name, branch);
  if (!status.ok()) return Keep(std::move(status));
  return AddGroup(full_name, comment);
}

absl::Status Run::AddResultGroup(absl::string_view name,
                                 absl::string_view comment) {
  return AddGroupBelow("results", name, comment);
}

absl::Status Run::AddDerivedParameterGroup(absl::string_view name,
                                           absl::string_view comment) {
  return AddGroupBelow("derived_parameters", name, comment);
}

absl::Status Run::AddGroup(absl::string_view full_name,
                           absl::string_view comment) {
  const std::string expanded = ExpandPlaceholders(full_name, index());
  const auto add = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(CheckOpenToRuns(expanded));
    return cppet::AddGroup(added_, expanded, comment).status();
  };
  return Keep(add());
}

absl::Status Run::AddValue(absl::string_view full_name, Value value,
                           absl::string_view comment) {
  const std::string expanded = ExpandPlaceholders(full_name, index());
  const auto add = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(CheckOpenToRuns(expanded));
    return AddLeaf(added_, expanded, std::move(value), comment).status();
  };
  return Keep(add());
}

absl::Status Run::AddLink(absl::string_view full_name,
                          absl::string_view target) {
  const std::string expanded = ExpandPlaceholders(full_name, index());
  const auto add = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(CheckOpenToRuns(expanded));
    Node* node = added_.FindOrNull(target, Options());
    if (node == nullptr) {
      CPPET_ASSIGN_OR_RETURN(node, view_.Find(target));
    }
    return added_.AddLink(expanded, *node);
  };
  return Keep(add());
}

absl::Status Run::Annotate(absl::string_view name, absl::string_view annotation,
                           Value value) {
  const auto annotate = [&]() -> absl::Status {
    CPPET_ASSIGN_OR_RETURN(Node * node, added_.Find(name, Options()));
    CPPET_RETURN_IF_ERROR(CheckItems(absl::StrCat("the remark of ", name),
                                     {{std::string(annotation), value}}));
    node->Annotate(annotation, std::move(value));
    return absl::OkStatus();
  };
  return Keep(annotate());
}

std::vector<LeafRecord> Run::TakeLeaves() const {
  std::vector<LeafRecord> records;
  VisitNodes(added_.root(), [&](const Node& node) {
    if (!node.is_group()) {
      records.push_back(RecordOf(static_cast<const Leaf&>(node)));
    }
  });
  return records;
}

std::vector<GroupRecord> Run::TakeGroups() const {
  std::vector<GroupRecord> records;
  VisitNodes(added_.root(), [&](const Node& node) {
    if (!node.is_group()) return;
    const auto& group = static_cast<const Group&>(node);
    const bool empty = group.children().empty() && group.links().empty();
    if (empty || !group.comment().empty() || !group.annotations().empty()) {
      records.push_back(
          {group.full_name(), group.comment(), group.annotations()});
    }
  });
  return records;
}

std::vector<LinkRecord> Run::TakeLinks() const {
  std::vector<LinkRecord> records;
  const auto take = [&](const Node& node) {
    if (!node.is_group()) return;
    const auto& group = static_cast<const Group&>(node);
    for (const auto& [name, target] : group.links()) {
      records.push_back(
          {JoinName(group.full_name(), name), target->full_name()});
    }
  };
  take(added_.root());
  VisitNodes(added_.root(), take);
  return records;
}

}  // namespace cppet
