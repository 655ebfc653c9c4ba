#include "cppet/storage/hdf5/tree/column_nodes.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/columns/columns_reader.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet::hdf5 {
namespace {

constexpr absl::string_view kRuns = "results.runs";
// Runs whose values are in memory twice.
constexpr int64_t kSliceRuns = 4096;

int Depth(absl::string_view name) {
  return name.empty() ? 0 : 1 + std::count(name.begin(), name.end(), '.');
}

bool IsAtOrBelow(absl::string_view name, absl::string_view above) {
  return above.empty() || name == above ||
         (absl::StartsWith(name, above) && name[above.size()] == '.');
}

class Reading {
 public:
  Reading(ColumnsReader* columns, absl::string_view name,
          const NodeReaderOptions& options)
      : columns_(*columns), name_(name), options_(options) {
    // The first one is a step from its parent.
    max_depth_ = std::max(0, Depth(name) - 1);
    max_depth_ = options.max_depth > kMaxDepth ? kMaxDepth
                                               : max_depth_ + options.max_depth;
  }

  absl::StatusOr<int64_t> Run() {
    if (options_.level("results") == LoadLevel::kNothing ||
        options_.level(kRuns) == LoadLevel::kNothing) {
      return 0;
    }
    std::vector<size_t> all(columns_.columns().size());
    std::iota(all.begin(), all.end(), size_t{0});
    const auto [begin, end] = RunsToRead();
    for (int64_t first = begin; first < end; first += kSliceRuns) {
      const int64_t count = std::min(kSliceRuns, end - first);
      CPPET_ASSIGN_OR_RETURN(values_, columns_.Read(all, first, count));
      for (int64_t i = 0; i < count; ++i) {
        CPPET_RETURN_IF_ERROR(AddRun(first + i, i));
      }
    }
    return results_;
  }

 private:
  std::pair<int64_t, int64_t> RunsToRead() const {
    const std::vector<absl::string_view> parts = absl::StrSplit(name_, '.');
    if (parts.size() < 3) {
      return IsAtOrBelow(kRuns, name_)
                 ? std::make_pair(int64_t{0}, options_.length)
                 : std::make_pair(int64_t{0}, int64_t{0});
    }
    const int64_t run = RunIndex(parts[2]);
    if (!absl::StartsWith(name_, kRuns) || run < 0 || run >= options_.length) {
      return {0, 0};
    }
    return {run, run + 1};
  }

  absl::Status AddRun(int64_t run, int64_t place) {
    const std::string group = absl::StrCat(kRuns, ".", RunName(run));
    const std::vector<size_t>& tables = columns_.tables();
    for (size_t table = 0; table + 1 < tables.size(); ++table) {
      for (size_t i = tables[table]; i < tables[table + 1];) {
        const std::string& result = columns_.columns()[i].result;
        size_t end = i + 1;
        while (end < tables[table + 1] &&
               columns_.columns()[end].result == result) {
          ++end;
        }
        if (values_[i].present[place] != 0) {
          CPPET_RETURN_IF_ERROR(AddResult(
              JoinName(group, result), absl::MakeConstSpan({i, end}), place));
        }
        i = end;
      }
    }
    return absl::OkStatus();
  }

  // The group `name` and those above it, unless they were added; false if it is
  // not wanted.
  absl::StatusOr<bool> AddGroups(const std::string& name) {
    if (name.empty() || name == last_group_) return true;
    CPPET_ASSIGN_OR_RETURN(const bool above,
                           AddGroups(std::string(ParentPart(name))));
    if (!above || Depth(name) > max_depth_ ||
        options_.level(name) == LoadLevel::kNothing) {
      return false;
    }
    if (added_.insert(name).second) {
      CPPET_RETURN_IF_ERROR(
          options_.take({std::string(ParentPart(name)),
                         std::make_unique<Group>(std::string(LastPart(name))),
                         {}}));
    }
    last_group_ = name;
    return true;
  }

  // `range` is the first of the columns of the result, and one behind the last.
  absl::Status AddResult(const std::string& full_name,
                         absl::Span<const size_t> range, int64_t place) {
    if (!IsAtOrBelow(full_name, name_)) return absl::OkStatus();
    ++results_;
    CPPET_ASSIGN_OR_RETURN(const bool has_group,
                           AddGroups(std::string(ParentPart(full_name))));
    if (!has_group || Depth(full_name) > max_depth_) return absl::OkStatus();
    const LoadLevel level = options_.level(full_name);
    if (level == LoadLevel::kNothing) return absl::OkStatus();
    NodeRead read;
    read.parent = std::string(ParentPart(full_name));
    Items items;
    const bool with_data = level >= LoadLevel::kData;
    for (size_t i = range[0]; i < range[1] && with_data; ++i) {
      const RunColumn& column = columns_.columns()[i];
      if (options_.wanted != nullptr && !options_.wanted(column.item)) {
        read.left_out.push_back(column.item);
        continue;
      }
      items.emplace_back(column.item, *values_[i].At(column, place));
    }
    auto result = std::make_unique<Result>(std::string(LastPart(full_name)),
                                           std::move(items));
    result->set_comment(columns_.columns()[range[0]].comment);
    if (!read.left_out.empty()) result->set_in_memory(InMemory::kPart);
    if (!with_data) result->set_in_memory(InMemory::kNothing);
    read.node = std::move(result);
    return options_.take(std::move(read));
  }

  ColumnsReader& columns_;
  const absl::string_view name_;
  const NodeReaderOptions& options_;
  int max_depth_;
  std::vector<RunColumnValues> values_;
  absl::flat_hash_set<std::string> added_;
  std::string last_group_;
  int64_t results_ = 0;
};

}  // namespace

absl::StatusOr<int64_t> ReadColumnNodes(hid_t trajectory,
                                        absl::string_view name,
                                        const NodeReaderOptions& options,
                                        Problems* problems) {
  absl::StatusOr<std::unique_ptr<ColumnsReader>> columns =
      ColumnsReader::Open(trajectory, options.length);
  absl::StatusOr<int64_t> results = 0;
  if (columns.ok() && *columns != nullptr) {
    results = Reading(columns->get(), name, options).Run();
  }
  const absl::Status& problem =
      columns.ok() ? results.status() : columns.status();
  if (problem.ok()) return results;
  CPPET_RETURN_IF_ERROR(problems->LeaveOut(problem));
  return 0;
}

}  // namespace cppet::hdf5
