#include "cppet/trajectory/run_record.h"

#include "cereal/types/map.hpp"
#include "cereal/types/string.hpp"
#include "cereal/types/utility.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/trajectory/archive_bytes.h"
#include "cppet/trajectory/value_archive.h"

// cereal finds these by the namespace of their types.
namespace cppet {

template <typename Archive>
void serialize(Archive& archive, LeafHead& head) {
  archive(head.name, head.comment, head.kind, head.class_name,
          head.annotations);
}

template <typename Archive>
void save(Archive& archive, const LeafRecord& leaf) {
  archive(*leaf.head, leaf.items);
}

template <typename Archive>
void load(Archive& archive, LeafRecord& leaf) {
  LeafHead head;
  archive(head, leaf.items);
  leaf.head = std::make_shared<const LeafHead>(std::move(head));
}

template <typename Archive>
void serialize(Archive& archive, GroupRecord& group) {
  archive(group.full_name, group.comment, group.annotations);
}

template <typename Archive>
void serialize(Archive& archive, LinkRecord& link) {
  archive(link.full_name, link.target);
}

template <typename Archive>
void serialize(Archive& archive, RunRecord& record) {
  archive(record.index, record.completed, record.failure,
          record.start_timestamp, record.finish_timestamp,
          record.environment_hexsha, record.leaves, record.groups,
          record.links);
}

LeafRecord::LeafRecord() {
  static const auto& nameless =
      *new std::shared_ptr<const LeafHead>(std::make_shared<LeafHead>());
  head = nameless;
}

std::string EncodeRunRecord(const RunRecord& record) {
  return EncodeArchive(record);
}

absl::StatusOr<RunRecord> DecodeRunRecord(absl::string_view bytes) {
  return DecodeArchive<RunRecord>(bytes, "run record");
}

std::string EncodeValue(const Value& value) { return EncodeArchive(value); }

absl::StatusOr<Value> DecodeValue(absl::string_view bytes) {
  return DecodeArchive<Value>(bytes, "value");
}

}  // namespace cppet
