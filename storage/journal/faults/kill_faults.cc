// Kills programs that store runs, by SIGKILL, and checks what they left.
//
//   kill_faults --mode=operations --kills=1500          (7 minutes)
//   kill_faults --mode=random --kills=1000
//   kill_faults --mode=again --kills=1000
//   kill_faults --mode=processes --kills=500
//   kill_faults --mode=operations --kills=1500 --durability=process
//   kill_faults --mode=operations --kills=500 --close_each
//   kill_faults --mode=again --kills=500 --reader
//   kill_faults --mode=operations --kills=500 --durability=none
//   kill_faults --mode=operations --kills=500 --layout=columns
//
// operations: a new file for each kill, from the first to the last operation in
//     equal steps, with 0, 50 and 100 % of it done if it writes.
// random: a new file for each kill, after a random time.
// again: one of both at random, and again and again the same file, which is
//     gone on with, until all runs are stored.
// processes: likewise, with three processes that share the file, of which one
//     or all are killed.
//
// "as left" is how HDF5 finds the file without recovery: damage there is to be
// expected. "recovered" is what counts: exits with 1 unless nothing is damaged,
// lost or half there, of kNone (the control, where nothing can be recovered)
// with --expect_damage unless something is.

#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/testing.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/journal/faults/acknowledged.h"
#include "cppet/storage/journal/faults/check_runs.h"
#include "cppet/storage/journal/faults/fault_main.h"
#include "cppet/storage/journal/faults/fault_report.h"
#include "cppet/storage/journal/faults/fault_trace.h"
#include "cppet/storage/journal/faults/fault_writer.h"
#include "cppet/storage/journal/faults/runs_check.h"
#include "gflags/gflags.h"

DEFINE_string(mode, "operations", "operations, random, again or processes");
DEFINE_int64(kills, 100, "how many");
DEFINE_uint64(seed, 1, "of what is random");
DEFINE_int64(runs, 20, "runs in a file");
DEFINE_int64(batch, 1, "runs to store at once");
DEFINE_string(durability, "power", "power, process or none");
DEFINE_string(layout, "tree", "tree or columns, of results");
DEFINE_bool(close_each, false, "close the file after each batch");
DEFINE_bool(reader, false, "another process reads the file meanwhile");
DEFINE_bool(h5py, false, "read the files by python3 and h5py, too");
DEFINE_bool(expect_damage, false, "succeed if there is damage");

namespace cppet {
namespace {

constexpr int kProcesses = 3;
// Operations at the beginning, which recover the file.
constexpr int64_t kRecovery = 20;

class KillTest {
 public:
  KillTest(const FaultWriter& writer, Durability durability)
      : writer_(writer),
        random_(FLAGS_seed),
        report_({"kills", "ended before", "failed", "acknowledged",
                 "as left damaged", "as left lost", "as left half",
                 "recovered damaged", "recovered lost", "recovered half"}) {
    options_.batch = FLAGS_batch;
    options_.durability = durability;
    options_.h5py = FLAGS_h5py;
    again_ = FLAGS_mode == "again" || FLAGS_mode == "processes";
  }

  absl::Status Run() {
    CPPET_RETURN_IF_ERROR(Measure());
    for (int64_t i = 0; i < FLAGS_kills; ++i) Kill(i);
    return absl::OkStatus();
  }

  const FaultReport& report() const { return report_; }

 private:
  std::vector<std::string> Flags() const {
    std::vector<std::string> flags = {
        absl::StrCat("--runs=", FLAGS_runs),
        absl::StrCat("--batch=", FLAGS_batch),
        absl::StrCat("--durability=", FLAGS_durability),
        absl::StrCat("--layout=", FLAGS_layout)};
    if (FLAGS_close_each) flags.push_back("--close_each");
    if (again_) flags.push_back("--start");
    if (FLAGS_mode == "processes") {
      flags.push_back(absl::StrCat("--processes=", kProcesses));
    }
    return flags;
  }

  // How long it takes, and how many operations it does, if it is not killed.
  absl::Status Measure() {
    CPPET_ASSIGN_OR_RETURN(const std::vector<TracedOperation> trace,
                           writer_.Record({.flags = Flags()}));
    operations_ = std::max<int64_t>(1, CountOperations(trace));
    writer_.Clear();
    const WriterResult whole = writer_.Run({.flags = Flags()});
    time_ = whole.time;
    writer_.Clear();
    std::cout << operations_ << " operations, " << absl::FormatDuration(time_)
              << " without a fault\n";
    return absl::OkStatus();
  }

