#include "cppet/trajectory/trajectory_bytes.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cereal/types/map.hpp"
#include "cereal/types/optional.hpp"
#include "cereal/types/string.hpp"
#include "cereal/types/utility.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/archive_bytes.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/run_states.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "cppet/trajectory/value_archive.h"

// cereal finds these by the namespace of their types.
namespace cppet {

// A range of scalars of one type and a fixed size.
struct PackedRange {
  DType dtype = DType::kFloat64;
  Flavor flavor = Flavor::kPython;
  std::string bytes;
};

// A node and all that is in it.
struct NodeBytes {
  std::string parent;
  std::string name;
  Node::Kind kind = Node::Kind::kGroup;
  std::string class_name;
  std::string comment;
  std::map<std::string, Value> annotations;
  Items items;
  std::optional<Value> value;
  std::optional<std::vector<Value>> range;
  std::optional<PackedRange> packed_range;  // in its place, if possible
  bool locked = false;
  InMemory in_memory = InMemory::kAll;  // of a leaf
};

// Of a link, and of what it leads to.
using FullNames = std::pair<std::string, std::string>;

struct TrajectoryBytes {
  std::string name;
  std::string comment;
  double timestamp = 0;
  std::string version;
  std::string language;
  bool stored = false;
  int64_t length = 1;
  RunStates::Parts runs;
  std::vector<std::string> explored;
  std::map<std::string, Value> annotations;  // of the root
  std::vector<NodeBytes> nodes;              // parents before children
  std::vector<FullNames> links;
};

template <typename Archive>
void serialize(Archive& archive, RunInfo& run) {
  archive(run.index, run.name, run.timestamp, run.finish_timestamp, run.runtime,
          run.time, run.completed, run.parameter_summary,
          run.short_environment_hexsha);
}

template <typename Archive>
void serialize(Archive& archive, RunStates::Parts& runs) {
  archive(runs.states, runs.environments, runs.rows);
}

template <typename Archive>
void serialize(Archive& archive, PackedRange& range) {
  archive(range.dtype, range.flavor, range.bytes);
}

template <typename Archive>
void serialize(Archive& archive, NodeBytes& node) {
  archive(node.parent, node.name, node.kind, node.class_name, node.comment,
          node.annotations, node.items, node.value, node.range,
          node.packed_range, node.locked, node.in_memory);
}

template <typename Archive>
void serialize(Archive& archive, TrajectoryBytes& trajectory) {
  archive(trajectory.name, trajectory.comment, trajectory.timestamp,
          trajectory.version, trajectory.language, trajectory.stored,
          trajectory.length, trajectory.runs, trajectory.explored,
          trajectory.annotations, trajectory.nodes, trajectory.links);
}

namespace {

std::optional<PackedRange> Packed(const Range& range) {
  if (range.size() == 0) return std::nullopt;
  const Value first = range[0];
  if (!first.is_scalar() || first.is_text()) return std::nullopt;
  PackedRange packed = {first.dtype(), first.flavor(), ""};
  packed.bytes.reserve(range.size() * ItemSize(first.dtype()));
  for (int64_t i = 0; i < range.size(); ++i) {
    const Value value = range[i];
    if (!value.SameType(first)) return std::nullopt;
    packed.bytes.append(value.bytes().data(), value.bytes().size());
  }
  return packed;
}

absl::StatusOr<Range> Unpacked(PackedRange packed) {
  const size_t size =
      packed.dtype <= DType::kFloat16 ? ItemSize(packed.dtype) : 0;
  if (size == 0 || packed.bytes.size() % size != 0 ||
      packed.flavor > Flavor::kNumpy) {
    return absl::DataLossError("a range is damaged");
  }
  const int64_t count = packed.bytes.size() / size;
  auto values = std::make_shared<const PackedRange>(std::move(packed));
  return Range(count, [values, size](int64_t i) {
    return Value::Scalar(
        values->dtype, values->flavor,
        absl::string_view(values->bytes).substr(i * size, size));
  });
}

NodeBytes BytesOf(const Node& node) {
  NodeBytes bytes;
  bytes.parent = node.parent()->full_name();
  bytes.name = node.name();
  bytes.kind = node.kind();
  bytes.comment = node.comment();
  bytes.annotations = node.annotations();
  if (node.is_group()) {
    bytes.class_name = static_cast<const Group&>(node).class_name();
    return bytes;
  }
  const auto& leaf = static_cast<const Leaf&>(node);
  bytes.class_name = leaf.class_name();
  bytes.in_memory = leaf.in_memory();
  if (node.kind() == Node::Kind::kResult) {
    bytes.items = static_cast<const Result&>(node).items();
    return bytes;
  }
  const auto& parameter = static_cast<const Parameter&>(node);
  bytes.value = parameter.value();
  if (parameter.explored()) {
    bytes.packed_range = Packed(*parameter.range());
    if (!bytes.packed_range.has_value()) {
      bytes.range = parameter.range()->ToVector();
    }
  }
  bytes.locked = parameter.locked();
  return bytes;
}

void AppendLinks(const Group& group, std::vector<FullNames>* links) {
  const std::string parent = group.full_name();
  for (const auto& [name, target] : group.links()) {
    links->emplace_back(JoinName(parent, name), target->full_name());
  }
}

absl::StatusOr<std::unique_ptr<Leaf>> LeafOf(NodeBytes& bytes) {
  if (bytes.kind == Node::Kind::kResult) {
    return std::make_unique<Result>(bytes.name, std::move(bytes.items),
                                    std::move(bytes.class_name));
  }
  auto parameter = std::make_unique<Parameter>(
      bytes.name, std::move(bytes.value), std::move(bytes.class_name));
  if (bytes.range.has_value()) {
    parameter->SetRange(Range(*std::move(bytes.range)));
  }
  if (bytes.packed_range.has_value()) {
    CPPET_ASSIGN_OR_RETURN(Range range,
                           Unpacked(*std::move(bytes.packed_range)));
    parameter->SetRange(std::move(range));
  }
  if (bytes.locked) parameter->Lock();
  return parameter;
}

absl::StatusOr<Node*> AddNode(NodeBytes& bytes, Tree* tree) {
  if (bytes.kind != Node::Kind::kGroup) {
    CPPET_ASSIGN_OR_RETURN(std::unique_ptr<Leaf> leaf, LeafOf(bytes));
    leaf->set_in_memory(bytes.in_memory);
    return tree->Add(bytes.parent, std::move(leaf));
  }
  CPPET_ASSIGN_OR_RETURN(Group* const group,
                         tree->AddGroup(JoinName(bytes.parent, bytes.name)));
  group->set_class_name(std::move(bytes.class_name));
  return group;
}

absl::Status AddNodes(TrajectoryBytes& bytes, Tree* tree) {
  for (auto& [name, value] : bytes.annotations) {
    tree->root().Annotate(name, std::move(value));
  }
  for (NodeBytes& node_bytes : bytes.nodes) {
    CPPET_ASSIGN_OR_RETURN(Node* const node, AddNode(node_bytes, tree));
    node->set_comment(node_bytes.comment);
    for (auto& [name, value] : node_bytes.annotations) {
      node->Annotate(name, std::move(value));
    }
  }
  for (const auto& [link, target] : bytes.links) {
    Node* const node = tree->FindExact(target);
    if (node == nullptr) {
      return absl::NotFoundError(absl::StrCat(link, " is a link to nothing"));
    }
    CPPET_RETURN_IF_ERROR(tree->AddLink(link, *node));
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeTrajectory(const Trajectory& trajectory) {
  TrajectoryBytes bytes;
  bytes.name = trajectory.name();
  bytes.comment = trajectory.comment();
  bytes.timestamp = trajectory.timestamp();
  bytes.version = trajectory.version();
  bytes.language = trajectory.language();
  bytes.stored = trajectory.stored();
  bytes.length = trajectory.length();
  bytes.runs = trajectory.run_states().ToParts();
  bytes.explored = trajectory.explored_names();
  bytes.annotations = trajectory.root().annotations();
  AppendLinks(trajectory.root(), &bytes.links);
  VisitNodes(trajectory.root(), [&](const Node& node) {
    bytes.nodes.push_back(BytesOf(node));
    if (node.is_group()) {
      AppendLinks(static_cast<const Group&>(node), &bytes.links);
    }
  });
  return EncodeArchive(bytes);
}

absl::StatusOr<std::unique_ptr<Trajectory>> DecodeTrajectory(
    absl::string_view encoded) {
  CPPET_ASSIGN_OR_RETURN(TrajectoryBytes bytes,
                         DecodeArchive<TrajectoryBytes>(encoded, "trajectory"));
  auto trajectory = std::make_unique<Trajectory>(bytes.name, bytes.comment);
  absl::Status status = trajectory->status();
  trajectory->set_timestamp(bytes.timestamp);
  trajectory->set_version(std::move(bytes.version), std::move(bytes.language));
  CPPET_ASSIGN_OR_RETURN(RunStates states,
                         RunStates::FromParts(std::move(bytes.runs)));
  trajectory->set_run_states(bytes.length, std::move(states));
  if (status.ok()) status = AddNodes(bytes, &trajectory->tree());
  if (!status.ok()) {
    return absl::DataLossError(
        absl::StrCat("these bytes are no trajectory: ", status.message()));
  }
  trajectory->set_explored_names(std::move(bytes.explored));
  trajectory->set_stored(bytes.stored);
  return trajectory;
}

}  // namespace cppet
