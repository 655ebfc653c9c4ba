#include "cppet/storage/hdf5/check.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/dataset.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/seen_objects.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/codecs/decoded_size.h"
#include "cppet/storage/hdf5/columns/columns_reader.h"
#include "cppet/storage/hdf5/isolated_reading.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/overview/run_table.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/values/parameter_data.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace hdf5 {
namespace {

// Read at a time.
constexpr int64_t kSlabBytes = int64_t{64} << 20;

class Checker {
 public:
  std::vector<std::string> Run(hid_t root) {
    CheckGroup(root, 0);
    const absl::StatusOr<std::vector<Link>> links = ListLinks(root);
    if (links.ok()) {
      for (const Link& link : *links) {
        const absl::StatusOr<Handle> group = OpenObject(root, link.name);
        if (group.ok() && IsGroup(group->get())) {
          Add(CheckTrajectory(group->get(), link.name));
        }
      }
    }
    if (!unreadable_.empty()) {
      problems_.push_back(absl::StrCat(
          "what needs another HDF5 library to be read could not be checked, ",
          unreadable_.size(), " datasets, such as ", *unreadable_.begin()));
    }
    return std::move(problems_);
  }

 private:
  void Add(const absl::Status& problem) {
    if (absl::IsUnimplemented(problem)) {
      unreadable_.insert(std::string(problem.message()));
    } else if (!problem.ok()) {
      problems_.push_back(std::string(problem.message()));
    }
  }
  void Add(hid_t object, absl::string_view problem) {
    Add(StatusAt(object, problem, absl::StatusCode::kDataLoss));
  }

  // Everything can be read.

  void CheckGroup(hid_t group, int depth) {
    CheckAttributes(group);
    if (depth > kMaxDepth) {
      Add(group, "the groups are nested too deep");
      return;
    }
    const absl::StatusOr<std::vector<Link>> links = ListLinks(group);
    Add(links.status());
    if (!links.ok()) return;
    const bool is_leaf = IsLeaf(group);
    for (const Link& link : *links) {
      absl::StatusOr<Handle> object = OpenObject(group, link.name);
      if (!object.ok()) {
        Add(link.hard
                ? object.status()
                : StatusAt(group,
                           absl::StrCat(link.name, " is a link to nothing"),
                           absl::StatusCode::kDataLoss));
        continue;
      }
      if (!link.hard || seen_.Repeats(object->get())) continue;
      if (is_leaf && !ReadText(object->get(), "SRVC_STORE").has_value()) {
        Add(object->get(), "pypet cannot load it without an SRVC_STORE");
      }
      if (IsGroup(object->get())) {
        CheckGroup(object->get(), depth + 1);
      } else if (IsDataset(object->get())) {
        CheckAttributes(object->get());
        Add(CheckDataset(*std::move(object)));
      }
    }
    if (is_leaf && ReadClassName(group).empty()) {
      Add(group, "pypet cannot load it without an SRVC_INIT_CLASS_NAME");
    }
  }

  void CheckAttributes(hid_t object) {
    const absl::StatusOr<std::vector<std::string>> names =
        AttributeNames(object);
    Add(names.status());
    if (!names.ok()) return;
    for (const std::string& name : *names) {
      const absl::StatusOr<Value> value = ReadValue(object, name.c_str());
      // What is of Python only is fine.
      if (absl::IsDataLoss(value.status())) Add(value.status());
    }
  }

  static absl::Status CheckDataset(Handle handle) {
    CPPET_ASSIGN_OR_RETURN(const OpenedDataset dataset,
                           InspectDataset(std::move(handle)));
    const hid_t id = dataset.id.get();
    const int64_t element_size = H5Tget_size(dataset.type.get());
    const absl::StatusOr<size_t> size = CheckedSize(dataset, element_size);
    // Most of it was never written, perhaps.
    if (!size.ok()) return CheckChunks(dataset, element_size);
    if (*size == 0) return absl::OkStatus();
    const Handle space(H5Dget_space(id));
    if (dataset.shape.empty()) {
      return ReadSlab(dataset, space.get(), element_size);
    }
    const int64_t rows = dataset.shape[0];
    const int64_t row_size = *size / rows;
    const int64_t step = std::max<int64_t>(1, kSlabBytes / row_size);
    std::vector<hsize_t> start(dataset.shape.size(), 0);
    std::vector<hsize_t> count(dataset.shape.begin(), dataset.shape.end());
    for (int64_t first = 0; first < rows; first += step) {
      start[0] = first;
      count[0] = std::min(step, rows - first);
      H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr,
                          count.data(), nullptr);
      CPPET_RETURN_IF_ERROR(
          ReadSlab(dataset, space.get(), count[0] * row_size));
    }
    return absl::OkStatus();
  }