  int64_t Below(int64_t count) {
    return std::uniform_int_distribution<int64_t>(0, count - 1)(random_);
  }

  // Plans the kill, and says which it is.
  std::string PlanKill(int64_t number, WriterPlan* plan) {
    plan->flags = Flags();
    plan->reader = FLAGS_reader;
    const bool at_operation =
        FLAGS_mode == "operations" || (FLAGS_mode != "random" && Below(2) == 0);
    if (at_operation) {
      int64_t operation = number * operations_ / FLAGS_kills;
      if (again_) operation = Below(Below(2) == 0 ? kRecovery : operations_);
      const int64_t percent = again_ ? 50 * Below(3) : 50 * (number % 3);
      plan->faults = {{"KILL_AT", absl::StrCat(operation)},
                      {"KILL_PERCENT", absl::StrCat(percent)}};
      return absl::StrCat("kill ", number, ": CPPET_FAULT_KILL_AT=", operation,
                          " CPPET_FAULT_KILL_PERCENT=", percent);
    }
    plan->kill_after = time_ * std::uniform_real_distribution<>(0, 1)(random_);
    if (FLAGS_mode == "processes") plan->kill_child = Below(2 * kProcesses);
    return absl::StrCat("kill ", number, ": after ",
                        absl::FormatDuration(plan->kill_after));
  }

  void Kill(int64_t number) {
    if (!again_) {
      writer_.Clear();
      acknowledged_ = {};
    }
    WriterPlan plan;
    const std::string where =
        absl::StrCat(PlanKill(number, &plan), ", seed ", FLAGS_seed);
    const WriterResult result = writer_.Run(plan);
    report_.Count("kills");
    report_.Count("ended before", result.exit_code == 0);
    acknowledged_.trajectory |= result.acknowledged.trajectory;
    acknowledged_.runs.insert(result.acknowledged.runs.begin(),
                              result.acknowledged.runs.end());
    acknowledged_.tries.insert(result.acknowledged.tries.begin(),
                               result.acknowledged.tries.end());
    report_.Count("acknowledged", result.acknowledged.runs.size());
    // With a killed child the program itself fails.
    const bool failed = result.hung ||
                        (result.signal != 0 && result.signal != SIGKILL) ||
                        (result.exit_code > 0 && FLAGS_mode != "processes");
    if (failed) {
      report_.Count("failed");
      report_.AddProblem(
          absl::StrCat("store_runs: ", result.hung ? "hung" : "", " signal ",
                       result.signal, " ", result.error),
          where);
    }
    CheckRunsOptions as_left = options_;
    as_left.recover = false;
    as_left.h5py = false;
    report_.AddCheck("as left",
                     CheckRuns(writer_.file(), acknowledged_, as_left), where);
    const RunsCheck check = CheckRuns(writer_.file(), acknowledged_, options_);
    report_.AddCheck("recovered", check, where);
    // To see each kind of damage once is enough.
    if (!check.ok() || check.completed == FLAGS_runs) {
      writer_.Clear();
      acknowledged_ = {};
    }
  }

  const FaultWriter& writer_;
  std::mt19937_64 random_;
  FaultReport report_;
  CheckRunsOptions options_;
  bool again_ = false;
  int64_t operations_ = 1;
  absl::Duration time_;
  Acknowledged acknowledged_;
};

absl::StatusOr<bool> Run(const std::string& program) {
  CPPET_ASSIGN_OR_RETURN(const Durability durability,
                         ParseDurability(FLAGS_durability));
  const TempDirectory directory;
  CPPET_ASSIGN_OR_RETURN(const FaultWriter writer,
                         FaultWriter::Create(program, directory.path()));
  KillTest test(writer, durability);
  CPPET_RETURN_IF_ERROR(test.Run());
  test.report().Print(absl::StrCat("kill_faults --mode=", FLAGS_mode,
                                   " --durability=", FLAGS_durability,
                                   FLAGS_close_each ? " --close_each" : "",
                                   FLAGS_reader ? " --reader" : ""),
                      std::cout);
  const bool good = test.report().count("recovered damaged") == 0 &&
                    test.report().count("failed") == 0;
  return FLAGS_expect_damage ? !good : good;
}

}  // namespace
}  // namespace cppet

int main(int argc, char** argv) {
  return cppet::FaultMain(argc, argv, cppet::Run);
}
