#ifndef CPPET_STORAGE_JOURNAL_FAULTS_ISOLATED_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_ISOLATED_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cppet {

struct IsolatedResult {
  // What `work` said, all of it only if `ended_well`.
  std::string output;
  bool ended_well = false;
  // How it ended: "crashed by signal 11 (Segmentation fault)", "hung for 20s".
  std::string end;
};

// Calls `work` in a forked child, which may crash or hang without harm to this
// process. What it says with its argument is returned, also what it said before
// it crashed.
//
//   RunIsolated([](const auto& say) { say(Examine(damaged_file)); },
//               absl::Seconds(20));
IsolatedResult RunIsolated(
    const std::function<
        void(const std::function<void(absl::string_view)>& say)>& work,
    absl::Duration timeout);

// Calls `work` for 0, 1, ... `count` - 1 at once, each in a child of its own.
std::vector<IsolatedResult> RunAllIsolated(
    int count,
    const std::function<void(
        int number, const std::function<void(absl::string_view)>& say)>& work);

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_ISOLATED_H_
