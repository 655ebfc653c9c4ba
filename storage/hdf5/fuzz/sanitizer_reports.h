#ifndef CPPET_STORAGE_HDF5_FUZZ_SANITIZER_REPORTS_H_
#define CPPET_STORAGE_HDF5_FUZZ_SANITIZER_REPORTS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace cppet {

// As long as it lives, what children that are forked write to the standard
// error comes here: what sanitizers say of them, if they have any. There may be
// only one.
class SanitizerReports {
 public:
  SanitizerReports();
  SanitizerReports(const SanitizerReports&) = delete;
  SanitizerReports& operator=(const SanitizerReports&) = delete;

  // Returns what came since the last call.
  std::string Take() const;
};

// Whether it is our code that did what a sanitizer reports, rather than HDF5.
bool IsOurFault(absl::string_view report);

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_FUZZ_SANITIZER_REPORTS_H_
