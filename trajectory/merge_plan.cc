#include "cppet/trajectory/merge_plan.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

// The run table of the file counts runs in 32 bits.
constexpr int64_t kMaxRuns = std::numeric_limits<int32_t>::max();
constexpr absl::string_view kSetPrefix = "run_set_";
constexpr size_t kMaxNamed = 5;

using Parameters = std::map<std::string, const Parameter*>;

// The number in "run_set_00002"; kNoRun for anything else.
int64_t SetIndex(absl::string_view part) {
  int64_t index;
  if (!absl::StartsWith(part, kSetPrefix) ||
      !absl::SimpleAtoi(part.substr(kSetPrefix.size()), &index) || index < 0) {
    return kNoRun;
  }
  return index;
}

// `full_name` or what it is below is one of `ignored`.
bool IsIgnored(absl::string_view full_name,
               const absl::flat_hash_set<std::string>& ignored) {
  while (!full_name.empty()) {
    if (ignored.contains(full_name)) return true;
    full_name = ParentPart(full_name);
  }
  return false;
}

// The parameters that both have to have: those outside of runs.
Parameters ParametersOf(const Trajectory& trajectory) {
  Parameters parameters;
  for (const char* branch : {"parameters", "derived_parameters"}) {
    const Node* group = trajectory.tree().FindExact(branch);
    if (group == nullptr) continue;
    VisitNodes(*group, [&](const Node& node) {
      if (node.kind() != Node::Kind::kParameter) return;
      std::string name = node.full_name();
      if (IsOfRuns(name)) return;
      parameters.emplace(std::move(name), static_cast<const Parameter*>(&node));
    });
  }
  return parameters;
}

bool IsInt(const Value& value) {
  return value.is_scalar() && value.type_name() == "int";
}

// A Value that is equal for all that Python takes for the same.
Value Canonical(const Value& value) {
  if (IsInt(value)) return value.WithDType(DType::kInt64).value_or(value);
  const bool is_float = value.is_scalar() && value.dtype() == DType::kFloat64;
  if (is_float && *value.As<double>() == 0.0) {
    const double zero = 0.0;  // not -0.0
    return Value::Scalar(
        DType::kFloat64, value.flavor(),
        absl::string_view(reinterpret_cast<const char*>(&zero), sizeof(zero)));
  }
  return value;
}

// Numbers values as they come; equal ones have the same number.
class Numbering {
 public:
  int64_t Of(const Value& original) {
    const Value value = Canonical(original);
    std::vector<int64_t>& numbers = by_hash_[HashOf(value)];
    for (const int64_t number : numbers) {
      if (values_[number] == value) return number;
    }
    numbers.push_back(values_.size());
    values_.push_back(value);
    return numbers.back();
  }

 private:
  static size_t HashOf(const Value& value) {
    if (value.is_composite()) return absl::HashOf(EncodeValue(value));
    return absl::HashOf(value.bytes(), value.texts(), value.shape());
  }

  std::vector<Value> values_;
  absl::flat_hash_map<size_t, std::vector<int64_t>> by_hash_;
};

// One type in Python, whatever its size here or the shape of an array.
bool SameTypes(const Value& a, const Value& b) {
  return (IsInt(a) && IsInt(b)) ||
         (a.form() == b.form() && a.dtype() == b.dtype() &&
          a.flavor() == b.flavor());
}

absl::Status CheckSameTypes(const std::string& name, const Value& ours,
                            const Value& theirs) {
  if (SameTypes(ours, theirs)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      name, " is of type ", ours.TypeDescription(), " here and of type ",
      theirs.TypeDescription(), " in the other trajectory"));
}

absl::Status CheckLoaded(const Trajectory& trajectory) {
  for (const std::string& name : trajectory.explored_names()) {
    const Node* node = trajectory.tree().FindExact(name);
    if (node == nullptr || node->kind() != Node::Kind::kParameter ||
        !static_cast<const Parameter*>(node)->explored() ||
        !static_cast<const Parameter*>(node)->value().has_value()) {
      return absl::FailedPreconditionError(
          absl::StrCat(name, " is explored in ", trajectory.name(),
                       ", but its values are not loaded"));
    }
  }
  return absl::OkStatus();
}

