#include "cppet/sumatra/project.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/unique_fd.h"
#include "cppet/sumatra/label.h"
#include "cppet/sumatra/python_record_store.h"
#include "cppet/sumatra/record_values.h"
#include "cppet/sumatra/sqlite_record_store.h"

namespace cppet {
namespace {

// Others may have to read large output files, one after the other.
constexpr absl::Duration kLockTimeout = absl::Hours(1);

std::string Name(const ProjectSettings& settings) {
  return absl::StrCat("Sumatra project ", settings.name);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SumatraProject>> SumatraProject::Open(
    const std::string& path) {
  CPPET_ASSIGN_OR_RETURN(ProjectSettings settings, ReadProject(path));
  CPPET_RETURN_IF_ERROR(CheckProjectCanChange(settings));
  CPPET_ASSIGN_OR_RETURN(std::string user, ConfiguredUser());
  absl::StatusOr<std::unique_ptr<RecordStore>> store =
      HasSqliteStore(settings) ? OpenSqliteRecordStore(settings)
                               : OpenPythonRecordStore(settings);
  if (!store.ok()) return WithPrefix(Name(settings), store.status());
  return absl::WrapUnique(new SumatraProject(
      std::move(settings), std::move(user), *std::move(store)));
}

SumatraProject::SumatraProject(ProjectSettings settings,
                               std::string configured_user,
                               std::unique_ptr<RecordStore> store)
    : settings_(std::move(settings)),
      configured_user_(std::move(configured_user)),
      store_(std::move(store)) {}

std::string SumatraProject::repository_url() const {
  const auto url = settings_.repository.parameters.find("url");
  return url != settings_.repository.parameters.end() && url->is_string()
             ? url->get<std::string>()
             : "";
}

absl::Status SumatraProject::CheckLabel(absl::string_view label) const {
  CPPET_RETURN_IF_ERROR(CheckLabelForm(label));
  return WithPrefix(Name(settings_), store_->CheckIsFree(std::string(label)));
}

absl::StatusOr<std::string> SumatraProject::AddRecord(
    const SumatraRecord& record, const PrepareRecord& prepare) {
  if (!record.label.empty()) {
    CPPET_RETURN_IF_ERROR(CheckLabelForm(record.label));
  }
  CPPET_ASSIGN_OR_RETURN(const SumatraRecord complete,
                         CompleteRecord(record, configured_user_));
  CPPET_ASSIGN_OR_RETURN(const UniqueFd lock,
                         LockProject(settings_, kLockTimeout));
  absl::StatusOr<std::string> label = store_->Add(complete, prepare);
  if (!label.ok()) return WithPrefix(Name(settings_), label.status());
  const absl::Status status = SetMostRecent(settings_, *label);
  if (!status.ok()) {
    return absl::InternalError(absl::StrCat(
        Name(settings_), " has the record ", *label,
        " now, but could not make it the most recent one: ", status.message()));
  }
  return label;
}

}  // namespace cppet
