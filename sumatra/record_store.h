#ifndef CPPET_SUMATRA_RECORD_STORE_H_
#define CPPET_SUMATRA_RECORD_STORE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/sumatra/record.h"

namespace cppet {

// What to do once the label of a record is certain.
using PrepareRecord = std::function<absl::Status(const std::string& label)>;

// Where a project keeps its records.
class RecordStore {
 public:
  virtual ~RecordStore() = default;

  // Errors:
  //   kAlreadyExists: the project has a record with this label.
  //   Others of the store.
  virtual absl::Status CheckIsFree(const std::string& label) = 0;

  // Adds `record`, whose texts are UTF-8, and returns its label. To be called
  // with the project's lock.
  //
  // Errors, after which there is no record:
  //   kAlreadyExists: the label that is asked for is taken.
  //   Others of `prepare`, of output files and of the store.
  virtual absl::StatusOr<std::string> Add(const SumatraRecord& record,
                                          const PrepareRecord& prepare) = 0;
};

}  // namespace cppet

#endif  // CPPET_SUMATRA_RECORD_STORE_H_
