#ifndef CPPET_STORAGE_JOURNAL_FAULTS_CHECK_RUNS_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_CHECK_RUNS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/journal/faults/acknowledged.h"
#include "cppet/storage/journal/faults/runs_check.h"

namespace cppet {

struct CheckRunsOptions {
  // Runs that were stored at once, as of store_runs: all of them are there, or
  // none.
  int64_t batch = 1;
  // How the file was written. Of kNone nothing can be recovered.
  Durability durability = Durability::kPower;
  // Whether to recover the file first, or to look at it as it was left.
  bool recover = true;
  // Whether python3 and h5py, which must be there, read all of it, too. Takes
  // a fifth of a second.
  bool h5py = false;
  // For all of it together.
  absl::Duration timeout = absl::Seconds(20);
};

// Checks that `file`, of store_runs, has all that was acknowledged and nothing
// halved, exactly as it was stored, and nothing damaged:
//
// - with options.recover, cppet first reads it as it was left, which has all
//   that was acknowledged, then recovers it;
// - HDF5 reads it as other programs do, without cppet's journal;
// - CheckHdf5File finds no problem.
//
// HDF5 may crash or hang at a damaged file, so another process does it all.
RunsCheck CheckRuns(const std::string& file, const Acknowledged& acknowledged,
                    const CheckRunsOptions& options = {});

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_CHECK_RUNS_H_
