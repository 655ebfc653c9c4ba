#include "cppet/environment/faults/kill_trial.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <numeric>
#include <set>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/faults/in_child.h"
#include "cppet/environment/faults/side_files.h"
#include "cppet/environment/faults/sweep_file.h"
#include "cppet/environment/faults/sweep_process.h"
#include "cppet/environment/faults/victim.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kSweepTimeout = absl::Seconds(60);
constexpr absl::Duration kPollTime = absl::Microseconds(500);
// Then the sweep is left to come to its end.
constexpr int kMostKills = 5;

std::string FileIn(const std::string& folder) {
  return absl::StrCat(folder, "/", kFaultySweepFile);
}

// Copies the sweep's file, if there is one, to the folder `to`, with the
// journal beside it or without.
absl::Status CopyFile(const std::string& from, const std::string& to,
                      bool journal) {
  std::error_code error;
  fs::remove_all(to, error);
  fs::create_directories(to, error);
  for (const char* const suffix : {"", ".wal"}) {
    const std::string file = absl::StrCat(FileIn(from), suffix);
    if (access(file.c_str(), F_OK) != 0 || (*suffix != 0 && !journal)) continue;
    fs::copy_file(file, absl::StrCat(FileIn(to), suffix), error);
    if (error) return absl::ErrnoToStatus(error.value(), file);
  }
  return absl::OkStatus();
}

// Names of files in `folder` that a sweep that came to its end does not leave.
std::string OtherFiles(const std::string& folder) {
  std::vector<std::string> others;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    // What begins with a dot is the half of a file that was about to be made.
    if (name != kFaultySweepFile && absl::StrContains(name, ".") &&
        name[0] != '.') {
      others.push_back(name);
    }
  }
  return absl::StrJoin(others, ", ");
}

class KillTrial {
 public:
  KillTrial(const std::string& folder, const KillTrialOptions& options,
            std::mt19937_64& random)
      : folder_(folder),
        options_(options),
        random_(random),
        side_files_(folder) {
    victims_ = VictimsOf(options.sweep.mode);
  }

  absl::StatusOr<KillTrialResult> Run();

 private:
  // Of one start of the sweep, which is killed or not.
  absl::Status Attempt(bool kill_somebody);
  void WaitForTime();
  void WaitForCalls(pid_t main, const std::vector<int>& before);
  void WaitAndKill(pid_t main, const std::vector<int>& calls);
  void CheckEnd(int status);
  void CheckCalls(const std::vector<int>& before, bool undisturbed);
  absl::Status CheckFileAfterKill();
  void CheckFileAtEnd();
  void CheckState(const std::string& folder, SweepFileState& state);

  void Violation(int64_t* count, absl::string_view what, int64_t times = 1) {
    *count += times;
    result_.violations.push_back(absl::StrCat(how_, ": ", what));
  }

  const std::string folder_;
  const KillTrialOptions& options_;
  std::mt19937_64& random_;
  const SideFiles side_files_;
  std::vector<Victim> victims_;
  KillTrialResult result_;
  std::string how_ = "not killed";  // the last kill
  Victim victim_ = Victim::kMain;
  bool killed_ = false;  // in this attempt
  bool sound_ = true;    // the file may be used
  // Completed in the file, as it is now.
  std::set<int64_t> completed_;
};

// A random time of what the sweep takes, before the first run and after the
// last one included.
void KillTrial::WaitForTime() {
  // What is left to do is done at the same speed, after what is always done.
  const int64_t runs = options_.sweep.runs;
  const double share =
      0.2 + 0.9 * (runs - static_cast<int64_t>(completed_.size())) / runs;
  absl::SleepFor(options_.undisturbed.duration *
                 std::uniform_real_distribution<double>(0, share)(random_));
}

// Until a random number of runs is called, and a bit longer. However slow the
// machine is, this meets a sweep at work.
void KillTrial::WaitForCalls(pid_t main, const std::vector<int>& before) {
  const int64_t left =
      options_.sweep.runs - static_cast<int64_t>(completed_.size());
  const int64_t wanted =
      std::uniform_int_distribution<int64_t>(0, left)(random_) +
      std::accumulate(before.begin(), before.end(), 0);
  while (!HasEnded(main)) {
    const std::vector<int> calls = side_files_.Calls(options_.sweep.runs);
    if (std::accumulate(calls.begin(), calls.end(), 0) >= wanted) break;
    absl::SleepFor(kPollTime);
  }
  absl::SleepFor(options_.undisturbed.duration / options_.sweep.runs *
                 std::uniform_real_distribution<double>(0, 2)(random_));
}

