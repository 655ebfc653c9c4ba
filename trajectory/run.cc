#include "cppet/trajectory/run.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
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

// The places of what a run adds without saying where.
constexpr char kResults[] = "results.runs.$.";
constexpr char kDerivedParameters[] = "derived_parameters.runs.$.";
// The item of a parameter.
constexpr char kData[] = "data";

// Whether `name` leads to the same place in all runs.
bool IsSimpleName(absl::string_view name) {
  return !HasPlaceholder(name) && !absl::StrContains(name, "run_") &&
         !IsBranch(FirstPart(name));
}

bool IsNumber(const Value& value) {
  return !value.is_text() && !value.is_composite();
}

}  // namespace

// A leaf that the run before added.
struct KnownLeaf {
  std::shared_ptr<const LeafHead> head;
  std::vector<std::string> items;
};

namespace {

using KnownLeaves = std::vector<KnownLeaf>;

// What the last run of this thread added, in that order. Most runs add the
// same, which then needs no checks, no names of its own and no tree: 10^6 runs
// of ten numbers take a quarter of the time.
std::shared_ptr<const KnownLeaves>& LastKnown() {
  thread_local auto known = std::make_shared<const KnownLeaves>();
  return known;
}

// Notes `leaves` of a run in which nothing went wrong.
void Learn(const std::vector<LeafRecord>& leaves) {
  auto known = std::make_shared<KnownLeaves>();
  for (const LeafRecord& leaf : leaves) {
    absl::string_view name = leaf.head->name;
    if (!absl::ConsumePrefix(&name, leaf.head->kind == Node::Kind::kResult
                                        ? kResults
                                        : kDerivedParameters) ||
        !IsSimpleName(name) || !leaf.head->annotations.empty()) {
      break;
    }
    KnownLeaf& next = known->emplace_back();
    next.head = leaf.head;
    for (const auto& [item, value] : leaf.items) next.items.push_back(item);
  }
  LastKnown() = std::move(known);
}

LeafRecord RecordOf(const Leaf& leaf, int64_t index) {
  LeafHead head;
  head.name = NameForAnyRun(leaf.full_name(), index);
  head.comment = leaf.comment();
  head.kind = leaf.kind();
  head.class_name = leaf.class_name();
  head.annotations = leaf.annotations();
  if (leaf.kind() == Node::Kind::kResult) {
    return {std::move(head), static_cast<const Result&>(leaf).items()};
  }
  const auto& parameter = static_cast<const Parameter&>(leaf);
  return {std::move(head), {{kData, *parameter.value()}}};
}

}  // namespace

Run::Run(const Trajectory& trajectory, int64_t index)
    : trajectory_(trajectory),
      view_(trajectory.tree(), index),
      name_(view_.name()),
      known_(LastKnown()) {}

absl::Status Run::Keep(absl::Status status) {
  if (status_.ok()) status_ = status;
  return status;
}

template <typename T>
absl::Status Run::KeepLeaf(const absl::StatusOr<T*>& leaf) {
  if (leaf.ok()) leaves_.push_back(*leaf);
  return Keep(leaf.status());
}

const KnownLeaf* Run::NextKnown(const char* place, absl::string_view name,
                                absl::string_view comment) const {
  if (has_tree_ || known_leaves_.size() >= known_->size()) return nullptr;
  const KnownLeaf& next = (*known_)[known_leaves_.size()];
  absl::string_view known_name = next.head->name;
  return absl::ConsumePrefix(&known_name, place) && name == known_name &&
                 comment == next.head->comment
             ? &next
             : nullptr;
}

Items& Run::AddKnown(const KnownLeaf& known) {
  known_leaves_.reserve(known_->size());
  return known_leaves_.emplace_back(known.head, Items()).items;
}

Tree& Run::added() const {
  if (std::exchange(has_tree_, true)) return added_;
  for (LeafRecord& leaf : std::exchange(known_leaves_, {})) {
    const LeafHead& head = *leaf.head;
    const std::string full_name = NameInRun(head.name, index());
    // What the run before added can be added.
    if (head.kind == Node::Kind::kResult) {
      leaves_.push_back(*cppet::AddResult(added_, full_name,
                                          std::move(leaf.items), head.comment));
    } else {
      leaves_.push_back(*AddParameter(
          added_, full_name, std::move(leaf.items[0].second), head.comment));
    }
  }
  return added_;
}

