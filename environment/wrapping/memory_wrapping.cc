#include "cppet/environment/wrapping/memory_wrapping.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

// All waits for the end, lest a run finds what an earlier one added.
class MemoryWrapping : public Wrapping {
 public:
  MemoryWrapping(Trajectory& trajectory, Finished finished)
      : trajectory_(trajectory), finished_(std::move(finished)) {}

  absl::Status Take(RunReport report) override {
    if (!report.encoded_record.empty()) {
      CPPET_ASSIGN_OR_RETURN(report.record,
                             DecodeRunRecord(report.encoded_record));
    }
    RunRecord& record = report.record;
    for (const LeafRecord& leaf : record.leaves) {
      FailIfTaken(leaf.full_name, record);
    }
    for (const LinkRecord& link : record.links) {
      FailIfTaken(link.full_name, record);
    }
    RunRecord added;
    added.leaves = std::exchange(record.leaves, {});
    added.groups = std::exchange(record.groups, {});
    added.links = std::exchange(record.links, {});
    if (record.completed) {
      for (const LeafRecord& leaf : added.leaves) names_.insert(leaf.full_name);
      for (const LinkRecord& link : added.links) names_.insert(link.full_name);
      added_.push_back(std::move(added));
    }
    finished_(record, report.value);
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    names_.clear();
    for (RunRecord& record : std::exchange(added_, {})) {
      for (LeafRecord& leaf : record.leaves) {
        CPPET_RETURN_IF_ERROR(Add(std::move(leaf)));
      }
      for (GroupRecord& group : record.groups) {
        CPPET_RETURN_IF_ERROR(Add(std::move(group)));
      }
      for (const LinkRecord& link : record.links) {
        CPPET_RETURN_IF_ERROR(Add(link));
      }
    }
    return absl::OkStatus();
  }

 private:
  void FailIfTaken(const std::string& full_name, RunRecord& record) const {
    if (!names_.contains(full_name) &&
        trajectory_.tree().FindExact(full_name) == nullptr) {
      return;
    }
    record.completed = false;
    record.failure =
        FailureMessage(absl::StrCat("there is a ", full_name, " already"));
  }

  absl::Status Add(GroupRecord group) {
    CPPET_ASSIGN_OR_RETURN(Group * node,
                           trajectory_.tree().AddGroup(group.full_name));
    if (!group.comment.empty()) node->set_comment(group.comment);
    for (auto& [key, value] : group.annotations) {
      node->Annotate(key, std::move(value));
    }
    return absl::OkStatus();
  }

  absl::Status Add(const LinkRecord& link) {
    CPPET_ASSIGN_OR_RETURN(Node * target, trajectory_.tree().Find(link.target));
    return trajectory_.tree().AddLink(link.full_name, *target);
  }

  absl::Status Add(LeafRecord leaf) {
    const std::string parent(ParentPart(leaf.full_name));
    std::string name(LastPart(leaf.full_name));
    std::unique_ptr<Node> node;
    if (leaf.kind == Node::Kind::kParameter) {
      node = std::make_unique<Parameter>(
          std::move(name), leaf.items.at(0).second, leaf.class_name);
    } else {
      node = std::make_unique<Result>(std::move(name), std::move(leaf.items),
                                      leaf.class_name);
    }
    node->set_comment(leaf.comment);
    for (auto& [key, value] : leaf.annotations) {
      node->Annotate(key, std::move(value));
    }
    return trajectory_.tree().Add(parent, std::move(node)).status();
  }

  Trajectory& trajectory_;
  const Finished finished_;
  std::vector<RunRecord> added_;
  absl::flat_hash_set<std::string> names_;  // of leaves and links in added_
};

}  // namespace

std::unique_ptr<Wrapping> MakeMemoryWrapping(Trajectory& trajectory,
                                             Wrapping::Finished finished) {
  return std::make_unique<MemoryWrapping>(trajectory, std::move(finished));
}

}  // namespace cppet
