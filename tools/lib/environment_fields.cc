#include "cppet/tools/lib/environment_fields.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/run_columns.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

using Setter =
    std::function<absl::Status(const Literal& literal, EnvironmentOptions&)>;

constexpr size_t kQuotedSize = 60;

absl::Status Wanted(absl::string_view what, const Literal& literal) {
  return absl::InvalidArgumentError(absl::StrCat(
      "needs ", what, ", not ", PythonRepr(literal.value, kQuotedSize)));
}

absl::StatusOr<int> ToInt(const Literal& literal) {
  const absl::StatusOr<int64_t> number = literal.value.As<int64_t>();
  if (!number.ok() || *number < 0 ||
      *number > std::numeric_limits<int>::max()) {
    return Wanted("a whole number", literal);
  }
  return static_cast<int>(*number);
}

Setter Bool(bool EnvironmentOptions::*field) {
  return [field](const Literal& literal, EnvironmentOptions& options) {
    if (!literal.value.is_scalar() || literal.value.dtype() != DType::kBool) {
      return Wanted("true or false", literal);
    }
    options.*field = *literal.value.As<bool>();
    return absl::OkStatus();
  };
}

Setter Int(int EnvironmentOptions::*field) {
  return [field](const Literal& literal,
                 EnvironmentOptions& options) -> absl::Status {
    CPPET_ASSIGN_OR_RETURN(options.*field, ToInt(literal));
    return absl::OkStatus();
  };
}

Setter Fraction(double EnvironmentOptions::*field) {
  return [field](const Literal& literal, EnvironmentOptions& options) {
    const absl::StatusOr<double> number = literal.value.As<double>();
    if (!number.ok()) return Wanted("a fraction such as 0.9", literal);
    options.*field = *number;
    return absl::OkStatus();
  };
}

Setter Text(std::string EnvironmentOptions::*field) {
  return [field](const Literal& literal, EnvironmentOptions& options) {
    if (!literal.value.is_scalar()) return Wanted("a text", literal);
    options.*field = literal.text;
    return absl::OkStatus();
  };
}

template <typename Mode>
Setter Named(Mode EnvironmentOptions::*field,
             absl::StatusOr<Mode> (*parse)(absl::string_view)) {
  return [field, parse](const Literal& literal,
                        EnvironmentOptions& options) -> absl::Status {
    CPPET_ASSIGN_OR_RETURN(options.*field, parse(literal.text));
    return absl::OkStatus();
  };
}

absl::Status SetJobs(const Literal& literal, EnvironmentOptions& options) {
  CPPET_ASSIGN_OR_RETURN(options.ncores, ToInt(literal));
  options.multiproc = true;
  return absl::OkStatus();
}

absl::Status SetMaxFailures(const Literal& literal,
                            EnvironmentOptions& options) {
  CPPET_ASSIGN_OR_RETURN(options.max_failures, ToInt(literal));
  return absl::OkStatus();
}

absl::Status SetSeed(const Literal& literal, EnvironmentOptions& options) {
  const absl::StatusOr<int64_t> number = literal.value.As<int64_t>();
  if (!number.ok() || *number < 0) return Wanted("a whole number", literal);
  options.seed = *number;
  return absl::OkStatus();
}

absl::Status SetAffinity(const Literal& literal, EnvironmentOptions& options) {
  const absl::StatusOr<std::vector<int64_t>> cores =
      literal.value.As<std::vector<int64_t>>();
  if (!cores.ok()) return Wanted("a list of cores such as [0, 1]", literal);
  options.cpu_affinity.assign(cores->begin(), cores->end());
  return absl::OkStatus();
}

absl::Status SetResultLayout(const Literal& literal,
                             EnvironmentOptions& options) {
  const std::optional<ResultLayout> layout = ResultLayoutNamed(literal.text);
  if (!layout.has_value()) return Wanted("tree or columns", literal);
  options.result_layout = *layout;
  return absl::OkStatus();
}

absl::Status SetLogLevel(const Literal& literal, EnvironmentOptions& options) {
  static const auto& levels = *new std::map<std::string, std::optional<int>>(
      {{"none", std::nullopt}, {"INFO", 0}, {"WARNING", 1}, {"ERROR", 2}});
  const auto level = levels.find(literal.text);
  if (level == levels.end()) {
    return Wanted("INFO, WARNING, ERROR or none", literal);
  }
  options.log_level = level->second;
  return absl::OkStatus();
}

