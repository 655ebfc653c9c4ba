#include "cppet/environment/wrapping/memory_wrapping.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/wrapping/record_adding.h"
#include "cppet/trajectory/names.h"
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
      FailIfTaken(NameInRun(leaf.head->name, record.index), record);
    }
    for (const LinkRecord& link : record.links) {
      FailIfTaken(link.full_name, record);
    }
    RunRecord added;
    added.index = record.index;
    added.leaves = std::exchange(record.leaves, {});
    added.groups = std::exchange(record.groups, {});
    added.links = std::exchange(record.links, {});
    if (record.completed) {
      for (const LeafRecord& leaf : added.leaves) {
        names_.insert(NameInRun(leaf.head->name, added.index));
      }
      for (const LinkRecord& link : added.links) names_.insert(link.full_name);
      // Runs that add nothing take no memory.
      if (!added.leaves.empty() || !added.groups.empty() ||
          !added.links.empty()) {
        added_.push_back(std::move(added));
      }
    }
    finished_(record, report.value);
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    names_.clear();
    for (RunRecord& record : std::exchange(added_, {})) {
      CPPET_RETURN_IF_ERROR(AddRecord(std::move(record), trajectory_));
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
