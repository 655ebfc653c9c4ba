#ifndef CPPET_TRAJECTORY_RUN_RECORD_H_
#define CPPET_TRAJECTORY_RUN_RECORD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// All of a leaf but its values.
struct LeafHead {
  // Its full name, in which $ stands for the name of the run:
  // "results.runs.$.z". Where that is spelled out, the leaf is stored alike,
  // but in longer time, and in the tree.
  std::string name;
  std::string comment;
  // Node::Kind::kParameter (a derived parameter, one item named "data") or
  // kResult.
  Node::Kind kind = Node::Kind::kResult;
  std::string class_name = "Result";
  std::map<std::string, Value> annotations;

  friend bool operator==(const LeafHead& a, const LeafHead& b) {
    return a.name == b.name && a.comment == b.comment && a.kind == b.kind &&
           a.class_name == b.class_name && a.annotations == b.annotations;
  }
};

// A leaf that a run added. Runs that add the same share the heads, so that
// they take little memory and time.
struct LeafRecord {
  LeafRecord();  // a result without a name
  LeafRecord(std::shared_ptr<const LeafHead> head, Items items)
      : head(std::move(head)), items(std::move(items)) {}
  LeafRecord(LeafHead head, Items items)
      : LeafRecord(std::make_shared<const LeafHead>(std::move(head)),
                   std::move(items)) {}

  std::shared_ptr<const LeafHead> head;  // never null
  Items items;
};

// A group that a run added and that is more than the place of its leaves.
struct GroupRecord {
  std::string full_name;
  std::string comment;
  std::map<std::string, Value> annotations;
};

// A link that a run added, and what it leads to, by full names.
struct LinkRecord {
  std::string full_name;
  std::string target;
};

// The annotation of a failed run's group, results.runs.run_X, that says why.
inline constexpr char kFailureAnnotation[] = "failure";

// All that a run leaves: what a storage service stores in one piece.
struct RunRecord {
  int64_t index = 0;
  // False: the run failed; `failure` says why in one or more lines.
  bool completed = false;
  std::string failure;
  // Unix time in seconds.
  double start_timestamp = 0;
  double finish_timestamp = 0;
  // The first 7 digits of the environment's SHA-1; "N/A" without one.
  std::string environment_hexsha = "N/A";
  std::vector<LeafRecord> leaves;
  std::vector<GroupRecord> groups;
  std::vector<LinkRecord> links;
};

// A record as bytes, to send it from process to process of one program, and
// back.
//
// Errors of Decode:
//   kDataLoss: the bytes are no whole record.
std::string EncodeRunRecord(const RunRecord& record);
absl::StatusOr<RunRecord> DecodeRunRecord(absl::string_view bytes);

// The same for one value.
std::string EncodeValue(const Value& value);
absl::StatusOr<Value> DecodeValue(absl::string_view bytes);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RUN_RECORD_H_