// The values of `parameter`, one a run.
Range AllValues(const Parameter& parameter, int64_t length) {
  if (parameter.explored()) return *parameter.range();
  return Range({*parameter.value()}).Repeated(1, length);
}

Range Widened(const Range& range) {
  return range.Mapped([](const Value& value) {
    return value.WithDType(DType::kInt64).value_or(value);
  });
}

// All of `ours`, then those of `theirs` at `taken`, in one type.
Range Joined(const Range& ours, const Range& theirs,
             const std::vector<int64_t>& taken) {
  Range more(taken.size(),
             [theirs, taken](int64_t i) { return theirs[taken[i]]; });
  if (!IsInt(ours[0])) return ours.Then(more);
  const auto has_large = [](const Range& range) {
    return !range
                .ForEachType([](const Value& value) {
                  return value.dtype() == DType::kInt32
                             ? absl::OkStatus()
                             : absl::UnknownError("");
                })
                .ok();
  };
  // Python has one int; the wider one of ours holds both.
  if (!has_large(ours) && !has_large(theirs)) return ours.Then(more);
  return Widened(ours).Then(Widened(more));
}

class Planner {
 public:
  Planner(const Trajectory& into, const Trajectory& other,
          const MergeOptions& options)
      : into_(into),
        other_(other),
        options_(options),
        ignored_(options.ignore.begin(), options.ignore.end()),
        ours_(ParametersOf(into)),
        theirs_(ParametersOf(other)) {}

  absl::StatusOr<MergePlan> Plan() {
    CPPET_RETURN_IF_ERROR(CheckLoaded(into_));
    CPPET_RETURN_IF_ERROR(CheckLoaded(other_));
    CPPET_RETURN_IF_ERROR(CheckSameParameters());
    CPPET_RETURN_IF_ERROR(FindTrials());
    CPPET_RETURN_IF_ERROR(FindChanged());
    const std::vector<int64_t> taken = ChooseRuns();
    if (taken.empty()) {
      return absl::AlreadyExistsError(
          absl::StrCat(into_.name(), " has the points of all runs of ",
                       other_.name(), " already"));
    }
    if (into_.length() > kMaxRuns - static_cast<int64_t>(taken.size())) {
      return absl::ResourceExhaustedError(absl::StrCat(
          into_.length(), " and ", taken.size(), " runs are more than ",
          kMaxRuns, ", the most runs of a trajectory"));
    }
    plan_.taken = taken.size();
    plan_.new_indexes.assign(other_.length(), kNoRun);
    for (size_t i = 0; i < taken.size(); ++i) {
      plan_.new_indexes[taken[i]] = into_.length() + i;
    }
    for (const std::string& name : changed_) {
      plan_.parameters.push_back(
          {name, Joined(OurValues(name), TheirValues(name), taken)});
    }
    return std::move(plan_);
  }

 private:
  absl::Status CheckSameParameters() const {
    std::vector<std::string> problems;
    const auto compare = [&](const Parameters& some, const Parameters& others,
                             const Trajectory& where) {
      for (const auto& [name, parameter] : some) {
        if (others.count(name) > 0 || IsIgnored(name, ignored_)) continue;
        problems.push_back(absl::StrCat(name, " is only in ", where.name()));
      }
    };
    compare(ours_, theirs_, into_);
    compare(theirs_, ours_, other_);
    if (problems.empty()) return absl::OkStatus();
    const size_t more = problems.size() - std::min(problems.size(), kMaxNamed);
    problems.resize(std::min(problems.size(), kMaxNamed));
    return absl::InvalidArgumentError(
        absl::StrCat("the trajectories have different parameters: ",
                     absl::StrJoin(problems, ", "),
                     more > 0 ? absl::StrCat(" and ", more, " more") : ""));
  }

