#include "cppet/sumatra/python_record_store.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/utf8.h"
#include "cppet/sumatra/calendar_time.h"
#include "cppet/sumatra/data_key.h"
#include "cppet/sumatra/label.h"
#include "cppet/sumatra/platform.h"
#include "cppet/sumatra/python_json.h"
#include "cppet/sumatra/record_script.h"
#include "cppet/sumatra/record_values.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using Command = std::vector<std::string>;

// Sumatra looks for the network, and servers may be slow.
constexpr absl::Duration kTimeout = absl::Minutes(5);
constexpr size_t kMaxAnswer = 256 << 20;
constexpr char kMark[] = "cppet-sumatra:";  // of record_script.py

std::string LastLine(const std::string& text) {
  const absl::string_view stripped = absl::StripAsciiWhitespace(text);
  return ReplaceInvalidUtf8(stripped.substr(stripped.rfind('\n') + 1));
}

// Has `python` do `job` and returns its answer.
absl::StatusOr<nlohmann::json> RunScript(const Command& python,
                                         const nlohmann::json& job) {
  Command command = python;
  command.insert(command.end(), {"-c", kRecordScript});
  SubprocessOptions options;
  options.standard_input = job.dump(-1, ' ', /*ensure_ascii=*/true,
                                    nlohmann::json::error_handler_t::replace);
  options.timeout = kTimeout;
  options.max_output = kMaxAnswer;
  CPPET_ASSIGN_OR_RETURN(const SubprocessResult result,
                         RunSubprocess(command, options));
  if (!result.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(result.Describe(), ": ", LastLine(result.standard_error)));
  }
  for (absl::string_view line : absl::StrSplit(result.standard_output, '\n')) {
    if (!absl::ConsumePrefix(&line, kMark)) continue;
    nlohmann::json answer = nlohmann::json::parse(line, nullptr,
                                                  /*allow_exceptions=*/false);
    if (answer.is_object()) return answer;
  }
  return absl::FailedPreconditionError("it gave no answer");
}

