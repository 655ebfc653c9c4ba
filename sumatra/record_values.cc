#include "cppet/sumatra/record_values.h"

#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/sumatra/python_json.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

namespace fs = std::filesystem;

// The file of this program, also if it was replaced meanwhile.
absl::StatusOr<std::string> ThisProgram() {
  std::error_code error;
  const std::string path = fs::read_symlink("/proc/self/exe", error).string();
  if (error) return absl::ErrnoToStatus(error.value(), "/proc/self/exe");
  return std::string(absl::StripSuffix(path, " (deleted)"));
}

}  // namespace

absl::StatusOr<std::string> ConfiguredUser() {
  const std::string path = ExpandHome("~/.smtrc");
  const absl::StatusOr<std::string> text =
      ReadFile(path, {.max_bytes = 1 << 20});
  if (absl::IsNotFound(text.status())) return std::string();
  CPPET_RETURN_IF_ERROR(text.status());
  const auto json = nlohmann::json::parse(*text, nullptr,
                                          /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not an object in JSON"));
  }
  const auto user = json.find("username");
  if (user == json.end() || !user->is_string()) return std::string();
  return user->get<std::string>();
}

absl::StatusOr<SumatraRecord> CompleteRecord(
    const SumatraRecord& record, const std::string& configured_user) {
  if (!std::isfinite(record.timestamp) || !std::isfinite(record.duration)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the start ", record.timestamp, " or the duration ",
                     record.duration, " is no time"));
  }
  if (!record.parameters.is_object()) {
    return absl::InvalidArgumentError("the parameters are not an object");
  }
  CPPET_RETURN_IF_ERROR(
      PythonJson(record.parameters, PythonJsonForm::kOneLine).status());
  SumatraRecord complete = record;
  if (!configured_user.empty()) complete.user = configured_user;
  if (complete.executable.empty()) {
    CPPET_ASSIGN_OR_RETURN(complete.executable, ThisProgram());
  }
  std::error_code error;
  const fs::path executable = fs::absolute(complete.executable, error);
  if (!error) complete.executable = executable.lexically_normal().string();
  for (std::string* const text :
       {&complete.reason, &complete.outcome, &complete.version, &complete.diff,
        &complete.user, &complete.script_arguments, &complete.executable}) {
    *text = ReplaceInvalidUtf8(*text);
  }
  return complete;
}

std::string ExecutableName(const std::string& path) {
  static const auto* const kKnown = new std::set<std::string>{
      "GENESIS", "Matlab", "NEST", "NEURON", "Python", "R"};
  const std::string name = fs::path(path).filename().string();
  return kKnown->count(name) == 0 ? name : absl::StrCat(name, " program");
}

absl::StatusOr<std::vector<DataKey>> OutputKeys(const ProjectSettings& project,
                                                const SumatraRecord& record) {
  std::vector<DataKey> keys;
  if (project.data_store.type != "FileSystemDataStore") return keys;
  const auto root = project.data_store.parameters.find("root");
  const std::string folder =
      root != project.data_store.parameters.end() && root->is_string()
          ? ExpandHome(root->get<std::string>())
          : "Data";
  // As Sumatra's commands run in the project's folder.
  const std::string absolute = fs::path(project.folder) / folder;
  for (const std::string& file : record.output_files) {
    CPPET_ASSIGN_OR_RETURN(DataKey key, MakeDataKey(file, absolute));
    keys.push_back(std::move(key));
  }
  return keys;
}

absl::Status LabelIsTakenError(absl::string_view label) {
  return absl::AlreadyExistsError(
      absl::StrCat("there is a record with the label \"", label, "\" already"));
}

}  // namespace cppet