  // The distinct values of the trial parameter in `trajectory`, of which there
  // are 0, 1, ... up to the largest, which is returned.
  absl::StatusOr<int64_t> LastTrial(const std::string& name,
                                    const Parameter& parameter,
                                    const Trajectory& trajectory) const {
    const Range values = AllValues(parameter, trajectory.length());
    std::set<int64_t> trials;
    for (int64_t i = 0; i < values.size(); ++i) {
      const Value value = values[i];
      const absl::StatusOr<int64_t> trial = value.As<int64_t>();
      const absl::string_view type = value.scalar_type_name();
      if (!trial.ok() ||
          !(absl::StartsWith(type, "int") || absl::StartsWith(type, "uint"))) {
        return absl::InvalidArgumentError(absl::StrCat(
            name, " cannot count trials: it is ", PythonRepr(value, 40),
            " in run ", i, " of ", trajectory.name(), ", which is no integer"));
      }
      trials.insert(*trial);
    }
    const int64_t last = *trials.rbegin();
    if (*trials.begin() == 0 &&
        last == static_cast<int64_t>(trials.size()) - 1) {
      return last;
    }
    // The first that is missing, or what comes before 0.
    int64_t missing = 0;
    while (trials.count(missing) > 0) ++missing;
    return absl::InvalidArgumentError(absl::StrCat(
        name, " cannot count trials: it has to be 0, 1, ... in ",
        trajectory.name(), ", but ",
        *trials.begin() < 0 ? absl::StrCat("is also ", *trials.begin())
                            : absl::StrCat("is nowhere ", missing)));
  }

  absl::Status FindTrials() {
    if (options_.trial_parameter.empty()) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(const Node* node,
                           into_.tree().Find(options_.trial_parameter));
    const std::string name = node->full_name();
    const auto ours = ours_.find(name);
    const auto theirs = theirs_.find(name);
    if (ours == ours_.end() || theirs == theirs_.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          name,
          " is no parameter of both trajectories that could count trials"));
    }
    if (IsIgnored(name, ignored_)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " counts trials and cannot be ignored"));
    }
    for (const auto& [parameter, trajectory] :
         {std::make_pair(ours->second, &into_),
          std::make_pair(theirs->second, &other_)}) {
      if (!parameter->value().has_value()) {
        return absl::FailedPreconditionError(
            absl::StrCat(name, " is not loaded of ", trajectory->name()));
      }
    }
    CPPET_ASSIGN_OR_RETURN(const int64_t last,
                           LastTrial(name, *ours->second, into_));
    CPPET_RETURN_IF_ERROR(LastTrial(name, *theirs->second, other_).status());
    plan_.trial_parameter = name;
    trial_offset_ = last + 1;
    return absl::OkStatus();
  }

  // Whether a parameter of both has different values, or may have.
  absl::StatusOr<bool> Differs(const std::string& name, const Parameter& ours,
                               const Parameter& theirs) {
    if (ours.value().has_value() != theirs.value().has_value()) {
      return absl::FailedPreconditionError(absl::StrCat(
          name, " has a value that is loaded only in one trajectory"));
    }
    if (!ours.value().has_value()) {
      plan_.not_compared.push_back(name);
      return false;
    }
    CPPET_RETURN_IF_ERROR(CheckSameTypes(name, *ours.value(), *theirs.value()));
    return ours.explored() || theirs.explored() ||
           Canonical(*ours.value()) != Canonical(*theirs.value()) ||
           name == plan_.trial_parameter;
  }

  absl::Status FindChanged() {
    std::set<std::string> changed;
    for (const auto& [name, ours] : ours_) {
      if (IsIgnored(name, ignored_)) {
        if (!ours->explored()) continue;
        return absl::InvalidArgumentError(absl::StrCat(
            name,
            " is explored and needs a value in each run, so it cannot be "
            "ignored"));
      }
      CPPET_ASSIGN_OR_RETURN(const bool differs,
                             Differs(name, *ours, *theirs_.at(name)));
      if (differs) changed.insert(name);
    }
    for (const std::string& name : into_.explored_names()) {
      if (changed.erase(name) > 0) changed_.push_back(name);
    }
    changed_.insert(changed_.end(), changed.begin(), changed.end());
    return absl::OkStatus();
  }

  Range OurValues(const std::string& name) const {
    return AllValues(*ours_.at(name), into_.length());
  }

  Range TheirValues(const std::string& name) const {
    Range values = AllValues(*theirs_.at(name), other_.length());
    if (name != plan_.trial_parameter) return values;
    return values.Mapped([offset = trial_offset_](const Value& value) {
      const int64_t trial = *value.As<int64_t>() + offset;
      // In its own type, unless it is too large for that.
      return Value(trial).WithDType(value.dtype()).value_or(Value(trial));
    });
  }

  // The runs of the other that are merged.
  std::vector<int64_t> ChooseRuns() const {
    const bool choose =
        options_.remove_duplicates && plan_.trial_parameter.empty();
    std::vector<std::vector<int64_t>> ours(into_.length());
    std::vector<std::vector<int64_t>> theirs(other_.length());
    for (size_t i = 0; choose && i < changed_.size(); ++i) {
      Numbering numbering;
      const Range our_values = OurValues(changed_[i]);
      const Range their_values = TheirValues(changed_[i]);
      for (size_t run = 0; run < ours.size(); ++run) {
        ours[run].push_back(numbering.Of(our_values[run]));
      }
      for (size_t run = 0; run < theirs.size(); ++run) {
        theirs[run].push_back(numbering.Of(their_values[run]));
      }
    }
    absl::flat_hash_set<std::vector<int64_t>> points;
    if (choose) points.insert(ours.begin(), ours.end());
    std::vector<int64_t> taken;
    for (int64_t run = 0; run < other_.length(); ++run) {
      if (!choose || !points.contains(theirs[run])) taken.push_back(run);
    }
    return taken;
  }

  const Trajectory& into_;
  const Trajectory& other_;
  const MergeOptions& options_;
  const absl::flat_hash_set<std::string> ignored_;
  const Parameters ours_;
  const Parameters theirs_;
  int64_t trial_offset_ = 0;
  std::vector<std::string> changed_;
  MergePlan plan_;
};

}  // namespace

