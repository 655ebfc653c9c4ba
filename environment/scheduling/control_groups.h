#ifndef CPPET_ENVIRONMENT_SCHEDULING_CONTROL_GROUPS_H_
#define CPPET_ENVIRONMENT_SCHEDULING_CONTROL_GROUPS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cppet {

// The folders of the control groups that this process is in, as far as it sees
// them: each group before the one around it. Groups of version 2 are there
// whatever they control, those of version 1 if they control `controller`, such
// as "memory". What cannot be read counts as no groups.
//
// `root` is put before all paths, for tests: those that are returned, too.
std::vector<std::string> ControlGroupFolders(absl::string_view controller,
                                             const std::string& root = "");

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_SCHEDULING_CONTROL_GROUPS_H_
