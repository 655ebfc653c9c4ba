#include "cppet/tools/lib/command_run.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/utf8.h"
#include "cppet/tools/lib/printable_text.h"
#include "cppet/tools/lib/results_json.h"
#include "cppet/tools/lib/value_text.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

// More would hardly be read from a JSON file.
constexpr size_t kMaxResultsBytes = size_t{1} << 30;
constexpr size_t kStderrLines = 5;

// Names are full ones, since a result may be called like a branch.
std::string ResultName(const Run& run, absl::string_view name) {
  return absl::StrCat("results.runs.", run.name(), ".", name);
}

absl::Status WriteParameters(const std::string& path, const Run& run) {
  nlohmann::ordered_json parameters = nlohmann::ordered_json::object();
  const Node* branch = run.trajectory().root().Child("parameters");
  if (branch != nullptr) {
    VisitNodes(*branch, [&](const Node& node) {
      if (node.kind() != Node::Kind::kParameter) return;
      const auto& parameter = static_cast<const Parameter&>(node);
      if (!parameter.value().has_value()) return;
      parameters[node.full_name()] = PlainJson(parameter.ValueAt(run.index()));
    });
  }
  return WriteFile(path, parameters.dump(1) + "\n");
}

std::string Kept(absl::string_view output, size_t max_bytes) {
  if (output.size() <= max_bytes) return ReplaceInvalidUtf8(output);
  return absl::StrCat(ReplaceInvalidUtf8(TruncateUtf8(output, max_bytes)),
                      "\n[cut: only the first ", max_bytes,
                      " bytes are kept]\n");
}

absl::Status AddProcessResults(const SubprocessResult& process,
                               size_t max_output, Run& run) {
  CPPET_RETURN_IF_ERROR(
      run.AddResult(ResultName(run, "process.exit_code"),
                    process.signal == 0 ? process.exit_code : -process.signal,
                    "Exit code, or minus the signal that killed it"));
  CPPET_RETURN_IF_ERROR(run.AddResult(ResultName(run, "process.wall_seconds"),
                                      process.wall_seconds,
                                      "How long the command took"));
  CPPET_RETURN_IF_ERROR(run.AddResult(ResultName(run, "process.stdout"),
                                      Kept(process.standard_output, max_output),
                                      "Standard output"));
  return run.AddResult(ResultName(run, "process.stderr"),
                       Kept(process.standard_error, max_output),
                       "Standard error");
}

absl::Status ProcessStatus(const SubprocessResult& process) {
  if (process.ok()) return absl::OkStatus();
  const std::string end =
      LastLines(ReplaceInvalidUtf8(process.standard_error), kStderrLines);
  const std::string message =
      absl::StrCat(process.Describe(), end.empty() ? "" : "\n", end);
  return process.timed_out ? absl::DeadlineExceededError(message)
                           : absl::AbortedError(message);
}

absl::StatusOr<std::vector<std::string>> AddFileResults(const std::string& path,
                                                        Run& run) {
  const absl::StatusOr<std::string> text =
      ReadFile(path, {.max_bytes = kMaxResultsBytes});
  if (absl::IsNotFound(text.status())) return std::vector<std::string>();
  CPPET_RETURN_IF_ERROR(text.status());
  absl::StatusOr<JsonResults> results = ParseJsonResults(*text);
  CPPET_RETURN_IF_ERROR(WithPrefix("results", results.status()));
  for (auto& [name, value] : results->results) {
    CPPET_RETURN_IF_ERROR(
        run.AddResult(ResultName(run, name), std::move(value)));
  }
  return std::move(results->nulls);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> RunCommand(
    const std::vector<std::string>& argv, Run& run,
    const CommandRunOptions& options) {
  const std::string start =
      absl::StrCat(options.scratch_folder, "/", run.name());
  const std::string parameters = absl::StrCat(start, ".parameters.json");
  const std::string results = absl::StrCat(start, ".results.json");
  const absl::Cleanup remove = [&] {
    unlink(parameters.c_str());
    if (unlink(results.c_str()) == 0 || errno == ENOENT) return;
    // It has made something else of it.
    std::error_code ignored;
    std::filesystem::remove_all(results, ignored);
  };
  CPPET_RETURN_IF_ERROR(WriteParameters(parameters, run));
  SubprocessOptions process_options;
  process_options.environment = {{"CPPET_RUN", absl::StrCat(run.index())},
                                 {"CPPET_SEED", absl::StrCat(run.Seed())},
                                 {"CPPET_PARAMETERS", parameters},
                                 {"CPPET_RESULTS", results}};
  process_options.timeout = options.timeout;
  // Beyond what is kept, for the end of standard error.
  process_options.max_output += options.max_output;
  CPPET_ASSIGN_OR_RETURN(const SubprocessResult process,
                         RunSubprocess(argv, process_options));
  CPPET_RETURN_IF_ERROR(AddProcessResults(process, options.max_output, run));
  CPPET_RETURN_IF_ERROR(ProcessStatus(process));
  return AddFileResults(results, run);
}

}  // namespace cppet