bool IsOfRuns(absl::string_view full_name) {
  for (const absl::string_view part : absl::StrSplit(full_name, '.')) {
    if (RunIndex(part) != kNoRun || SetIndex(part) != kNoRun ||
        part == RunName(kNoRun) || part == RunSetName(kNoRun)) {
      return true;
    }
  }
  return false;
}

std::string MergePlan::NewName(absl::string_view full_name) const {
  const int64_t length = new_indexes.size();
  std::vector<std::string> parts = absl::StrSplit(full_name, '.');
  int64_t new_run = kNoRun;
  for (std::string& part : parts) {
    const int64_t run = RunIndex(part);
    if (run == kNoRun || run >= length) continue;
    new_run = new_indexes[run];
    if (new_run == kNoRun) return "";
    part = RunName(new_run);
  }
  for (std::string& part : parts) {
    const int64_t set = SetIndex(part);
    if (set == kNoRun || set > SetIndex(RunSetName(length - 1))) continue;
    int64_t member = new_run;
    if (member == kNoRun) {
      // That of its first run that is taken.
      int64_t run = 0;
      while (run < length &&
             (new_indexes[run] == kNoRun || RunSetName(run) != part)) {
        ++run;
      }
      if (run == length) return "";
      member = new_indexes[run];
    }
    part = RunSetName(member);
  }
  return absl::StrJoin(parts, ".");
}

absl::StatusOr<MergePlan> PlanMerge(const Trajectory& into,
                                    const Trajectory& other,
                                    const MergeOptions& options) {
  return Planner(into, other, options).Plan();
}

void ApplyMerge(const MergePlan& plan, const Trajectory& other,
                Trajectory* into) {
  std::vector<RunInfo> infos;
  for (int64_t i = 0; i < into->length(); ++i) {
    infos.push_back(into->run_info(i));
  }
  std::vector<std::string> names;
  for (const MergedParameter& merged : plan.parameters) {
    names.push_back(merged.full_name);
    static_cast<Parameter*>(into->tree().FindExact(merged.full_name))
        ->SetRange(merged.range);
  }
  into->set_explored_names(names);
  for (size_t run = 0; run < plan.new_indexes.size(); ++run) {
    if (plan.new_indexes[run] == kNoRun) continue;
    RunInfo info = other.run_info(run);
    info.index = plan.new_indexes[run];
    info.name = RunName(info.index);
    if (info.started()) {
      info.parameter_summary = into->ParameterSummary(info.index);
    }
    infos.push_back(std::move(info));
  }
  into->set_run_infos(std::move(infos));
}

}  // namespace cppet
