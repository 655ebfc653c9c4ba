#include "cppet/storage/hdf5/tree/node_reader.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/columns/columns_place.h"
#include "cppet/storage/hdf5/tree/class_items.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/values/class_names.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/storage/hdf5/values/parameter_data.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {

absl::Status ReadAnnotationsOf(hid_t group, Node* node, Problems* problems) {
  AnnotationsRead read = ReadAnnotations(group);
  for (auto& [name, value] : read.annotations) {
    node->Annotate(name, std::move(value));
  }
  for (const absl::Status& problem : read.problems) {
    CPPET_RETURN_IF_ERROR(problems->LeaveOut(problem));
  }
  return absl::OkStatus();
}

absl::Status NodeReader::Take(hid_t id, NodeRead read) {
  const absl::Status taken = options_.take(std::move(read));
  if (taken.ok()) return taken;
  return problems_.LeaveOut(id, taken.message(), taken.code());
}

absl::Status NodeReader::ReadGroup(hid_t id, const std::string& full_name) {
  auto group = std::make_unique<Group>(std::string(LastPart(full_name)));
  group->set_comment(ReadComment(id));
  group->set_class_name(ReadClassName(id));
  CPPET_RETURN_IF_ERROR(ReadAnnotationsOf(id, group.get(), &problems_));
  return Take(id, {std::string(ParentPart(full_name)), std::move(group), {}});
}

absl::Status NodeReader::ReadNode(hid_t parent, const std::string& parent_name,
                                  const Link& link, int depth) {
  const std::string full_name = JoinName(parent_name, link.name);
  if (depth > options_.max_depth) return absl::OkStatus();
  const LoadLevel level = options_.level(full_name);
  if (level == LoadLevel::kNothing) return absl::OkStatus();
  if (!link.hard) {
    links_.emplace_back(full_name, link.target);
    return absl::OkStatus();
  }
  if (absl::Status status; ReadDirectly(parent, full_name, link, &status)) {
    return status;
  }
  absl::StatusOr<Handle> object = OpenObject(parent, link.name);
  if (!object.ok()) return problems_.LeaveOut(object.status());
  const hid_t id = object->get();
  // Old files have tables beside the nodes.
  if (!IsGroup(id)) return absl::OkStatus();
  if (seen_.Repeats(id) || depth > kMaxDepth) {
    return problems_.LeaveOut(id,
                              "it is in the tree more than once, or too deep",
                              absl::StatusCode::kDataLoss);
  }
  // What it has are results of runs, see column_nodes.h.
  if (full_name == kColumnsLeaf && IsColumnsLeaf(id)) return absl::OkStatus();
  const absl::Status name_fits = CheckNodeName(full_name);
  if (!name_fits.ok()) {
    return problems_.LeaveOut(id, name_fits.message(), name_fits.code());
  }
  if (IsLeaf(id)) return ReadLeaf(id, parent_name, link.name, level);
  CPPET_RETURN_IF_ERROR(ReadGroup(id, full_name));
  absl::StatusOr<std::vector<Link>> links = ListLinks(id);
  if (!links.ok()) return problems_.LeaveOut(links.status());
  for (const Link& child : *links) {
    CPPET_RETURN_IF_ERROR(ReadNode(id, full_name, child, depth + 1));
  }
  return absl::OkStatus();
}

bool NodeReader::ReadDirectly(hid_t parent, const std::string& full_name,
                              const Link& link, absl::Status* status) {
  if (!options_.direct || link.address == 0 ||
      FirstPart(full_name) != "results" ||
      options_.max_depth < std::numeric_limits<int>::max()) {
    return false;
  }
  if (!direct_.has_value()) direct_ = DirectResults::Of(parent);
  std::vector<NodeRead> read;
  if (*direct_ == nullptr ||
      !(*direct_)->Read(link.address, full_name,
                        {options_.level, &options_.wanted, &options_.classes},
                        &read)) {
    return false;
  }
  for (NodeRead& node : read) {
    *status = Take(parent, std::move(node));
    if (!status->ok()) break;
  }
  return true;
}