FindOptions Run::Options() const {
  FindOptions options;
  options.run = index();
  return options;
}

absl::StatusOr<Value> Run::operator[](absl::string_view name) const {
  const Node* node = trajectory_.tree().FindOrNull(name, Options());
  if (node == nullptr) node = added().FindOrNull(name, Options());
  if (node != nullptr) return view_.ValueOf(*node);
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
  const absl::string_view item = LastPart(name);
  const KnownLeaf* known = NextKnown(kResults, name, comment);
  if (known != nullptr && known->items.size() == 1 && known->items[0] == item &&
      IsNumber(value)) {
    AddKnown(*known).emplace_back(known->items[0], std::move(value));
    return absl::OkStatus();
  }
  Items items;
  items.emplace_back(item, std::move(value));
  return AddResult(name, std::move(items), comment);
}

absl::Status Run::AddResult(absl::string_view name, Items items,
                            absl::string_view comment) {
  const KnownLeaf* known = NextKnown(kResults, name, comment);
  if (known != nullptr &&
      std::equal(items.begin(), items.end(), known->items.begin(),
                 known->items.end(), [](const auto& item, const auto& name) {
                   return item.first == name && IsNumber(item.second);
                 })) {
    AddKnown(*known) = std::move(items);
    return absl::OkStatus();
  }
  const std::string full_name = FullName("results", name, index());
  return KeepLeaf(
      cppet::AddResult(added(), full_name, std::move(items), comment));
}

absl::Status Run::AddDerivedParameter(absl::string_view name, Value value,
                                      absl::string_view comment) {
  const KnownLeaf* known = NextKnown(kDerivedParameters, name, comment);
  if (known != nullptr && value.is_scalar() && IsNumber(value)) {
    AddKnown(*known).emplace_back(kData, std::move(value));
    return absl::OkStatus();
  }
  const std::string full_name = FullName("derived_parameters", name, index());
  const auto add = [&]() -> absl::StatusOr<Parameter*> {
    CPPET_RETURN_IF_ERROR(CheckBranch(full_name, "derived_parameters"));
    return AddParameter(added(), full_name, std::move(value), comment);
  };
  return KeepLeaf(add());
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
    return cppet::AddGroup(added(), expanded, comment).status();
  };
  return Keep(add());
}

absl::Status Run::AddValue(absl::string_view full_name, Value value,
                           absl::string_view comment) {
  const std::string expanded = ExpandPlaceholders(full_name, index());
  const auto add = [&]() -> absl::StatusOr<Leaf*> {
    CPPET_RETURN_IF_ERROR(CheckOpenToRuns(expanded));
    return AddLeaf(added(), expanded, std::move(value), comment);
  };
  return KeepLeaf(add());
}

absl::Status Run::AddLink(absl::string_view full_name,
                          absl::string_view target) {
  const std::string expanded = ExpandPlaceholders(full_name, index());
  const auto add = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(CheckOpenToRuns(expanded));
    Node* node = added().FindOrNull(target, Options());
    if (node == nullptr) {
      CPPET_ASSIGN_OR_RETURN(node, view_.Find(target));
    }
    return added().AddLink(expanded, *node);
  };
  return Keep(add());
}

absl::Status Run::Annotate(absl::string_view name, absl::string_view annotation,
                           Value value) {
  const auto annotate = [&]() -> absl::Status {
    CPPET_ASSIGN_OR_RETURN(Node * node, added().Find(name, Options()));
    CPPET_RETURN_IF_ERROR(CheckItems(absl::StrCat("the remark of ", name),
                                     {{std::string(annotation), value}}));
    node->Annotate(annotation, std::move(value));
    return absl::OkStatus();
  };
  return Keep(annotate());
}

std::vector<LeafRecord> Run::TakeLeaves() {
  if (!has_tree_) return std::move(known_leaves_);
  std::vector<LeafRecord> records;
  records.reserve(leaves_.size());
  for (const Leaf* leaf : leaves_) records.push_back(RecordOf(*leaf, index()));
  if (status_.ok()) Learn(records);
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