// Returns the beginning of the command `name` on PATH, empty if there is none.
std::string StartOfCommand(const std::string& name) {
  const char* const path = getenv("PATH");
  if (path == nullptr) return "";
  for (const absl::string_view folder : absl::StrSplit(path, ':')) {
    const std::string file = absl::StrCat(folder, "/", name);
    if (access(file.c_str(), X_OK) != 0) continue;
    std::string start(4096, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(start.data(), start.size());
    start.resize(stream.gcount());
    return start;
  }
  return "";
}

std::vector<Command> Pythons() {
  const char* const chosen = getenv("CPPET_SUMATRA_PYTHON");
  if (chosen != nullptr && *chosen != '\0') return {{chosen}};
  std::vector<Command> pythons;
  const Command of_smt = PythonOfScript(StartOfCommand("smt"));
  if (!of_smt.empty()) pythons.push_back(of_smt);
  pythons.push_back({"python3"});
  return pythons;
}

nlohmann::json PlatformJson(const Platform& platform) {
  return {{"architecture_bits", platform.architecture_bits},
          {"architecture_linkage", platform.architecture_linkage},
          {"machine", platform.machine},
          {"network_name", platform.network_name},
          {"ip_addr", platform.ip_addr},
          {"processor", platform.processor},
          {"release", platform.release},
          {"system_name", platform.system_name},
          {"version", platform.version}};
}

nlohmann::json KeyJson(const DataKey& key) {
  return {{"path", key.path},
          {"digest", key.digest},
          {"creation", key.creation},
          {"metadata", nlohmann::json::parse(MetadataJson(key))}};
}

class PythonRecordStore : public RecordStore {
 public:
  PythonRecordStore(ProjectSettings project, Command python)
      : project_(std::move(project)), python_(std::move(python)) {}

  absl::Status CheckIsFree(const std::string& label) override {
    CPPET_ASSIGN_OR_RETURN(const Labels labels, ReadLabels());
    return labels.Has(label) ? LabelIsTakenError(label) : absl::OkStatus();
  }

  absl::StatusOr<std::string> Add(const SumatraRecord& record,
                                  const PrepareRecord& prepare) override {
    CPPET_ASSIGN_OR_RETURN(const Labels labels, ReadLabels());
    CPPET_ASSIGN_OR_RETURN(const std::string label,
                           ChooseLabel(labels, record));
    if (prepare) CPPET_RETURN_IF_ERROR(prepare(label));
    CPPET_ASSIGN_OR_RETURN(const nlohmann::json job, AddJob(label, record));
    CPPET_ASSIGN_OR_RETURN(const nlohmann::json answer, Run(job));
    const auto taken = answer.find("taken");
    const bool is_taken = taken != answer.end() && *taken == true;
    if (is_taken) return LabelIsTakenError(label);
    return label;
  }

  struct Labels {
    std::vector<std::string> labels;
    Zone zone = Zone::kUtc;

    bool Has(const std::string& label) const {
      return std::find(labels.begin(), labels.end(), label) != labels.end();
    }
  };

  absl::StatusOr<Labels> ReadLabels() const {
    CPPET_ASSIGN_OR_RETURN(
        const nlohmann::json answer,
        Run({{"action", "labels"}, {"folder", project_.folder}}));
    Labels labels;
    labels.zone = answer.value("utc", nlohmann::json()) == false ? Zone::kLocal
                                                                 : Zone::kUtc;
    for (const auto& label : answer.value("labels", nlohmann::json::array())) {
      if (label.is_string()) labels.labels.push_back(label);
    }
    return labels;
  }

 private:
  absl::StatusOr<nlohmann::json> Run(const nlohmann::json& job) const {
    absl::StatusOr<nlohmann::json> answer = RunScript(python_, job);
    if (answer.ok()) return answer;
    return absl::Status(answer.status().code(),
                        absl::StrCat(project_.record_store.type, " by ",
                                     absl::StrJoin(python_, " "), ": ",
                                     answer.status().message()));
  }

  absl::StatusOr<std::string> ChooseLabel(const Labels& labels,
                                          const SumatraRecord& record) const {
    if (!record.label.empty()) {
      if (labels.Has(record.label)) return LabelIsTakenError(record.label);
      return record.label;
    }
    CPPET_ASSIGN_OR_RETURN(
        const std::string label,
        MakeLabel(project_.label_rule, record.timestamp, labels.zone));
    int number = 1;
    while (labels.Has(NumberedLabel(label, number))) ++number;
    return NumberedLabel(label, number);
  }

  absl::StatusOr<nlohmann::json> AddJob(const std::string& label,
                                        const SumatraRecord& record) const {
    CPPET_ASSIGN_OR_RETURN(
        const std::string parameters,
        PythonJson(record.parameters, PythonJsonForm::kIndented));
    CPPET_ASSIGN_OR_RETURN(const std::vector<DataKey> keys,
                           OutputKeys(project_, record));
    nlohmann::json output_data = nlohmann::json::array();
    for (const DataKey& key : keys) output_data.push_back(KeyJson(key));
    return nlohmann::json({
        {"action", "add"},
        {"folder", project_.folder},
        {"label", label},
        {"executable",
         {{"path", record.executable},
          {"version", kExecutableVersion},
          {"name", ExecutableName(record.executable)}}},
        {"parameters", parameters},
        {"timestamp", record.timestamp},
        {"arguments",
         {{"label", label},
          {"reason", record.reason},
          {"main_file", ""},
          {"version", record.version},
          {"diff", record.diff},
          {"user", record.user},
          {"script_arguments", record.script_arguments},
          {"stdout_stderr", kStdoutStderr}}},
        {"outcome", record.outcome},
        {"duration", record.duration},
        {"tags", {kFinishedTag}},
        {"platform", PlatformJson(ThisPlatform())},
        {"output_data", output_data},
    });
  }

  const ProjectSettings project_;
  const Command python_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordStore>> OpenPythonRecordStore(
    const ProjectSettings& project) {
  std::vector<std::string> tried;
  for (const Command& python : Pythons()) {
    auto store = std::make_unique<PythonRecordStore>(project, python);
    const absl::Status status = store->ReadLabels().status();
    if (status.ok()) return store;
    tried.push_back(std::string(status.message()));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("a store of this kind needs a Python with Sumatra, which "
                   "CPPET_SUMATRA_PYTHON can name; tried: ",
                   absl::StrJoin(tried, "; ")));
}

std::vector<std::string> PythonOfScript(absl::string_view start) {
  const std::vector<absl::string_view> lines = absl::StrSplit(start, '\n');
  absl::string_view line = lines[0];
  if (!absl::ConsumePrefix(&line, "#!")) return {};
  line = absl::StripAsciiWhitespace(line);
  std::vector<std::string> command =
      absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (line == "/bin/sh" && lines.size() > 1) {
    absl::string_view second = lines[1];
    if (!absl::ConsumePrefix(&second, "'''exec' ")) return {};
    const char end = absl::ConsumePrefix(&second, "\"") ? '"' : ' ';
    command = {std::string(second.substr(0, second.find(end)))};
  }
  if (command.empty()) return {};
  const std::string& program = command.back();
  const absl::string_view name =
      absl::string_view(program).substr(program.rfind('/') + 1);
  if (absl::StartsWith(name, "python") || absl::StartsWith(name, "pypy")) {
    return command;
  }
  return {};
}

}  // namespace cppet
