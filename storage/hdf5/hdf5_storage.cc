#include "cppet/storage/hdf5/hdf5_storage.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/version.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "cppet/storage/hdf5/columns_access.h"
#include "cppet/storage/hdf5/config_entries.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/isolated_reading.h"
#include "cppet/storage/hdf5/tree/deleter.h"
#include "cppet/storage/hdf5/tree/item_loader.h"
#include "cppet/storage/hdf5/tree/open_trajectory.h"
#include "cppet/storage/hdf5/tree/run_stamps.h"
#include "cppet/storage/hdf5/tree/run_writer.h"
#include "cppet/storage/hdf5/tree/trajectory_copier.h"
#include "cppet/storage/hdf5/tree/trajectory_reader.h"
#include "cppet/storage/hdf5/tree/tree_selection.h"
#include "cppet/storage/hdf5/tree/tree_writer.h"
#include "cppet/storage/name_at.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory_bytes.h"
#include "cppet/trajectory/tree.h"

namespace cppet {
namespace hdf5 {
namespace {

Hdf5Settings SettingsFrom(const Hdf5StorageOptions& options) {
  Hdf5Settings settings;
  // The column is too short for the codecs of Blosc, and pypet could not go on
  // with what is left of their names.
  settings.complib = options.complib.substr(0, options.complib.find(':'));
  settings.complevel = options.complevel;
  settings.shuffle = options.shuffle;
  settings.pandas_format =
      PandasFormatNamed(options.pandas_format) == PandasFormat::kTable
          ? "table"
          : "fixed";
  settings.fletcher32 = options.fletcher32;
  settings.config_overview = options.small_overview_tables;
  settings.parameters_overview = options.small_overview_tables;
  settings.explored_parameters_overview = options.small_overview_tables;
  settings.derived_parameters_overview = options.large_overview_tables;
  settings.results_overview = options.large_overview_tables;
  settings.derived_parameters_summary = options.summary_tables;
  settings.results_summary = options.summary_tables;
  settings.purge_duplicate_comments = options.purge_duplicate_comments;
  settings.results_per_run = options.results_per_run;
  settings.derived_parameters_per_run = options.derived_parameters_per_run;
  return settings;
}

Filters FiltersFrom(const Hdf5StorageOptions& options, Complib complib) {
  Filters filters;
  filters.complevel = options.complevel;
  filters.complib = complib;
  filters.shuffle = options.shuffle;
  filters.fletcher32 = options.fletcher32;
  return filters;
}

WriterOptions WriterOptionsFrom(const Hdf5StorageOptions& options,
                                Complib complib, LeafClasses classes) {
  WriterOptions writer;
  writer.classes = std::move(classes);
  writer.settings = SettingsFrom(options);
  writer.layout = options.result_layout;
  writer.item_format.filters = FiltersFrom(options, complib);
  writer.item_format.pandas =
      PandasFormatNamed(options.pandas_format).value_or(PandasFormat::kFixed);
  writer.version =
      options.pypet_version.empty() ? kVersion : options.pypet_version;
  writer.language = options.python_version.empty() ? LanguageVersion()
                                                   : options.python_version;
  return writer;
}

bool Exists(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 || errno != ENOENT;
}

class Hdf5Storage : public StorageService {
 public:
  Hdf5Storage(std::string filename, const Hdf5StorageOptions& options,
              Complib complib, LeafClasses classes)
      : filename_(std::move(filename)),
        options_(options),
        writer_options_(
            WriterOptionsFrom(options, complib, std::move(classes))) {}

  ~Hdf5Storage() override { Close().IgnoreError(); }

  absl::Status Store(Trajectory& trajectory,
                     const StoreOptions& options) override {
    const SilentErrors silent;
    CPPET_RETURN_IF_ERROR(trajectory.status());
    CPPET_RETURN_IF_ERROR(
        AddConfigEntries(writer_options_.settings, &trajectory));
    TreeOptions tree;
    tree.classes = writer_options_.classes;
    tree.level = options.level;
    tree.max_depth = options.only_init ? 0 : options.max_depth;
    CPPET_ASSIGN_OR_RETURN(const TreePlan plan, PlanTree(trajectory, tree));
    CPPET_RETURN_IF_ERROR(OpenForWriting(&trajectory));
    return Finish(StoreOpened(trajectory, plan, tree));
  }

