#include "cppet/sumatra/project_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/unique_fd.h"
#include "cppet/base/utf8.h"
#include "cppet/sumatra/label.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

// Real ones have about 1 kB.
constexpr size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 50;

constexpr int kEmptyAttempts = 20;
constexpr absl::Duration kEmptyTick = absl::Milliseconds(10);

constexpr absl::Duration kLockTick = absl::Milliseconds(5);

// Returns the object that is in the file.
absl::StatusOr<Json> ReadJson(const std::string& file) {
  std::string text;
  // Sumatra empties the file before it writes it.
  for (int attempt = 0; text.empty() && attempt < kEmptyAttempts; ++attempt) {
    if (attempt > 0) absl::SleepFor(kEmptyTick);
    CPPET_ASSIGN_OR_RETURN(text, ReadFile(file, {.max_bytes = kMaxBytes}));
  }
  bool too_deep = false;
  const auto look = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  Json json = Json::parse(text, look, /*allow_exceptions=*/false);
  if (!json.is_object() || too_deep) {
    return absl::FailedPreconditionError(
        absl::StrCat(file, " is no Sumatra project: not an object in JSON"));
  }
  return json;
}

// Takes what a record needs out of the project's JSON.
class Reader {
 public:
  Reader(const std::string& file, const Json& json)
      : file_(file), json_(json) {}

  // Null if there is none; some were not there in older versions of Sumatra.
  const Json& Find(const std::string& key) const {
    static const Json* const kNull = new Json();
    const auto found = json_.find(key);
    return found == json_.end() ? *kNull : *found;
  }

  absl::StatusOr<std::string> Text(const std::string& key,
                                   std::optional<std::string> otherwise) const {
    const Json& value = Find(key);
    if (value.is_null() && otherwise) return *otherwise;
    if (!value.is_string()) return Error(key, "is no text");
    return value.get<std::string>();
  }

  absl::StatusOr<ProjectPart> Part(const std::string& key,
                                   std::optional<ProjectPart> otherwise) const {
    const Json& value = Find(key);
    if (value.is_null() && otherwise) return *otherwise;
    if (!value.is_object()) return Error(key, "is no object");
    const auto type = value.find("type");
    if (type == value.end() || !type->is_string()) {
      return Error(key, "has no type");
    }
    ProjectPart part;
    part.type = type->get<std::string>();
    part.type.erase(0, part.type.rfind('.') + 1);
    part.parameters = Json::object();
    for (const auto& item : value.items()) {
      if (item.key() != "type") part.parameters[item.key()] = item.value();
    }
    return part;
  }

  absl::Status Error(const std::string& key, absl::string_view what) const {
    return absl::FailedPreconditionError(
        absl::StrCat(file_, " is no Sumatra project: ", key, " ", what));
  }

 private:
  const std::string& file_;
  const Json& json_;
};

absl::StatusOr<LabelRule> ReadLabelRule(const Reader& reader) {
  LabelRule rule;
  CPPET_ASSIGN_OR_RETURN(const std::string source,
                         reader.Text("label_generator", "timestamp"));
  if (source == "uuid") {
    rule.source = LabelRule::Source::kUuid;
  } else if (source != "timestamp") {
    return reader.Error("label_generator", "is not timestamp or uuid");
  }
  CPPET_ASSIGN_OR_RETURN(
      rule.timestamp_format,
      reader.Text("timestamp_format", rule.timestamp_format));
  return rule;
}

absl::StatusOr<ProjectSettings> ToSettings(const Reader& reader,
                                           const std::string& folder) {
  ProjectSettings settings;
  settings.folder = folder;
  CPPET_ASSIGN_OR_RETURN(settings.name, reader.Text("name", std::nullopt));
  if (settings.name.empty()) return reader.Error("name", "is empty");
  CPPET_ASSIGN_OR_RETURN(settings.record_store,
                         reader.Part("record_store", std::nullopt));
  CPPET_ASSIGN_OR_RETURN(settings.repository,
                         reader.Part("default_repository", std::nullopt));
  CPPET_ASSIGN_OR_RETURN(settings.launch_mode,
                         reader.Part("default_launch_mode",
                                     ProjectPart{"SerialLaunchMode",
                                                 {{"working_directory", folder},
                                                  {"options", nullptr}}}));
  CPPET_ASSIGN_OR_RETURN(
      settings.data_store,
      reader.Part("data_store",
                  ProjectPart{"FileSystemDataStore",
                              {{"root", absl::StrCat(folder, "/Data")}}}));
  CPPET_ASSIGN_OR_RETURN(settings.input_data_store,
                         reader.Part("input_datastore", settings.data_store));
  CPPET_ASSIGN_OR_RETURN(const std::string on_changed,
                         reader.Text("on_changed", "error"));
  settings.stores_diff = on_changed == "store-diff";
  if (!settings.stores_diff && on_changed != "error") {
    return reader.Error("on_changed", "is not error or store-diff");
  }
  CPPET_ASSIGN_OR_RETURN(settings.label_rule, ReadLabelRule(reader));
  return settings;
}

}  // namespace