void KillTrial::WaitAndKill(pid_t main, const std::vector<int>& calls) {
  victim_ = victims_[random_() % victims_.size()];
  const absl::Time start = absl::Now();
  if (random_() % 2 == 0) {
    WaitForTime();
  } else {
    WaitForCalls(main, calls);
  }
  killed_ = KillVictim(victim_, main, folder_, random_);
  if (!killed_) return;
  ++result_.counts.kills;
  how_ = absl::StrCat(SweepModeName(options_.sweep.mode), " kill ",
                      result_.counts.kills, " of ", VictimName(victim_),
                      " after ", absl::FormatDuration(absl::Now() - start));
}

void KillTrial::CheckEnd(int status) {
  // 2: the run of the worker that was killed has failed.
  const bool ended =
      WIFEXITED(status) &&
      (WEXITSTATUS(status) == 0 || (killed_ && WEXITSTATUS(status) == 2));
  if (ended) return;
  const bool was_to_end =
      killed_ && (victim_ != Victim::kWorker && victim_ != Victim::kHolder);
  if (was_to_end) return;
  // The main process itself was the holder.
  if (killed_ && victim_ == Victim::kHolder && WIFSIGNALED(status) &&
      WTERMSIG(status) == SIGKILL) {
    return;
  }
  Violation(&result_.counts.not_continued,
            absl::StrCat("the sweep ", DescribeEnd(status), ": ",
                         SweepErrors(folder_)));
}

void KillTrial::CheckCalls(const std::vector<int>& before, bool undisturbed) {
  const std::vector<int> after = side_files_.Calls(options_.sweep.runs);
  std::vector<int64_t> wrong;
  for (int64_t i = 0; i < options_.sweep.runs; ++i) {
    const int calls = after[i] - before[i];
    const bool right = completed_.count(i) > 0 ? calls == 0
                       : undisturbed           ? calls == 1
                                               : calls <= 1;
    if (!right) wrong.push_back(i);
  }
  if (wrong.empty()) return;
  Violation(&result_.counts.wrong_calls,
            absl::StrCat("runs ", absl::StrJoin(wrong, ", "),
                         " were called again, or not once"),
            wrong.size());
}

void KillTrial::CheckState(const std::string& folder, SweepFileState& state) {
  if (state.damage.empty() && options_.h5py != nullptr &&
      access(FileIn(folder).c_str(), F_OK) == 0) {
    state.damage = std::string(options_.h5py->Read(FileIn(folder)).message());
  }
  if (!state.damage.empty()) Violation(&result_.counts.damaged, state.damage);
  std::vector<int64_t> lost;
  for (const int64_t index : side_files_.Acks()) {
    if (state.completed.count(index) == 0) lost.push_back(index);
  }
  if (!lost.empty()) {
    Violation(&result_.counts.acknowledged_lost,
              absl::StrCat("acknowledged runs ", absl::StrJoin(lost, ", "),
                           " are not completed"),
              lost.size());
  }
  if (!state.wrong.empty()) {
    Violation(
        &result_.counts.without_results,
        absl::StrCat("completed without results: runs ",
                     absl::StrJoin(state.wrong, ", "), "; ", state.why_wrong),
        state.wrong.size());
  }
}

absl::Status KillTrial::CheckFileAfterKill() {
  result_.counts.acknowledged += side_files_.Acks().size();
  const std::string left =
      absl::StrCat(folder_, "/left_", result_.counts.kills);
  const std::string plain = absl::StrCat(folder_, "/plain");
  const std::string recovered = absl::StrCat(folder_, "/recovered");
  CPPET_RETURN_IF_ERROR(CopyFile(folder_, left, /*journal=*/true));
  CPPET_RETURN_IF_ERROR(CopyFile(folder_, plain, /*journal=*/false));
  CPPET_RETURN_IF_ERROR(CopyFile(folder_, recovered, /*journal=*/true));

  const SweepFileState as_left = ReadSweepFile(FileIn(plain));
  const std::set<int64_t> acks = side_files_.Acks();
  if (!as_left.damage.empty() || !as_left.wrong.empty() ||
      !std::includes(as_left.completed.begin(), as_left.completed.end(),
                     acks.begin(), acks.end())) {
    ++result_.counts.damaged_as_left;
  }

  // In a copy, so that who continues has to recover it as well.
  const absl::Status recovery = RecoverSweepFile(FileIn(recovered));
  SweepFileState state = ReadSweepFile(FileIn(recovered));
  if (!recovery.ok()) state.damage = std::string(recovery.message());
  CheckState(recovered, state);
  sound_ = state.damage.empty();
  completed_ = state.completed;
  return absl::OkStatus();
}

