#include "cppet/storage/hdf5/merge/merger.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/time_format.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/merge/file_copy.h"
#include "cppet/storage/hdf5/merge/merge_notes.h"
#include "cppet/storage/hdf5/merge/range_update.h"
#include "cppet/storage/hdf5/merge/tree_copier.h"
#include "cppet/storage/hdf5/pandas/data_frame.h"
#include "cppet/storage/hdf5/tree/open_trajectory.h"
#include "cppet/storage/hdf5/tree/trajectory_reader.h"
#include "cppet/storage/hdf5/tree/tree_writer.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"
#include "hdf5.h"

namespace cppet {
namespace hdf5 {
namespace {

absl::Status BackUp(const StoredTrajectory& trajectory,
                    absl::Duration lock_timeout) {
  const std::filesystem::path backup =
      std::filesystem::path(trajectory.file)
          .replace_filename(absl::StrCat("backup_", trajectory.name, ".hdf5"));
  return CopyHdf5File(trajectory.file, backup.string(), lock_timeout);
}

// As the file was written until now.
WriterOptions WriterOptionsOf(const Hdf5Settings& settings) {
  WriterOptions options;
  options.settings = settings;
  Filters& filters = options.item_format.filters;
  filters.complevel = settings.complevel;
  filters.complib = ParseComplib(settings.complib).value_or(Complib::kZlib);
  filters.shuffle = settings.shuffle;
  filters.fletcher32 = settings.fletcher32;
  options.item_format.pandas =
      PandasFormatNamed(settings.pandas_format).value_or(PandasFormat::kFixed);
  return options;
}

absl::StatusOr<std::unique_ptr<Trajectory>> LoadParameters(
    hid_t root, const std::string& name) {
  CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(root, name));
  LoadOptions load;
  load.derived_parameters = LoadLevel::kData;
  load.results = LoadLevel::kNothing;
  load.other = LoadLevel::kNothing;
  return ReadTrajectory(root, name, load);
}

absl::Status WriteNotes(const Trajectory& notes, OpenTrajectory* file) {
  CPPET_RETURN_IF_ERROR(notes.status());
  CPPET_ASSIGN_OR_RETURN(const TreePlan plan, PlanTree(notes));
  return WriteTree(notes, plan, {}, file);
}

// Merges `merged`, which is in `other_root`, into `into_name` in `root`.
absl::StatusOr<MergeReport> MergeOne(hid_t root, const std::string& into_name,
                                     hid_t other_root,
                                     const StoredTrajectory& merged,
                                     const MergeOptions& options) {
  MergeReport report;
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Trajectory> into,
                         LoadParameters(root, into_name));
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Trajectory> other,
                         LoadParameters(other_root, merged.name));
  const absl::StatusOr<MergePlan> planned = PlanMerge(*into, *other, options);
  if (!planned.ok()) return WithPrefix(merged.file, planned.status());
  const MergePlan& plan = *planned;
  CPPET_ASSIGN_OR_RETURN(const Hdf5Settings settings,
                         ReadSettings(root, into_name));
  CPPET_ASSIGN_OR_RETURN(
      const std::unique_ptr<OpenTrajectory> file,
      OpenTrajectory::Open(root, into_name, WriterOptionsOf(settings)));
  if (options.keep_info) {
    Trajectory notes(into_name);
    CPPET_RETURN_IF_ERROR(
        AddMergeNotes(*into, *other, plan, options, UnixNow(), &notes));
    CPPET_RETURN_IF_ERROR(WriteNotes(notes, file.get()));
  }
  ApplyMerge(plan, *other, into.get());
  CPPET_RETURN_IF_ERROR(file->Update(*into));
  for (const MergedParameter& parameter : plan.parameters) {
    const Node* node = into->tree().FindExact(parameter.full_name);
    CPPET_RETURN_IF_ERROR(
        UpdateRange(static_cast<const Parameter&>(*node), file.get()));
  }
  CPPET_ASSIGN_OR_RETURN(const Handle other_group,
                         OpenObject(other_root, merged.name));
  TreeCopier copier(plan, options, *into, *other, file.get());
  CPPET_RETURN_IF_ERROR(copier.Copy(other_group.get()));
  CPPET_RETURN_IF_ERROR(file->overview().Flush());
  report.length = into->length();
  report.taken = plan.taken;
  report.duplicates = other->length() - plan.taken;
  report.leaves = copier.copied();
  for (const std::string& name : plan.not_compared) {
    report.warnings.push_back(
        absl::StrCat(name, " cannot be read and stays as it is"));
  }
  report.warnings.insert(report.warnings.end(), copier.warnings().begin(),
                         copier.warnings().end());
  return report;
}

absl::StatusOr<std::vector<MergeReport>> MergeAll(
    File* file, const StoredTrajectory& into,
    absl::Span<const StoredTrajectory> others,
    const MergeFilesOptions& options) {
  std::vector<MergeReport> reports;
  for (const StoredTrajectory& other : others) {
    std::optional<File> other_file;
    const bool same_file = IsSameFile(into.file, other.file);
    if (same_file && into.name == other.name) {
      return absl::InvalidArgumentError(absl::StrCat(
          into.file, ": ", into.name, " cannot be merged into itself"));
    }
    if (!same_file) {
      CPPET_ASSIGN_OR_RETURN(
          other_file,
          File::Open(other.file, {.lock_timeout = options.lock_timeout}));
    }
    CPPET_ASSIGN_OR_RETURN(
        MergeReport report,
        MergeOne(file->root(), into.name,
                 same_file ? file->root() : other_file->root(), other,
                 options.merge));
    reports.push_back(std::move(report));
  }
  CPPET_RETURN_IF_ERROR(file->Commit());
  return reports;
}

}  // namespace
}  // namespace hdf5

absl::StatusOr<std::vector<MergeReport>> MergeTrajectories(
    const StoredTrajectory& into, absl::Span<const StoredTrajectory> others,
    const MergeFilesOptions& options) {
  const hdf5::SilentErrors silent;
  if (options.backup) {
    CPPET_RETURN_IF_ERROR(hdf5::BackUp(into, options.lock_timeout));
  }
  hdf5::OpenOptions open;
  open.writable = true;
  open.durability = options.durability;
  open.lock_timeout = options.lock_timeout;
  CPPET_ASSIGN_OR_RETURN(hdf5::File file, hdf5::File::Open(into.file, open));
  absl::StatusOr<std::vector<MergeReport>> reports =
      hdf5::MergeAll(&file, into, others, options);
  if (!reports.ok()) {
    const absl::Status status = file.Explain(reports.status());
    file.Abandon();
    return status;
  }
  CPPET_RETURN_IF_ERROR(file.Close());
  return reports;
}

}  // namespace cppet
