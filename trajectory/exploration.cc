#include "cppet/trajectory/exploration.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/fitting.h"
#include "cppet/trajectory/value_check.h"

namespace cppet {
namespace {

// The run table of the file counts runs in 32 bits.
constexpr int64_t kMaxRuns = std::numeric_limits<int32_t>::max();

absl::Status CheckLength(int64_t runs) {
  if (runs <= kMaxRuns) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat(runs, " points to explore are more than ", kMaxRuns,
                   ", the most runs of a trajectory"));
}

}  // namespace

std::vector<std::string> Exploration::names() const {
  std::vector<std::string> names = unloaded_;
  for (const Parameter* parameter : parameters_) {
    names.push_back(parameter->full_name());
  }
  return names;
}

void Exploration::set_names(std::vector<std::string> names) {
  parameters_.clear();
  unloaded_.clear();
  for (std::string& name : names) {
    Node* node = tree_.FindExact(name);
    const bool loaded = node != nullptr &&
                        node->kind() == Node::Kind::kParameter &&
                        static_cast<Parameter*>(node)->explored();
    if (loaded) {
      parameters_.push_back(static_cast<Parameter*>(node));
    } else {
      unloaded_.push_back(std::move(name));
    }
  }
}

// The parameters that `space` names, with its values in their types.
absl::StatusOr<Exploration::Ranges> Exploration::RangesOf(
    const Space& space) const {
  CPPET_RETURN_IF_ERROR(space.status());
  if (space.size() == 0) {
    return absl::InvalidArgumentError("there are no points to explore");
  }
  CPPET_RETURN_IF_ERROR(CheckLength(space.size()));
  Ranges ranges;
  for (const Axis& axis : space.axes()) {
    CPPET_ASSIGN_OR_RETURN(Node * node, tree_.Find(axis.parameter));
    if (node->kind() != Node::Kind::kParameter) {
      return absl::InvalidArgumentError(absl::StrCat(
          axis.parameter, " is no parameter and cannot be explored"));
    }
    auto* parameter = static_cast<Parameter*>(node);
    const std::string name = parameter->full_name();
    if (!parameter->value().has_value()) {
      return absl::FailedPreconditionError(
          absl::StrCat(name, " has no value that could be explored"));
    }
    for (const auto& [other, range] : ranges) {
      if (other == parameter) {
        return absl::InvalidArgumentError(
            absl::StrCat(name, " is explored twice"));
      }
    }
    CPPET_RETURN_IF_ERROR(axis.range.ForEachType([&name](const Value& value) {
      return CheckParameterValue(name, value);
    }));
    CPPET_ASSIGN_OR_RETURN(Range range,
                           FitRange(name, *parameter->value(), axis.range));
    ranges.emplace_back(parameter, std::move(range));
  }
  return ranges;
}

absl::Status Exploration::Explore(const Space& space) {
  CPPET_ASSIGN_OR_RETURN(Ranges ranges, RangesOf(space));
  for (const auto& [parameter, range] : ranges) {
    if (parameter->explored()) {
      return absl::FailedPreconditionError(
          absl::StrCat(parameter->full_name(), " is explored already"));
    }
  }
  if (!empty() && space.size() != length_) {
    return absl::InvalidArgumentError(absl::StrCat(
        "ranges of length ", space.size(), ", of ",
        ranges.front().first->full_name(),
        ", do not go with the present exploration of ", length_, " runs"));
  }
  for (auto& [parameter, range] : ranges) {
    parameter->SetRange(std::move(range));
    parameters_.push_back(parameter);
  }
  length_ = space.size();
  saved_ = false;
  return absl::OkStatus();
}

absl::Status Exploration::CheckSameParameters(const Ranges& ranges) const {
  for (const auto& [parameter, range] : ranges) {
    if (!parameter->explored()) {
      return absl::InvalidArgumentError(
          absl::StrCat(parameter->full_name(), " is not explored, only ",
                       absl::StrJoin(names(), ", "), "; expand just these"));
    }
  }
  for (const Parameter* explored : parameters_) {
    const bool expanded = std::any_of(
        ranges.begin(), ranges.end(),
        [explored](const auto& range) { return range.first == explored; });
    if (!expanded) {
      return absl::InvalidArgumentError(
          absl::StrCat(explored->full_name(),
                       " is explored, but has no values to expand it by"));
    }
  }
  return absl::OkStatus();
}

absl::Status Exploration::Expand(const Space& space) {
  if (empty()) return Explore(space);
  if (!unloaded_.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(absl::StrJoin(unloaded_, ", "),
                     " cannot be expanded: explored, but not loaded"));
  }
  CPPET_ASSIGN_OR_RETURN(const Ranges ranges, RangesOf(space));
  CPPET_RETURN_IF_ERROR(CheckSameParameters(ranges));
  CPPET_RETURN_IF_ERROR(CheckLength(length_ + space.size()));
  for (const auto& [parameter, range] : ranges) {
    parameter->SetRange(parameter->range()->Then(range));
  }
  length_ += space.size();
  saved_ = false;
  return absl::OkStatus();
}

void Exploration::Clear() {
  for (Parameter* parameter : parameters_) parameter->ClearRange();
  parameters_.clear();
  unloaded_.clear();
  length_ = 1;
}

absl::Status Exploration::CheckRemovable(const Node& node) const {
  if (saved_) return absl::OkStatus();
  for (const Parameter* parameter : parameters_) {
    const Node* up = parameter;
    while (up != nullptr && up != &node) up = up->parent();
    if (up != nullptr) {
      return absl::FailedPreconditionError(absl::StrCat(
          parameter->full_name(),
          " is explored and not stored, so it cannot be removed; shrink the "
          "trajectory first"));
    }
  }
  return absl::OkStatus();
}

void Exploration::NoteRemoval() {
  const auto removed = std::stable_partition(
      parameters_.begin(), parameters_.end(), [](const Parameter* parameter) {
        return parameter->parent() != nullptr;
      });
  for (auto it = removed; it != parameters_.end(); ++it) {
    unloaded_.push_back((*it)->full_name());
  }
  parameters_.erase(removed, parameters_.end());
}

}  // namespace cppet
