#ifndef CPPET_TRAJECTORY_PRESETS_H_
#define CPPET_TRAJECTORY_PRESETS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// Values that take the place of those with which parameters are added later:
// an experiment is varied without a change of the code that sets it up.
class Presets {
 public:
  // A later value for the same name counts.
  void Add(absl::string_view full_name, Value value);

  // Null if there is none.
  const Value* Find(absl::string_view full_name) const;
  // A parameter got the value.
  void MarkUsed(absl::string_view full_name);

  // Errors:
  //   kFailedPrecondition: names that were never used; all are named.
  absl::Status Check() const;

 private:
  struct Preset {
    Value value;
    bool used = false;
  };

  std::map<std::string, Preset> presets_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_PRESETS_H_