  absl::Status StoreRuns(const Trajectory& trajectory,
                         absl::Span<const RunRecord> records) override {
    const SilentErrors silent;
    if (records.empty()) return absl::OkStatus();
    CPPET_RETURN_IF_ERROR(OpenForWriting(nullptr));
    absl::Status status = Activate(trajectory.name());
    if (status.ok()) status = active_->writer->Write(trajectory, records);
    if (status.ok()) status = file_->Commit();
    return Finish(std::move(status));
  }

  absl::StatusOr<std::vector<std::string>> List() override {
    const SilentErrors silent;
    if (!IsIsolated()) return ListOpened();
    return ReadIsolated(filename_, options_.reading,
                        [this] { return ListOpened(); });
  }

  absl::StatusOr<std::string> NameAt(int64_t index) override {
    CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names, List());
    absl::StatusOr<std::string> name = cppet::NameAt(names, index);
    if (!name.ok()) return WithPrefix(filename_, name.status());
    return name;
  }

  absl::StatusOr<std::unique_ptr<Trajectory>> Load(
      absl::string_view name, const LoadOptions& options) override {
    const SilentErrors silent;
    if (!IsIsolated()) return LoadOpened(name, options);
    CPPET_ASSIGN_OR_RETURN(std::vector<std::string> texts,
                           ReadIsolated(filename_, options_.reading, [&] {
                             return LoadBytes(name, options);
                           }));
    if (texts.empty()) return absl::DataLossError("nothing was read");
    std::string bytes = std::move(texts.back());
    texts.pop_back();
    if (options.warnings != nullptr) {
      options.warnings->insert(options.warnings->end(), texts.begin(),
                               texts.end());
    }
    return DecodeTrajectory(bytes);
  }

  absl::Status StoreItems(Trajectory& trajectory,
                          absl::Span<const std::string> names,
                          const StoreItemsOptions& options) override {
    const SilentErrors silent;
    CPPET_RETURN_IF_ERROR(trajectory.status());
    CPPET_ASSIGN_OR_RETURN(
        const TreeSelection selection,
        SelectNodes(trajectory.tree(), names, options.recursive));
    TreeOptions tree;
    tree.classes = writer_options_.classes;
    tree.selection = &selection;
    tree.overwrite_items = options.overwrite_items;
    if (options.overwrite || !options.overwrite_items.empty()) {
      tree.level = StoreLevel::kOverwrite;
    }
    CPPET_ASSIGN_OR_RETURN(const TreePlan plan, PlanTree(trajectory, tree));
    CPPET_RETURN_IF_ERROR(OpenForWriting(nullptr));
    return Finish(StoreSelected(trajectory, plan, tree));
  }

  absl::Status LoadItems(Trajectory& trajectory,
                         absl::Span<const std::string> names,
                         const LoadItemsOptions& options) override {
    return ReadInto(trajectory, [&](hid_t group) {
      return LoadStoredItems(group, names, options, writer_options_.classes,
                             &trajectory);
    });
  }

  absl::Status LoadSkeleton(Trajectory& trajectory) override {
    return ReadInto(trajectory, [&](hid_t group) {
      return LoadStoredSkeleton(group, &trajectory);
    });
  }

  absl::Status DeleteItems(Trajectory& trajectory,
                           absl::Span<const std::string> names,
                           const DeleteOptions& options) override {
    CPPET_RETURN_IF_ERROR(Change(trajectory.name(), [&](OpenTrajectory* file) {
      return DeleteStored(trajectory, names, options, file);
    }));
    NoteDeleted(names, options, &trajectory);
    return absl::OkStatus();
  }

  absl::Status DeleteLinks(Trajectory& trajectory,
                           absl::Span<const std::string> names) override {
    CPPET_RETURN_IF_ERROR(Change(trajectory.name(), [&](OpenTrajectory* file) {
      return DeleteStoredLinks(names, file);
    }));
    for (const std::string& name : names) {
      // It may not be loaded.
      trajectory.RemoveLink(name).IgnoreError();
    }
    return absl::OkStatus();
  }

  absl::Status DeleteTrajectory(absl::string_view name) override {
    const SilentErrors silent;
    CPPET_RETURN_IF_ERROR(OpenForWriting(nullptr));
    active_.reset();
    const auto remove = [&]() -> absl::Status {
      CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(file_->root(), name));
      CPPET_RETURN_IF_ERROR(RemoveLink(file_->root(), std::string(name)));
      return file_->Commit();
    };
    return Finish(remove());
  }

