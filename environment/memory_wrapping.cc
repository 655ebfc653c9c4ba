#include "cppet/environment/memory_wrapping.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

// Leaves wait for the end, lest a run finds what an earlier one added.
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
      if (names_.contains(leaf.full_name) ||
          trajectory_.tree().FindExact(leaf.full_name) != nullptr) {
        record.completed = false;
        record.failure = FailureMessage(
            absl::StrCat("there is a ", leaf.full_name, " already"));
      }
    }
    std::vector<LeafRecord> leaves = std::exchange(record.leaves, {});
    if (record.completed) {
      for (LeafRecord& leaf : leaves) {
        names_.insert(leaf.full_name);
        leaves_.push_back(std::move(leaf));
      }
    }
    finished_(record, report.value);
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    names_.clear();
    for (LeafRecord& leaf : std::exchange(leaves_, {})) {
      CPPET_RETURN_IF_ERROR(Add(std::move(leaf)));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Add(LeafRecord leaf) {
    const size_t dot = leaf.full_name.rfind('.');
    const std::string parent = leaf.full_name.substr(0, dot);
    std::string name = leaf.full_name.substr(dot + 1);
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
  std::vector<LeafRecord> leaves_;
  absl::flat_hash_set<std::string> names_;  // of leaves_
};

}  // namespace

std::unique_ptr<Wrapping> MakeMemoryWrapping(Trajectory& trajectory,
                                             Wrapping::Finished finished) {
  return std::make_unique<MemoryWrapping>(trajectory, std::move(finished));
}

}  // namespace cppet