std::string ExpandHome(const std::string& path) {
  const char* const home = getenv("HOME");
  const bool is_of_home = path == "~" || absl::StartsWith(path, "~/");
  if (!is_of_home || home == nullptr) return path;
  return absl::StrCat(home, path.substr(1));
}

absl::StatusOr<ProjectSettings> ReadProject(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path start = fs::absolute(ExpandHome(path), error);
  if (path.empty() || error) {
    return absl::NotFoundError(
        absl::StrCat("no folder \"", path, "\" to look for a Sumatra project"));
  }
  fs::path folder = start.lexically_normal();
  while (!fs::is_regular_file(folder / ".smt" / "project", error)) {
    if (folder == folder.parent_path()) {
      return absl::NotFoundError(absl::StrCat(
          "no Sumatra project (.smt/project) at or above ", start.string()));
    }
    folder = folder.parent_path();
  }
  if (!folder.has_filename() && folder.has_relative_path()) {
    folder = folder.parent_path();  // less a slash at its end
  }
  const fs::path file = fs::canonical(folder / ".smt" / "project", error);
  if (error) return absl::ErrnoToStatus(error.value(), folder.string());
  if (!IsValidUtf8(file.string())) {
    return absl::FailedPreconditionError(
        absl::StrCat("the path of the Sumatra project ",
                     ReplaceInvalidUtf8(file.string()), " is not UTF-8"));
  }
  CPPET_ASSIGN_OR_RETURN(const Json json, ReadJson(file.string()));
  CPPET_ASSIGN_OR_RETURN(
      ProjectSettings settings,
      ToSettings(Reader(file.string(), json), folder.string()));
  settings.file = file.string();
  return settings;
}

absl::Status CheckProjectCanChange(const ProjectSettings& project) {
  const std::string folder =
      std::filesystem::path(project.file).parent_path().string();
  for (const std::string& path : {folder, project.file}) {
    if (access(path.c_str(), W_OK) != 0) {
      return absl::ErrnoToStatus(
          errno, absl::StrCat("Sumatra's ", path, " may not be written"));
    }
  }
  const UniqueFd fd(open(project.file.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, project.file);
  if (flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno != EWOULDBLOCK) {
    return absl::UnimplementedError(
        absl::StrCat("the file system of ", project.file, " has no locks"));
  }
  return absl::OkStatus();
}

absl::StatusOr<UniqueFd> LockProject(const ProjectSettings& project,
                                     absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  while (true) {
    // To be written, or network file systems refuse the lock.
    UniqueFd fd(open(project.file.c_str(), O_RDWR | O_CLOEXEC));
    if (!fd.is_open()) return absl::ErrnoToStatus(errno, project.file);
    if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
      struct stat locked, current;
      if (fstat(fd.get(), &locked) == 0 &&
          stat(project.file.c_str(), &current) == 0 &&
          locked.st_dev == current.st_dev && locked.st_ino == current.st_ino) {
        return fd;
      }
      continue;  // the file was replaced meanwhile
    }
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return absl::ErrnoToStatus(errno, absl::StrCat("lock ", project.file));
    }
    if (absl::Now() >= end) {
      return absl::UnavailableError(
          absl::StrCat(project.file, " is locked by another program since ",
                       absl::FormatDuration(timeout)));
    }
    absl::SleepFor(kLockTick);
  }
}

absl::Status SetMostRecent(const ProjectSettings& project,
                           absl::string_view label) {
  // Read anew, as Sumatra may have changed it meanwhile.
  CPPET_ASSIGN_OR_RETURN(Json json, ReadJson(project.file));
  json["_most_recent"] = label;
  struct stat before;
  if (stat(project.file.c_str(), &before) != 0) {
    return absl::ErrnoToStatus(errno, project.file);
  }
  CPPET_RETURN_IF_ERROR(WriteFileAtomically(
      project.file, json.dump(2, ' ', /*ensure_ascii=*/true),
      /*durable=*/true));
  if (chmod(project.file.c_str(), before.st_mode & 07777) != 0) {
    return absl::ErrnoToStatus(errno, project.file);
  }
  return absl::OkStatus();
}

}  // namespace cppet