void KillTrial::CheckFileAtEnd() {
  how_ = absl::StrCat(how_, " and continued");
  SweepFileState state = ReadSweepFile(FileIn(folder_));
  CheckState(folder_, state);
  if (state.digest != options_.undisturbed.digest) {
    Violation(&result_.counts.digest_differs,
              absl::StrCat("the digest differs with ", state.completed.size(),
                           " runs completed"));
  }
  if (const std::string others = OtherFiles(folder_); !others.empty()) {
    Violation(&result_.counts.digest_differs,
              absl::StrCat("other files at the end: ", others));
  }
}

absl::Status KillTrial::Attempt(bool kill_somebody) {
  FaultySweepOptions sweep = options_.sweep;
  sweep.go_on = result_.counts.kills > 0;
  sweep.pids = true;
  killed_ = false;
  const std::vector<int> calls = side_files_.Calls(sweep.runs);
  CPPET_ASSIGN_OR_RETURN(const pid_t main, StartSweep(folder_, sweep));
  if (kill_somebody) WaitAndKill(main, calls);
  const absl::StatusOr<int> status = WaitForChild(main, kSweepTimeout);
  if (!status.ok()) {
    Violation(&result_.counts.left_processes,
              absl::StrCat("the main process ", status.status().message()));
    kill(main, SIGKILL);
  }
  const pid_t known = options_.h5py == nullptr ? 0 : options_.h5py->pid();
  if (const int64_t left = ReapChildren({known}); left > 0) {
    Violation(&result_.counts.left_processes,
              absl::StrCat(left, " processes are left"), left);
  }
  if (!status.ok()) return absl::OkStatus();
  CheckEnd(*status);
  CheckCalls(calls, /*undisturbed=*/!killed_);
  return absl::OkStatus();
}

absl::StatusOr<KillTrialResult> KillTrial::Run() {
  result_.counts.sweeps = 1;
  do {
    const bool again =
        std::uniform_real_distribution<double>()(random_) < options_.again;
    CPPET_RETURN_IF_ERROR(
        Attempt(result_.counts.kills == 0 ||
                (again && result_.counts.kills < kMostKills)));
    if (!killed_) break;
    CPPET_RETURN_IF_ERROR(CheckFileAfterKill());
  } while (sound_);
  if (!killed_) CheckFileAtEnd();
  return std::move(result_);
}

}  // namespace

absl::StatusOr<UndisturbedSweep> MeasureSweep(const std::string& folder,
                                              const FaultySweepOptions& sweep) {
  const absl::Time start = absl::Now();
  CPPET_ASSIGN_OR_RETURN(const pid_t main, StartSweep(folder, sweep));
  CPPET_ASSIGN_OR_RETURN(const int status, WaitForChild(main, kSweepTimeout));
  UndisturbedSweep undisturbed;
  undisturbed.duration = absl::Now() - start;
  const SweepFileState state = ReadSweepFile(FileIn(folder));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !state.damage.empty() ||
      !state.wrong.empty() || state.completed.size() != sweep.runs) {
    return absl::InternalError(absl::StrCat(
        "a sweep that nobody disturbs ", DescribeEnd(status), ": ",
        SweepErrors(folder), " ", state.damage, " ", state.why_wrong));
  }
  undisturbed.digest = state.digest;
  return undisturbed;
}

absl::StatusOr<KillTrialResult> RunKillTrial(const std::string& folder,
                                             const KillTrialOptions& options,
                                             std::mt19937_64& random) {
  return KillTrial(folder, options, random).Run();
}

}  // namespace cppet
