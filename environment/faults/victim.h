#ifndef CPPET_ENVIRONMENT_FAULTS_VICTIM_H_
#define CPPET_ENVIRONMENT_FAULTS_VICTIM_H_

#include <sys/types.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/environment/faults/sweep_mode.h"

namespace cppet {

// Whom to kill of a sweep.
enum class Victim {
  kMain,    // the main process
  kWorker,  // a process that computes, whatever it is at
  kWriter,  // the process that stores in QUEUE or PIPE mode
  kHolder,  // who has the file or its journal locked to write it
  kAll,     // all at once
};

// "main", "worker", "writer", "holder" or "all".
absl::string_view VictimName(Victim victim);

// Those that there are in `mode`.
std::vector<Victim> VictimsOf(const SweepMode& mode);

// Kills with signal 9, of the sweep in `folder` whose main process `main` is a
// child of this one and not waited for yet, and that notes its processes.
// Waits up to 100 ms for somebody to kill, then for a random part of the time
// that storing takes if that is not `main`. Returns whether anybody was killed.
bool KillVictim(Victim victim, pid_t main, const std::string& folder,
                std::mt19937_64& random);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_VICTIM_H_