const std::map<std::string, Setter>& Setters() {
  using Options = EnvironmentOptions;
  static const auto& setters = *new std::map<std::string, Setter>({
      {"add_time", Bool(&Options::add_time)},
      {"clean_up_runs", Bool(&Options::clean_up_runs)},
      {"complevel", Int(&Options::complevel)},
      {"complib", Text(&Options::complib)},
      {"continuable", Bool(&Options::continuable)},
      {"continue_folder", Text(&Options::continue_folder)},
      {"cpu_affinity", SetAffinity},
      {"cpu_cap", Fraction(&Options::cpu_cap)},
      {"delete_continue", Bool(&Options::delete_continue)},
      {"derived_parameters_per_run", Int(&Options::derived_parameters_per_run)},
      {"durability", Named(&Options::durability, &ParseDurability)},
      {"encoding", Text(&Options::encoding)},
      {"file_title", Text(&Options::file_title)},
      {"filename", Text(&Options::filename)},
      {"fletcher32", Bool(&Options::fletcher32)},
      {"git_message", Text(&Options::git_message)},
      {"git_mode", Named(&Options::git_mode, &ParseGitMode)},
      {"git_repository", Text(&Options::git_repository)},
      {"graceful_exit", Bool(&Options::graceful_exit)},
      {"jobs", SetJobs},
      {"large_overview_tables", Bool(&Options::large_overview_tables)},
      {"lazy_debug", Bool(&Options::lazy_debug)},
      {"log_folder", Text(&Options::log_folder)},
      {"log_level", SetLogLevel},
      {"log_stdout", Bool(&Options::log_stdout)},
      {"max_failures", SetMaxFailures},
      {"memory_cap", Fraction(&Options::memory_cap)},
      {"multiproc", Bool(&Options::multiproc)},
      {"ncores", Int(&Options::ncores)},
      {"niceness", Int(&Options::niceness)},
      {"pandas_append", Bool(&Options::pandas_append)},
      {"pandas_format", Text(&Options::pandas_format)},
      {"progress", Named(&Options::progress, &ParseProgressMode)},
      {"purge_duplicate_comments", Bool(&Options::purge_duplicate_comments)},
      {"pypet_version", Text(&Options::pypet_version)},
      {"python_version", Text(&Options::python_version)},
      {"result_layout", SetResultLayout},
      {"results_per_run", Int(&Options::results_per_run)},
      {"retries", Int(&Options::retries)},
      {"seed", SetSeed},
      {"shuffle", Bool(&Options::shuffle)},
      {"small_overview_tables", Bool(&Options::small_overview_tables)},
      {"sumatra_label", Text(&Options::sumatra_label)},
      {"sumatra_project", Text(&Options::sumatra_project)},
      {"sumatra_reason", Text(&Options::sumatra_reason)},
      {"summary_tables", Bool(&Options::summary_tables)},
      {"swap_cap", Fraction(&Options::swap_cap)},
      {"use_pool", Bool(&Options::use_pool)},
      {"wrap_mode", Named(&Options::wrap_mode, &ParseWrapMode)},
  });
  return setters;
}

}  // namespace

absl::Status SetEnvironmentField(absl::string_view name, const Literal& literal,
                                 EnvironmentOptions& options) {
  const auto setter = Setters().find(std::string(name));
  if (setter != Setters().end()) return setter->second(literal, options);
  if (name == "trajectory" || name == "comment" || name == "timeout") {
    return absl::NotFoundError(
        "is no setting here: it stands at the top level of the spec");
  }
  const std::string near = NearestName(name, EnvironmentFieldNames());
  return absl::NotFoundError(
      near.empty() ? absl::StrCat("is no setting; there are ",
                                  absl::StrJoin(EnvironmentFieldNames(), ", "))
                   : absl::StrCat("is no setting; do you mean ", near, "?"));
}

absl::Status SetResourceSlots(absl::string_view variable,
                              const Literal& literal,
                              EnvironmentOptions& options) {
  const absl::Status wanted =
      Wanted("a list of values such as [0, 1]", literal);
  std::vector<std::string> values;
  if (const auto texts = literal.value.As<std::vector<std::string>>();
      texts.ok()) {
    values = *texts;
  } else if (const auto numbers = literal.value.As<std::vector<int64_t>>();
             numbers.ok()) {
    for (const int64_t number : *numbers) {
      values.push_back(absl::StrCat(number));
    }
  } else {
    return wanted;
  }
  options.resource_slots[std::string(variable)] = std::move(values);
  return absl::OkStatus();
}

std::vector<std::string> EnvironmentFieldNames() {
  std::vector<std::string> names;
  for (const auto& [name, setter] : Setters()) names.push_back(name);
  return names;
}

}  // namespace cppet