  // Reads the chunks that there are.
  static absl::Status CheckChunks(const OpenedDataset& dataset,
                                  int64_t element_size) {
    const hid_t id = dataset.id.get();
    const Handle space(H5Dget_space(id));
    const Handle properties(H5Dget_create_plist(id));
    const size_t rank = dataset.shape.size();
    std::vector<hsize_t> chunk(rank);
    if (H5Pget_chunk(properties.get(), rank, chunk.data()) < 0) {
      return StatusAt(id, "it claims to have more data than the file",
                      absl::StatusCode::kDataLoss);
    }
    const uint64_t max_expansion = MaxExpansion(properties.get());
    hsize_t chunks = 0;
    H5Dget_num_chunks(id, space.get(), &chunks);
    std::vector<hsize_t> start(rank);
    std::vector<hsize_t> count(rank);
    for (hsize_t i = 0; i < chunks; ++i) {
      hsize_t stored = 0;
      if (H5Dget_chunk_info(id, space.get(), i, start.data(), nullptr, nullptr,
                            &stored) < 0) {
        return ErrorAt(id, "cannot find its chunks",
                       absl::StatusCode::kDataLoss);
      }
      int64_t bytes = element_size;
      for (size_t d = 0; d < rank; ++d) {
        count[d] = std::min<hsize_t>(chunk[d], dataset.shape[d] - start[d]);
        bytes *= count[d];
      }
      if (bytes > kSlabBytes && (bytes - kSlabBytes) / max_expansion > stored) {
        return StatusAt(id, "a chunk claims to have more data than it can hold",
                        absl::StatusCode::kDataLoss);
      }
      H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr,
                          count.data(), nullptr);
      CPPET_RETURN_IF_ERROR(ReadSlab(dataset, space.get(), bytes));
    }
    return absl::OkStatus();
  }

  // Then HDF5 takes memory for each element.
  static bool MayHaveVariableSize(hid_t type) {
    switch (H5Tget_class(type)) {
      case H5T_INTEGER:
      case H5T_FLOAT:
      case H5T_BITFIELD:
      case H5T_ENUM:
        return false;
      case H5T_STRING:
        return H5Tis_variable_str(type) > 0;
      default:
        return true;
    }
  }

  static absl::Status ReadSlab(const OpenedDataset& dataset, hid_t space,
                               int64_t bytes) {
    const hid_t type = dataset.type.get();
    std::vector<char> data(bytes);
    const ChunkSizeScope chunk_size(dataset.chunk_bytes);
    const hsize_t elements = H5Sget_select_npoints(space);
    const Handle memory(H5Screate_simple(1, &elements, nullptr));
    if (H5Dread(dataset.id.get(), type, memory.get(), space, H5P_DEFAULT,
                data.data()) < 0) {
      return ErrorAt(dataset.id.get(), "cannot read",
                     absl::StatusCode::kDataLoss);
    }
    if (MayHaveVariableSize(type))
      H5Dvlen_reclaim(type, memory.get(), H5P_DEFAULT, data.data());
    return absl::OkStatus();
  }

  // Trajectories agree with themselves.

  absl::Status CheckTrajectory(hid_t group, const std::string& name) {
    Add(CheckTrajectoryName(name));
    CPPET_ASSIGN_OR_RETURN(const Handle overview, OpenObject(group, kOverview));
    CPPET_ASSIGN_OR_RETURN(const int64_t length,
                           CheckInfo(overview.get(), name));
    Add(CheckRuns(overview.get(), length));
    Add(CheckExplorations(group, overview.get(), length));
    Add(CheckColumns(group));
    return absl::OkStatus();
  }

  absl::StatusOr<int64_t> CheckInfo(hid_t overview, const std::string& name) {
    CPPET_ASSIGN_OR_RETURN(const Table table,
                           Table::Open(overview, kInfoTable));
    if (table.num_rows() != 1) {
      return StatusAt(table.id(), "it does not have exactly one row",
                      absl::StatusCode::kDataLoss);
    }
    CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, 1));
    const InfoRow info = InfoRowOf(rows, 0);
    if (info.name != name) {
      Add(table.id(),
          absl::StrCat("it calls the trajectory '", info.name, "'"));
    }
    return info.length;
  }

  absl::Status CheckRuns(hid_t overview, int64_t length) {
    CPPET_ASSIGN_OR_RETURN(const RunTable table, RunTable::Open(overview));
    if (table.size() != length) {
      Add(overview, absl::StrCat("there are ", table.size(),
                                 " runs, but there should be ", length));
    }
    completed_.clear();
    return table.ReadEach([&](const RunInfoView& run) {
      const int64_t i = completed_.size();
      completed_.push_back(run.completed);
      if (run.index == i && run.name == RunName(i)) return;
      Add(overview, absl::StrCat("row ", i, " of the run table is that of run ",
                                 run.index, ", '", CleanUtf8(run.name), "'"));
    });
  }

  absl::Status CheckExplorations(hid_t group, hid_t overview, int64_t length) {
    // Files of the first versions do not have this table.
    if (!HasLink(overview, kExplorationsTable)) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(const Table table,
                           Table::Open(overview, kExplorationsTable));
    CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, table.num_rows()));
    for (int64_t i = 0; i < rows.size(); ++i) {
      const std::string name = rows.Text(i, 0);
      const std::string path = absl::StrReplaceAll(name, {{".", "/"}});
      const Handle leaf(H5Gopen2(group, path.c_str(), H5P_DEFAULT));
      if (!leaf.ok()) {
        Add(group, absl::StrCat(name, " is explored, but not in the file"));
        continue;
      }
      const absl::StatusOr<int64_t> stored = StoredRangeLength(leaf.get());
      // The range may be of a kind that only Python can read.
      if (stored.ok() && *stored != length && *stored != 0) {
        Add(leaf.get(), absl::StrCat("it is explored in ", *stored,
                                     " runs, but there are ", length));
      }
    }
    return absl::OkStatus();
  }

  // Each row of a column table is that of a completed run of its own.
  absl::Status CheckColumns(hid_t group) {
    CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<ColumnsReader> columns,
                           ColumnsReader::Open(group, completed_.size()));
    if (columns == nullptr) return absl::OkStatus();
    for (size_t table = 0; table + 1 < columns->tables().size(); ++table) {
      CPPET_ASSIGN_OR_RETURN(const std::vector<int64_t> runs,
                             columns->RunsOf(table));
      std::vector<bool> seen(completed_.size());
      for (const int64_t run : runs) {
        if (!completed_[run] || seen[run]) {
          Add(group, absl::StrCat("a table of results has ",
                                  seen[run] ? "two rows" : "a row", " of ",
                                  RunName(run),
                                  seen[run] ? "" : ", which is not completed"));
        }
        seen[run] = true;
      }
    }
    return absl::OkStatus();
  }

  std::vector<bool> completed_;  // runs of the trajectory
  std::vector<std::string> problems_;
  std::set<std::string> unreadable_;
  SeenObjects seen_;
};

absl::StatusOr<std::vector<std::string>> Check(const std::string& filename) {
  const SilentErrors silent;
  CPPET_ASSIGN_OR_RETURN(const File file, File::Open(filename, {}));
  return Checker().Run(file.root());
}

}  // namespace
}  // namespace hdf5

absl::StatusOr<std::vector<std::string>> CheckHdf5File(
    const std::string& filename, const Hdf5ReadOptions& options) {
  if (!options.isolated) return hdf5::Check(filename);
  return hdf5::ReadIsolated(filename, options,
                            [&] { return hdf5::Check(filename); });
}

}  // namespace cppet
