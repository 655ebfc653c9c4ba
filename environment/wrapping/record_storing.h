#ifndef CPPET_ENVIRONMENT_WRAPPING_RECORD_STORING_H_
#define CPPET_ENVIRONMENT_WRAPPING_RECORD_STORING_H_

#include <cstdint>
#include <set>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Stores `records`, in as few commits as can be. A record that the storage
// refuses for what is in it is changed to that of a failed run, without leaves,
// and stored as such: it does not hold up the others. That of a failed run
// which is completed all the same is left out.
//
// Errors, at each of which any number of them is stored:
//   kAlreadyExists: the run of a completed record is completed already; if
//     `completed_before` is not null, it takes the index, and that is no error.
//   others: of the medium, with which the records have nothing to do.
absl::Status StoreRecords(StorageService& storage, const Trajectory& trajectory,
                          absl::Span<RunRecord> records,
                          std::set<int64_t>* completed_before = nullptr);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_RECORD_STORING_H_