absl::Status NodeReader::ReadLeaf(hid_t id, const std::string& parent_name,
                                  const std::string& name, LoadLevel level) {
  const std::string full_name = JoinName(parent_name, name);
  const std::string class_name = ReadClassName(id);
  const bool with_data = level >= LoadLevel::kData;
  NodeRead read;
  read.parent = parent_name;
  std::unique_ptr<Leaf> leaf;
  if (IsParameter(class_name, full_name)) {
    CPPET_ASSIGN_OR_RETURN(
        leaf, ReadParameterLeaf(id, full_name, class_name, with_data));
  } else {
    ItemsRead items;
    if (with_data) {
      const LeafClass* leaf_class = options_.classes.Find(class_name);
      items = leaf_class == nullptr
                  ? ReadItems(id, class_name, &seen_, options_.wanted)
                  : ReadObject(id, name, *leaf_class);
      for (const absl::Status& problem : items.problems) {
        CPPET_RETURN_IF_ERROR(problems_.LeaveOut(problem));
      }
    }
    read.left_out = std::move(items.left_out);
    leaf = std::make_unique<Result>(name, std::move(items.items),
                                    class_name.empty() ? "Result" : class_name);
    if (!read.left_out.empty()) leaf->set_in_memory(InMemory::kPart);
  }
  if (!with_data) leaf->set_in_memory(InMemory::kNothing);
  leaf->set_comment(ReadComment(id));
  CPPET_RETURN_IF_ERROR(ReadAnnotationsOf(id, leaf.get(), &problems_));
  read.node = std::move(leaf);
  return Take(id, std::move(read));
}

ItemsRead NodeReader::ReadObject(hid_t id, const std::string& name,
                                 const LeafClass& leaf_class) {
  ItemsRead read;
  if (options_.wanted == nullptr || options_.wanted(name)) {
    const ItemsRead items = ReadItems(id, leaf_class.name(), &seen_);
    read.problems = items.problems;
    if (items.problems.empty()) {
      absl::StatusOr<Value> object = leaf_class.FromItems(items.items);
      if (object.ok()) {
        read.items.emplace_back(name, *std::move(object));
        return read;
      }
      read.problems.push_back(
          StatusAt(id, object.status().message(), absl::StatusCode::kDataLoss));
    }
  }
  read.left_out.push_back(name);
  return read;
}

absl::StatusOr<std::unique_ptr<Leaf>> NodeReader::ReadParameterLeaf(
    hid_t id, const std::string& full_name, const std::string& class_name,
    bool with_data) {
  auto parameter = std::make_unique<Parameter>(
      std::string(LastPart(full_name)), std::nullopt,
      class_name.empty() ? "Parameter" : class_name);
  if (IsExplored(id)) explored_.push_back(full_name);
  if (!with_data) return parameter;
  absl::StatusOr<ParameterData> data = ReadParameter(id, class_name);
  if (const LeafClass* leaf_class = options_.classes.Find(class_name);
      data.ok() && leaf_class != nullptr) {
    const absl::Status made = MakeObjects(*leaf_class, &*data);
    if (!made.ok()) {
      data = StatusAt(id, made.message(), absl::StatusCode::kDataLoss);
    }
  }
  if (data.ok() && data->range.has_value() &&
      data->range->size() != options_.length) {
    CPPET_RETURN_IF_ERROR(problems_.LeaveOut(
        id,
        absl::StrCat("it is explored in ", data->range->size(),
                     " runs, but there are ", options_.length),
        absl::StatusCode::kDataLoss));
    data->range.reset();
    parameter->set_in_memory(InMemory::kPart);
  }
  if (data.ok()) {
    parameter->Restore(std::move(data->value), std::move(data->range));
  } else {
    CPPET_RETURN_IF_ERROR(problems_.LeaveOut(data.status()));
    parameter->set_in_memory(InMemory::kPart);
  }
  parameter->Lock();
  return parameter;
}

}  // namespace cppet::hdf5
