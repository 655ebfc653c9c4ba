#ifndef CPPET_ENVIRONMENT_WRAPPING_RECORD_BUFFER_H_
#define CPPET_ENVIRONMENT_WRAPPING_RECORD_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/process_mutex.h"

namespace cppet {

// Encoded records of runs that wait to be stored, in memory that is shared with
// all processes forked after its creation: whoever stores next takes them all,
// and they outlive the process of their run. That may be killed at any time.
class RecordBuffer {
 public:
  // What became of a record.
  struct Outcome {
    enum class Kind : uint8_t {
      kStored,
      kRefused,   // stored as that of a failed run; `failure` says why
      kWasThere,  // the run was completed in the storage already
    };
    int64_t index = -1;
    Kind kind = Kind::kStored;
    std::string failure;  // cut if it is very long
  };

  struct Batch {
    std::vector<std::string> records;
    // A process took it before and died, so that any of them may be stored.
    bool again = false;
  };

  // Errors: the system has no memory to share.
  static absl::StatusOr<std::unique_ptr<RecordBuffer>> Create();
  ~RecordBuffer();

  RecordBuffer(const RecordBuffer&) = delete;
  RecordBuffer& operator=(const RecordBuffer&) = delete;

  // Returns whether there was room for it.
  bool Add(absl::string_view record);

  // Whether it is time to store what waits.
  bool IsDue() const;

  // For one process at a time, which stores: what waits, until Finish says that
  // it is dealt with. Others may Add meanwhile.
  Batch Take();
  // `outcomes` are for TakeOutcomes.
  void Finish(const std::vector<Outcome>& outcomes);

  // What was told since the last call.
  std::vector<Outcome> TakeOutcomes();

 private:
  struct Shared;

  RecordBuffer(std::unique_ptr<ProcessMutex> mutex, Shared* shared);

  void Append(const Outcome& outcome);

  const std::unique_ptr<ProcessMutex> mutex_;  // held for short times
  Shared* const shared_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_RECORD_BUFFER_H_
