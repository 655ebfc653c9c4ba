#ifndef CPPET_STORAGE_HDF5_TABLES_TABLE_H_
#define CPPET_STORAGE_HDF5_TABLES_TABLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/dataset.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "hdf5.h"

namespace cppet::hdf5 {

struct TableOptions {
  absl::string_view title;
  Filters filters;
  // Rows that are compressed and written together.
  int64_t chunk_rows = 1;
};

// A table of PyTables: a dataset of records that grows.
class Table {
 public:
  // Makes the table `name` in `group`, with these rows.
  static absl::StatusOr<Table> Create(hid_t group, const std::string& name,
                                      const Rows& rows,
                                      const TableOptions& options);

  // Opens the table `name` in `group`.
  //
  // Errors:
  //   kNotFound: there is nothing of that name.
  //   kUnimplemented: it is no table, or has a column of a type that is none
  //     of ours.
  //   kDataLoss: it cannot be read.
  static absl::StatusOr<Table> Open(hid_t group, const std::string& name);
  static absl::StatusOr<Table> Open(Handle dataset);

  hid_t id() const { return dataset_.id.get(); }
  const std::shared_ptr<const RowLayout>& layout() const { return layout_; }
  int64_t num_rows() const { return dataset_.shape[0]; }
  // Rows that are compressed together; 0 if they are not in chunks.
  int64_t chunk_rows() const {
    return dataset_.chunk_bytes / H5Tget_size(layout_->file_type());
  }

  // Lets go of it. Returns false, with the reason on HDF5's error stack, if
  // not all could be written.
  bool Close() { return dataset_.id.Reset(); }

  absl::Status Append(const Rows& rows);
  // Replaces the rows from `first` on, which are there.
  absl::Status Write(int64_t first, const Rows& rows);

  // Leaves only the first `count` rows.
  absl::Status Truncate(int64_t count);

  // Reads `count` rows from `first` on, which are there.
  //
  // Errors:
  //   kDataLoss: they cannot be read.
  absl::StatusOr<Rows> Read(int64_t first, int64_t count) const;
  // The same with only the columns of `part`, which is of layout().
  absl::StatusOr<Rows> Read(int64_t first, int64_t count,
                            std::shared_ptr<const RowLayout> part) const;
  // All rows, with only the columns of these names, in that order; those that
  // the table does not have are left out.
  absl::StatusOr<Rows> ReadColumns(const std::vector<std::string>& names) const;

 private:
  Table(OpenedDataset dataset, std::shared_ptr<const RowLayout> layout)
      : dataset_(std::move(dataset)), layout_(std::move(layout)) {}

  // Writes rows to the places from `first` on. Threads compress whole chunks: a
  // million runs in columns take 0.9 times as long.
  absl::Status Transfer(int64_t first, const Rows& rows);
  // Reads rows to `bytes`, which is for as many rows of `part`: through HDF5's
  // filters, or whole chunks that threads decode. That returns false if HDF5
  // must do it.
  absl::Status ReadPart(int64_t first, int64_t count, const RowLayout& part,
                        char* bytes) const;
  bool ReadChunks(int64_t first, int64_t count, const RowLayout& part,
                  char* bytes) const;
  // Writes the rows from `begin` to `end` of `rows`, of which row 0 has its
  // place at `first`, through HDF5's filters.
  absl::Status TransferPart(int64_t first, const Rows& rows, int64_t begin,
                            int64_t end);

  OpenedDataset dataset_;
  // Whether there can be as many rows as it says. HDF5 looks at all chunks for
  // that.
  mutable bool size_checked_ = false;
  std::shared_ptr<const RowLayout> layout_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TABLES_TABLE_H_
