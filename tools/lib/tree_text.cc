#include "cppet/tools/lib/tree_text.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cppet/base/utf8.h"
#include "cppet/tools/lib/printable_text.h"
#include "cppet/tools/lib/run_table.h"
#include "cppet/tools/lib/value_summary.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr size_t kMaxComment = 80;
// Wider texts push what follows to the right in their own line only.
constexpr size_t kMaxNameColumn = 40;
constexpr size_t kMaxValueColumn = 48;

struct Line {
  std::string name;  // with blanks before it for its depth
  std::string value;
  std::string comment;
};

int64_t CountLeaves(const Node& node) {
  int64_t count = 0;
  VisitNodes(node, [&](const Node& below) { count += !below.is_group(); });
  return count;
}

class LineMaker {
 public:
  explicit LineMaker(const TreeTextOptions& options) : options_(options) {}

  void AddChildren(const Group& group, int depth) {
    int shown = 0;
    int runs = 0;
    int64_t more = 0;
    if (group.full_name() == "results.runs") more = options_.more_runs;
    for (const auto& child : group.children()) {
      const bool is_run = RunIndex(child->name()) != kNoRun;
      if ((is_run && runs == options_.max_runs) ||
          shown == options_.max_children) {
        ++more;
        continue;
      }
      runs += is_run;
      ++shown;
      AddNode(*child, depth);
    }
    if (more > 0) {
      lines_.push_back({absl::StrCat(Indent(depth), "... ", more, " more")});
    }
  }

  std::string Text() const {
    size_t name_width = 0;
    size_t value_width = 0;
    for (const Line& line : lines_) {
      if (line.value.empty() && line.comment.empty()) continue;
      name_width = std::max(name_width, Fitting(line.name, kMaxNameColumn));
      value_width = std::max(value_width, Fitting(line.value, kMaxValueColumn));
    }
    std::string text;
    for (const Line& line : lines_) {
      std::string row = line.name;
      if (!line.value.empty() || !line.comment.empty()) {
        Pad(row, name_width);
        absl::StrAppend(&row, "  ", line.value);
      }
      if (!line.comment.empty()) {
        Pad(row, name_width + 2 + value_width);
        absl::StrAppend(&row, "  ", line.comment);
      }
      absl::StrAppend(&text, row, "\n");
    }
    return text;
  }

 private:
  static std::string Indent(int depth) { return std::string(2 * depth, ' '); }

  static size_t Fitting(absl::string_view text, size_t max) {
    const size_t width = Utf8Length(text);
    return width <= max ? width : 0;
  }

  static void Pad(std::string& row, size_t width) {
    const size_t present = Utf8Length(row);
    if (present < width) row.append(width - present, ' ');
  }

  void AddNode(const Node& node, int depth) {
    Line line;
    line.name = absl::StrCat(Indent(depth), node.name());
    line.comment = OneLine(node.comment(), kMaxComment);
    if (!node.is_group()) {
      line.value = LeafSummary(static_cast<const Leaf&>(node));
      lines_.push_back(std::move(line));
      return;
    }
    if (options_.fold_config && node.full_name() == "config") {
      line.value = absl::StrCat("(", CountLeaves(node), " values)");
      lines_.push_back(std::move(line));
      return;
    }
    const auto failure = node.annotations().find(kFailureAnnotation);
    if (failure != node.annotations().end()) {
      line.value = absl::StrCat(
          "failed: ", OneLine(failure->second.As<std::string>().value_or("?"),
                              kMaxComment));
    }
    lines_.push_back(std::move(line));
    AddChildren(static_cast<const Group&>(node), depth + 1);
  }

  const TreeTextOptions& options_;
  std::vector<Line> lines_;
};

std::string Whole(const Value& value) {
  return PythonRepr(value, std::numeric_limits<size_t>::max());
}

}  // namespace

std::string TreeText(const Group& group, const TreeTextOptions& options) {
  LineMaker maker(options);
  maker.AddChildren(group, 0);
  return maker.Text();
}

std::string TrajectoryHeader(const Trajectory& trajectory) {
  int64_t completed = 0;
  int64_t failed = 0;
  for (int64_t i = 0; i < trajectory.length(); ++i) {
    const absl::string_view status =
        RunStatus(trajectory.run_states().TimesOf(i));
    completed += status == "completed";
    failed += status == "failed";
  }
  std::string header = absl::StrCat(trajectory.name(), "\n");
  if (!trajectory.comment().empty()) {
    absl::StrAppend(&header, trajectory.comment(), "\n");
  }
  const int64_t length = trajectory.length();
  absl::StrAppend(&header, "made at ", trajectory.time(), ", ", length,
                  length == 1 ? " run: " : " runs: ", completed, " completed, ",
                  failed, " failed, ", length - completed - failed,
                  " not run\n");
  return header;
}

std::string LeafText(const Leaf& leaf) {
  std::string text =
      absl::StrCat(leaf.full_name(), " (", leaf.class_name(), ")\n");
  if (!leaf.comment().empty()) {
    absl::StrAppend(&text, "comment: ", leaf.comment(), "\n");
  }
  for (const auto& [name, value] : leaf.annotations()) {
    absl::StrAppend(&text, "annotation ", name, ": ", Whole(value), "\n");
  }
  if (leaf.kind() == Node::Kind::kResult) {
    for (const auto& [name, value] : static_cast<const Result&>(leaf).items()) {
      absl::StrAppend(&text, name, ": ", Whole(value), "\n");
    }
    return text;
  }
  const auto& parameter = static_cast<const Parameter&>(leaf);
  if (parameter.value().has_value()) {
    absl::StrAppend(&text, "value: ", Whole(*parameter.value()), "\n");
  }
  if (const Range* range = parameter.range()) {
    for (int64_t i = 0; i < range->size(); ++i) {
      absl::StrAppend(&text, RunName(i), ": ", Whole((*range)[i]), "\n");
    }
  }
  return text;
}

}  // namespace cppet
