#ifndef CPPET_STORAGE_HDF5_TREE_PROBLEMS_H_
#define CPPET_STORAGE_HDF5_TREE_PROBLEMS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/error.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Decides what becomes of a problem with something in a file: that is left out
// and noted, or it is an error.
class Problems {
 public:
  // `notes` may be null.
  Problems(bool leave_out_damaged, std::vector<std::string>* notes)
      : leave_out_damaged_(leave_out_damaged), notes_(notes) {}

  // Returns `problem` as an error if what it is about may not be left out.
  absl::Status LeaveOut(const absl::Status& problem) {
    if (absl::IsDataLoss(problem) && !leave_out_damaged_) return problem;
    if (notes_ != nullptr) notes_->push_back(std::string(problem.message()));
    return absl::OkStatus();
  }
  absl::Status LeaveOut(hid_t object, absl::string_view problem,
                        absl::StatusCode code) {
    return LeaveOut(StatusAt(object, problem, code));
  }

 private:
  const bool leave_out_damaged_;
  std::vector<std::string>* const notes_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_PROBLEMS_H_
