#ifndef CPPET_STORAGE_HDF5_API_FILE_H_
#define CPPET_STORAGE_HDF5_API_FILE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/journal/transactional_file.h"
#include "hdf5.h"

namespace cppet::hdf5 {

struct OpenOptions {
  bool writable = false;
  // What is committed survives this.
  Durability durability = Durability::kPower;
  // Close leaves the file's journal for the next one who writes.
  bool keep_journal = false;
  // How long to wait for another process that has the file open.
  absl::Duration lock_timeout = absl::Seconds(30);
};

// An open HDF5 file. All that is written counts when it is committed, and not
// before, whatever happens; transactional_file.h says how, and who may have the
// file open at the same time. What a crash left in the journal is part of it.
class File {
 public:
  // Makes the file `path` with no more in it than what PyTables has in any of
  // its files. It appears as a whole, and never in the place of another: that
  // there is one already is no error.
  //
  // Errors, with the path:
  //   kNotFound: its folder is not there.
  //   kPermissionDenied, kResourceExhausted, ...: as the system says.
  static absl::Status Create(const std::string& path, absl::string_view title,
                             const Filters& filters,
                             Durability durability = Durability::kPower);

  // Opens the file `path`. A child process does not inherit it over exec.
  //
  // Errors, with the path:
  //   kNotFound: there is none.
  //   kInvalidArgument: it is no HDF5 file.
  //   kPermissionDenied: it may not be read, or written.
  //   kUnavailable: another process has it, still after the time-out.
  //   kFailedPrecondition: it does not fit its journal any more.
  //   kDataLoss: it is damaged.
  static absl::StatusOr<File> Open(const std::string& path,
                                   const OpenOptions& options);

  // The group at the top.
  hid_t root() const { return root_.get(); }
  bool writable() const { return writable_; }

  // Whether bytes can be appended: not without a journal, and not to some very
  // old or unusual files.
  bool can_append() const { return can_append_; }

  // Half the entries of a node of the index that each chunked dataset has.
  unsigned chunk_index_rank() const { return chunk_index_rank_; }

  // Puts `size` bytes where HDF5 has nothing and will put nothing, and returns
  // their place. `fill` is called with it and writes them. An object that they
  // make can be opened by its address.
  //
  // Errors:
  //   kUnimplemented: can_append() is false.
  //   Others as Commit.
  using Fill = std::function<void(uint64_t address, char* bytes)>;
  absl::StatusOr<uint64_t> Append(uint64_t size, const Fill& fill);

  // Makes all that was written count.
  //
  // Errors: the disk is full or fails. Nothing counts then that was written
  // since the last commit, and no more can be written: Abandon the file.
  absl::Status Commit();

  // Lets go of the file, without what was written since the last commit.
  void Abandon();

  // Commits and lets go of the file. All else that is open in it is closed
  // before.
  absl::Status Close();

  // `status`, an error of what was done with the file, or why that could only
  // fail.
  absl::Status Explain(const absl::Status& status) const;

 private:
  File() = default;

  absl::Status OpenPlain(const std::string& path, const OpenOptions& options);
  absl::Status OpenTransactional(const std::string& path,
                                 const OpenOptions& options);
  absl::StatusOr<std::string> ReadSuperblock();
  absl::Status WriteEnd();

  // Null if the file is written without a journal.
  std::unique_ptr<journal::TransactionalFile> transactions_;
  Handle id_;
  Handle root_;
  bool writable_ = false;
  bool can_append_ = false;
  bool appended_ = false;
  unsigned chunk_index_rank_ = 0;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_FILE_H_
