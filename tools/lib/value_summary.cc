#include "cppet/tools/lib/value_summary.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/tools/lib/printable_text.h"
#include "cppet/trajectory/range.h"

namespace cppet {
namespace {

constexpr size_t kMaxSummary = 60;
// The longest collection that is written out.
constexpr int64_t kMaxElements = 6;
constexpr int64_t kFirstElements = 3;
// Values of a range that are looked at.
constexpr int64_t kMaxRange = 1'000'000;

// The beginning of the collection `value`, as a value of the same type.
Value Beginning(const Value& value, int64_t count) {
  count = std::min(count, value.size());
  if (value.is_text()) {
    const auto texts = value.texts().subspan(0, count);
    return Value::TextCollection(Form::kList, value.dtype(), value.flavor(),
                                 {count}, {texts.begin(), texts.end()});
  }
  const absl::string_view bytes =
      value.bytes().substr(0, count * ItemSize(value.dtype()));
  return Value::Collection(Form::kList, value.dtype(), value.flavor(), {count},
                           {bytes.begin(), bytes.end()});
}

// The different values of `range` in order, up to kMaxRange.
std::vector<std::string> DifferentValues(const Range& range) {
  std::vector<std::string> values;
  absl::flat_hash_set<std::string> seen;
  for (int64_t i = 0; i < std::min(range.size(), kMaxRange); ++i) {
    std::string text = ValueSummary(range[i]);
    if (seen.insert(text).second) values.push_back(std::move(text));
  }
  return values;
}

std::string RangeSummary(const Range& range) {
  const std::vector<std::string> values = DifferentValues(range);
  if (values.size() <= kMaxElements) {
    return absl::StrCat("explored: ", absl::StrJoin(values, ", "));
  }
  return absl::StrCat("explored: ", values[0], ", ", values[1], ", ..., ",
                      values.back(), "; ", values.size(), " values");
}

}  // namespace

std::string ValueSummary(const Value& value) {
  if (value.is_scalar() || value.size() <= kMaxElements) {
    // The repr cuts by bytes, the line by characters.
    return OneLine(PythonRepr(value, 4 * kMaxSummary), kMaxSummary);
  }
  std::string beginning =
      PythonRepr(Beginning(value, kFirstElements), 4 * kMaxSummary);
  beginning = beginning.substr(1, beginning.size() - 2);  // no brackets
  return OneLine(absl::StrCat(DTypeName(value.dtype()), " (",
                              absl::StrJoin(value.shape(), ", "),
                              "): ", beginning, ", ..."),
                 kMaxSummary);
}

std::string LeafSummary(const Leaf& leaf) {
  if (leaf.kind() == Node::Kind::kParameter) {
    const auto& parameter = static_cast<const Parameter&>(leaf);
    if (!parameter.value().has_value()) return "";
    std::string summary = ValueSummary(*parameter.value());
    if (parameter.range() != nullptr) {
      absl::StrAppend(&summary, " (", RangeSummary(*parameter.range()), ")");
    }
    return summary;
  }
  const Items& items = static_cast<const Result&>(leaf).items();
  if (items.size() == 1 && items[0].first == leaf.name()) {
    return ValueSummary(items[0].second);
  }
  return absl::StrJoin(items, ", ", [](std::string* out, const auto& item) {
    absl::StrAppend(out, item.first, "=", ValueSummary(item.second));
  });
}

}  // namespace cppet
