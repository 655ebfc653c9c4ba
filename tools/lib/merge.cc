#include "cppet/tools/lib/merge.h"

#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/storage/hdf5/merge/file_copy.h"
#include "cppet/storage/hdf5/merge/merger.h"
#include "cppet/tools/lib/open_trajectory.h"

namespace cppet {
namespace {

constexpr size_t kMaxWarnings = 5;

bool Exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// The last trajectory of a file.
absl::StatusOr<StoredTrajectory> LastOf(const std::string& file) {
  absl::StatusOr<std::string> name = ChooseTrajectory(file, /*wanted=*/"");
  if (name.ok()) return StoredTrajectory{file, *std::move(name)};
  // Some errors name the file by themselves.
  const bool named = name.status().message().find(file) != std::string::npos;
  return named ? name.status() : WithPrefix(file, name.status());
}

void Print(const MergeReport& report, const std::string& in,
           std::ostream& err) {
  err << "merge: " << in << ": " << report.taken << " runs taken, "
      << report.duplicates << " duplicates left out; " << report.length
      << " runs now\n";
  for (size_t i = 0; i < report.warnings.size() && i < kMaxWarnings; ++i) {
    err << "merge: warning: " << report.warnings[i] << "\n";
  }
  if (report.warnings.size() > kMaxWarnings) {
    err << "merge: " << report.warnings.size() - kMaxWarnings
        << " more warnings\n";
  }
}

absl::Status MergeInto(const std::string& file, const MergeCommand& command,
                       size_t first, std::ostream& err) {
  CPPET_ASSIGN_OR_RETURN(const StoredTrajectory into, LastOf(file));
  std::vector<StoredTrajectory> others;
  for (size_t i = first; i < command.in.size(); ++i) {
    CPPET_ASSIGN_OR_RETURN(StoredTrajectory other, LastOf(command.in[i]));
    others.push_back(std::move(other));
  }
  MergeFilesOptions options;
  options.merge = command.options;
  CPPET_ASSIGN_OR_RETURN(const std::vector<MergeReport> reports,
                         MergeTrajectories(into, others, options));
  for (size_t i = 0; i < reports.size(); ++i) {
    Print(reports[i], others[i].file, err);
  }
  return absl::OkStatus();
}

// Merges in a copy of the first file, which gets its name only at the end.
absl::Status MergeAnew(const MergeCommand& command, std::ostream& err) {
  const std::filesystem::path out(command.out);
  const std::string temporary =
      (out.parent_path() /
       absl::StrCat(".", out.filename().string(), ".", getpid(), ".tmp"))
          .string();
  const auto remove =
      absl::MakeCleanup([&temporary] { unlink(temporary.c_str()); });
  CPPET_RETURN_IF_ERROR(LastOf(command.in[0]).status());
  CPPET_RETURN_IF_ERROR(CopyHdf5File(command.in[0], temporary));
  CPPET_RETURN_IF_ERROR(MergeInto(temporary, command, /*first=*/1, err));
  CPPET_RETURN_IF_ERROR(RenameNew(temporary, command.out));
  const std::string folder = out.parent_path().string();
  return SyncFolder(folder.empty() ? "." : folder);
}

}  // namespace

ExitCode Merge(const MergeCommand& command, std::ostream& err) {
  const absl::Status status = Exists(command.out)
                                  ? MergeInto(command.out, command, 0, err)
                                  : MergeAnew(command, err);
  if (status.ok()) return kExitSuccess;
  err << "merge: " << status.message() << "\n";
  return kExitError;
}

}  // namespace cppet