  absl::Status CopyTrajectory(absl::string_view name,
                              const CopyOptions& options) override {
    const SilentErrors silent;
    const std::string from(name);
    const std::string to = options.new_name.empty() ? from : options.new_name;
    if (!options.filename.empty() && !IsSameFile(filename_, options.filename)) {
      return CopyToOther(from, to, options.filename);
    }
    if (from == to) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the copy of ", from, " in ", filename_, " needs another name"));
    }
    CPPET_RETURN_IF_ERROR(OpenForWriting(nullptr));
    const auto copy = [&]() -> absl::Status {
      const hid_t root = file_->root();
      CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(root, from));
      CPPET_RETURN_IF_ERROR(CopyTrajectoryGroup(root, from, root, to));
      return file_->Commit();
    };
    return Finish(copy());
  }

  absl::StatusOr<std::string> Backup(absl::string_view name,
                                     const std::string& filename) override {
    CopyOptions options;
    options.filename = filename;
    if (filename.empty()) {
      const size_t slash = filename_.rfind('/');
      options.filename = absl::StrCat(
          filename_.substr(0, slash == std::string::npos ? 0 : slash + 1),
          "backup_", name, ".hdf5");
    }
    CPPET_RETURN_IF_ERROR(CopyTrajectory(name, options));
    return options.filename;
  }

  absl::StatusOr<std::vector<RunColumn>> ListRunColumns(
      absl::string_view name) override {
    const SilentErrors silent;
    const auto list = [&]() -> absl::StatusOr<std::vector<RunColumn>> {
      std::optional<File> temporary;
      CPPET_ASSIGN_OR_RETURN(const hid_t root, OpenForReading(&temporary));
      return ListColumnsOf(root, name);
    };
    if (!IsIsolated()) return list();
    CPPET_ASSIGN_OR_RETURN(const Texts texts,
                           ReadIsolated(filename_, options_.reading, [&] {
                             return TextsOfColumns(list());
                           }));
    return ColumnsFromTexts(texts);
  }

  absl::StatusOr<std::vector<RunColumnValues>> ReadRunColumns(
      absl::string_view name, absl::Span<const size_t> columns, int64_t first,
      int64_t count) override {
    const SilentErrors silent;
    const auto read = [&]() -> absl::StatusOr<std::vector<RunColumnValues>> {
      std::optional<File> temporary;
      CPPET_ASSIGN_OR_RETURN(const hid_t root, OpenForReading(&temporary));
      return ReadColumnsOf(root, name, columns, first, count);
    };
    if (!IsIsolated()) return read();
    CPPET_ASSIGN_OR_RETURN(Texts texts,
                           ReadIsolated(filename_, options_.reading,
                                        [&] { return TextsOfValues(read()); }));
    return ValuesFromTexts(std::move(texts), columns.size());
  }

  absl::Status Close() override {
    if (!file_.has_value()) return absl::OkStatus();
    const SilentErrors silent;
    active_.reset();
    const absl::Status status = file_->Close();
    file_.reset();
    return status;
  }

 private:
  // The trajectory that was written last, which is kept open.
  struct Active {
    std::string name;
    std::unique_ptr<OpenTrajectory> trajectory;
    std::unique_ptr<RunWriter> writer;
  };

  // What this process writes is read by it.
  bool IsIsolated() const {
    return options_.reading.isolated && !file_.has_value();
  }

  absl::StatusOr<std::vector<std::string>> ListOpened() {
    std::optional<File> temporary;
    CPPET_ASSIGN_OR_RETURN(const hid_t root, OpenForReading(&temporary));
    return ListTrajectories(root);
  }

  absl::StatusOr<std::unique_ptr<Trajectory>> LoadOpened(
      absl::string_view name, const LoadOptions& options) {
    std::optional<File> temporary;
    CPPET_ASSIGN_OR_RETURN(const hid_t root, OpenForReading(&temporary));
    CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(root, name));
    return ReadTrajectory(root, std::string(name), options,
                          writer_options_.classes);
  }

  // Warnings, and the trajectory as the last text.
  absl::StatusOr<std::vector<std::string>> LoadBytes(absl::string_view name,
                                                     LoadOptions options) {
    std::vector<std::string> texts;
    options.warnings = &texts;
    CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Trajectory> trajectory,
                           LoadOpened(name, options));
    texts.push_back(EncodeTrajectory(*trajectory));
    return texts;
  }

  // Opens the file, which is made if there is none and `first` is given, the
  // trajectory that it is made for.
  absl::Status OpenForWriting(const Trajectory* first) {
    if (file_.has_value()) return absl::OkStatus();
    if (first != nullptr && !Exists(filename_)) {
      CPPET_RETURN_IF_ERROR(File::Create(
          filename_,
          options_.file_title.empty() ? first->name() : options_.file_title,
          writer_options_.item_format.filters, options_.durability));
    }
    OpenOptions open;
    open.writable = true;
    open.durability = options_.durability;
    // Forked processes take turns, and the one that forked them is the last.
    open.keep_journal = getpid() != owner_;
    open.lock_timeout = options_.lock_timeout;
    CPPET_ASSIGN_OR_RETURN(file_, File::Open(filename_, open));
    return absl::OkStatus();
  }

  // `status` of something that was to be stored. After an error the file is as
  // if it had not been tried.
  absl::Status Finish(absl::Status status) {
    if (status.ok()) return status;
    status = file_->Explain(status);
    active_.reset();
    file_->Abandon();
    file_.reset();
    return status;
  }

  // Reads what `read` reads of the group of `trajectory`.
  absl::Status ReadInto(Trajectory& trajectory,
                        const std::function<absl::Status(hid_t)>& read) {
    const SilentErrors silent;
    std::optional<File> temporary;
    CPPET_ASSIGN_OR_RETURN(const hid_t root, OpenForReading(&temporary));
    CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(root, trajectory.name()));
    CPPET_ASSIGN_OR_RETURN(const Handle group,
                           OpenObject(root, trajectory.name()));
    return read(group.get());
  }

  // Changes the stored trajectory `name`, in one commit.
  absl::Status Change(
      const std::string& name,
      const std::function<absl::Status(OpenTrajectory*)>& change) {
    const SilentErrors silent;
    CPPET_RETURN_IF_ERROR(OpenForWriting(nullptr));
    // Nothing of what may go is kept open.
    active_.reset();
    absl::Status status = Activate(name);
    if (status.ok()) status = change(active_->trajectory.get());
    if (status.ok()) status = file_->Commit();
    return Finish(std::move(status));
  }

  absl::Status CopyToOther(const std::string& name, const std::string& new_name,
                           const std::string& filename) {
    std::optional<File> temporary;
    CPPET_ASSIGN_OR_RETURN(const hid_t root, OpenForReading(&temporary));
    CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(root, name));
    CPPET_RETURN_IF_ERROR(CheckTrajectoryName(new_name));
    const bool is_new = !Exists(filename);
    if (is_new) {
      CPPET_RETURN_IF_ERROR(File::Create(filename, new_name,
                                         writer_options_.item_format.filters,
                                         options_.durability));
    }
    OpenOptions open;
    open.writable = true;
    open.durability = options_.durability;
    open.lock_timeout = options_.lock_timeout;
    const auto copy = [&]() -> absl::Status {
      CPPET_ASSIGN_OR_RETURN(File file, File::Open(filename, open));
      absl::Status status =
          CopyTrajectoryGroup(root, name, file.root(), new_name);
      if (status.ok()) status = file.Close();
      if (status.ok()) return status;
      status = file.Explain(status);
      file.Abandon();
      return status;
    };
    absl::Status status = copy();
    if (!status.ok() && is_new) unlink(filename.c_str());
    return status;
  }

  // The root group of the file that is open anyway, or of `temporary`, which
  // nobody has to wait for longer than needed.
  absl::StatusOr<hid_t> OpenForReading(std::optional<File>* temporary) {
    if (file_.has_value()) return file_->root();
    CPPET_ASSIGN_OR_RETURN(
        *temporary,
        File::Open(filename_, {.lock_timeout = options_.lock_timeout}));
    return (*temporary)->root();
  }

  absl::Status Activate(const std::string& name) {
    if (active_ != nullptr && active_->name == name) return absl::OkStatus();
    active_.reset();
    CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(file_->root(), name));
    CPPET_ASSIGN_OR_RETURN(
        std::unique_ptr<OpenTrajectory> opened,
        OpenTrajectory::Open(file_->root(), name, writer_options_));
    SetActive(name, std::move(opened));
    return absl::OkStatus();
  }

  void SetActive(const std::string& name,
                 std::unique_ptr<OpenTrajectory> trajectory) {
    active_ = std::make_unique<Active>();
    active_->name = name;
    active_->trajectory = std::move(trajectory);
    SetWriter();
  }

  // It knows which runs have groups, so that there is a new one when others
  // were written.
  void SetWriter() {
    active_->writer = std::make_unique<RunWriter>(
        &*file_, active_->trajectory.get(), &stamps_);
  }

  absl::Status StoreOpened(Trajectory& trajectory, const TreePlan& plan,
                           const TreeOptions& options) {
    const hid_t root = file_->root();
    const std::string& name = trajectory.name();
    const bool is_new = !HasLink(root, name);
    if (!is_new && !trajectory.stored()) {
      return absl::AlreadyExistsError(absl::StrCat(
          filename_, " has a trajectory ", name, " already; give the new one ",
          "another name, or load that one to go on with it"));
    }
    CPPET_RETURN_IF_ERROR(is_new ? StoreNew(trajectory, plan, options)
                                 : StoreMore(trajectory, plan, options));
    CPPET_RETURN_IF_ERROR(file_->Commit());
    trajectory.set_stored(true);
    LockStored(plan);
    return absl::OkStatus();
  }

  absl::Status StoreSelected(Trajectory& trajectory, const TreePlan& plan,
                             const TreeOptions& options) {
    CPPET_RETURN_IF_ERROR(Activate(trajectory.name()));
    const int64_t stored = active_->trajectory->runs().size();
    if (stored != trajectory.length()) {
      return absl::FailedPreconditionError(absl::StrCat(
          trajectory.name(), " has ", trajectory.length(), " runs, but in ",
          filename_, " it has ", stored, "; store all of it"));
    }
    CPPET_RETURN_IF_ERROR(StoreMore(trajectory, plan, options));
    CPPET_RETURN_IF_ERROR(file_->Commit());
    LockStored(plan);
    return absl::OkStatus();
  }

  static void LockStored(const TreePlan& plan) {
    for (const auto& [node, leaf] : plan) {
      if (node->kind() != Node::Kind::kParameter) continue;
      static_cast<const Parameter*>(node)->Lock();
    }
  }

  absl::Status StoreNew(const Trajectory& trajectory, const TreePlan& plan,
                        const TreeOptions& options) {
    active_.reset();
    CPPET_ASSIGN_OR_RETURN(
        std::unique_ptr<OpenTrajectory> opened,
        OpenTrajectory::Create(file_->root(), trajectory, writer_options_));
    SetActive(trajectory.name(), std::move(opened));
    return WriteWhole(trajectory, plan, options);
  }

  absl::Status StoreMore(const Trajectory& trajectory, const TreePlan& plan,
                         const TreeOptions& options) {
    CPPET_RETURN_IF_ERROR(Activate(trajectory.name()));
    CPPET_RETURN_IF_ERROR(active_->trajectory->Update(trajectory));
    return WriteWhole(trajectory, plan, options);
  }

  absl::Status WriteWhole(const Trajectory& trajectory, const TreePlan& plan,
                          const TreeOptions& options) {
    CPPET_RETURN_IF_ERROR(
        WriteTree(trajectory, plan, options, active_->trajectory.get()));
    SetWriter();
    return active_->trajectory->overview().Flush();
  }

  const std::string filename_;
  const Hdf5StorageOptions options_;
  const WriterOptions writer_options_;
  const pid_t owner_ = getpid();
  std::optional<File> file_;  // open for writing
  RunStamps stamps_;          // which outlive the file's being open
  std::unique_ptr<Active> active_;
};

absl::Status CheckOptions(const Hdf5StorageOptions& options) {
  if (options.complevel < 0 || options.complevel > 9) {
    return absl::InvalidArgumentError(absl::StrCat(
        "complevel is ", options.complevel, ", but must be from 0 to 9"));
  }
  if (!PandasFormatNamed(options.pandas_format).has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("pandas_format is '", options.pandas_format,
                     "', but has to be 'fixed' or 'table'"));
  }
  if (options.purge_duplicate_comments && !options.summary_tables) {
    return absl::InvalidArgumentError(
        "purge_duplicate_comments needs summary_tables");
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace hdf5

absl::StatusOr<std::unique_ptr<StorageService>> OpenHdf5Storage(
    std::string filename, const Hdf5StorageOptions& options) {
  CPPET_RETURN_IF_ERROR(hdf5::CheckOptions(options));
  CPPET_ASSIGN_OR_RETURN(const hdf5::Complib complib,
                         hdf5::ParseComplib(options.complib));
  absl::StatusOr<LeafClasses> classes =
      FindLeafClasses(options.dynamically_imported_classes);
  if (!classes.ok()) {
    return WithPrefix("dynamically_imported_classes", classes.status());
  }
  return std::make_unique<hdf5::Hdf5Storage>(std::move(filename), options,
                                             complib, *std::move(classes));
}

}  // namespace cppet
