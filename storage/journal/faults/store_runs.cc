// Stores the workload of the fault tests in a file, and says what is stored:
//
//   store_runs FILE --runs=100 --batch=10
//
// "ACK trajectory", "ACK try 7" and "ACK 7" are written to standard output, by
// one write each, once the trajectory, a failed try of run 7 and run 7 are
// stored. "CHILD 4711" is the id of a process that stores.
//
// Exits with 0 if all is stored, 1 if not, and says why.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/journal/faults/workload.h"
#include "cppet/storage/run_columns.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gflags/gflags.h"

DEFINE_int64(runs, 100, "how many there are");
DEFINE_int64(batch, 1, "runs to store at once");
DEFINE_string(durability, "power", "power, process or none");
DEFINE_string(layout, "tree", "tree or columns, of results");
DEFINE_bool(close_each, false, "close the file after each batch");
DEFINE_bool(start, false, "go on with the file, if there is one");
DEFINE_int32(processes, 0,
             "forked processes that share the file, which each of them closes "
             "after each batch; 0: none");
DEFINE_bool(ignore_file_size_signal, false, "ignore SIGXFSZ");

namespace cppet {
namespace {

constexpr absl::Duration kLockTimeout = absl::Seconds(30);

void Say(const std::string& text) {
  const std::string line = absl::StrCat(text, "\n");
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(1);
}

absl::StatusOr<std::unique_ptr<StorageService>> Open(const std::string& file) {
  Hdf5StorageOptions options;
  CPPET_ASSIGN_OR_RETURN(options.durability, ParseDurability(FLAGS_durability));
  options.lock_timeout = kLockTimeout;
  const std::optional<ResultLayout> layout = ResultLayoutNamed(FLAGS_layout);
  if (!layout.has_value()) return absl::InvalidArgumentError("--layout");
  options.result_layout = *layout;
  return OpenHdf5Storage(file, options);
}

// What is in the file before.
struct Present {
  bool trajectory = false;
  std::set<int64_t> tries;
  std::set<int64_t> runs;
};

absl::StatusOr<Present> Look(StorageService& service) {
  Present present;
  const absl::StatusOr<std::vector<std::string>> names = service.List();
  if (absl::IsNotFound(names.status())) return present;
  if (!names.ok()) return names.status();
  if (names->empty()) return present;
  present.trajectory = true;
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Trajectory> trajectory,
                         service.Load(kWorkloadName));
  for (int64_t i = 0; i < trajectory->length(); ++i) {
    if (!trajectory->run_info(i).started()) continue;
    (trajectory->completed(i) ? present.runs : present.tries).insert(i);
  }
  return present;
}

// Stores each `stride`-th batch from number `first` on.
absl::Status StoreBatches(const Present& present, int64_t first, int64_t stride,
                          bool close_each, StorageService& service) {
  const std::unique_ptr<Trajectory> trajectory = MakeWorkload(FLAGS_runs);
  for (int64_t start = first * FLAGS_batch; start < FLAGS_runs;
       start += stride * FLAGS_batch) {
    std::vector<RunRecord> tries;
    std::vector<RunRecord> runs;
    for (int64_t i = start; i < std::min(start + FLAGS_batch, FLAGS_runs);
         ++i) {
      if (present.runs.count(i) > 0) continue;
      runs.push_back(MakeCompletedRun(i));
      if (HasFailedTry(i) && present.tries.count(i) == 0) {
        tries.push_back(MakeFailedTry(i));
      }
    }
    if (runs.empty()) continue;
    CPPET_RETURN_IF_ERROR(service.StoreRuns(*trajectory, tries));
    for (const RunRecord& run : tries) Say(absl::StrCat("ACK try ", run.index));
    CPPET_RETURN_IF_ERROR(service.StoreRuns(*trajectory, runs));
    for (const RunRecord& run : runs) Say(absl::StrCat("ACK ", run.index));
    if (close_each) CPPET_RETURN_IF_ERROR(service.Close());
  }
  return service.Close();
}

int Report(const absl::Status& status) {
  if (!status.ok()) std::cerr << "store_runs: " << status.message() << "\n";
  return status.ok() ? 0 : 1;
}

[[noreturn]] void Child(const std::string& file, const Present& present,
                        int number) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Say(absl::StrCat("CHILD ", getpid()));
  int code = 1;
  {
    const absl::StatusOr<std::unique_ptr<StorageService>> service = Open(file);
    code = Report(service.ok() ? StoreBatches(present, number, FLAGS_processes,
                                              /*close_each=*/true, **service)
                               : service.status());
  }
  _exit(code);
}

absl::Status Run(const std::string& file) {
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<StorageService> service, Open(file));
  Present present;
  if (FLAGS_start) {
    CPPET_ASSIGN_OR_RETURN(present, Look(*service));
  }
  if (!present.trajectory) {
    const std::unique_ptr<Trajectory> trajectory = MakeWorkload(FLAGS_runs);
    CPPET_RETURN_IF_ERROR(service->Store(*trajectory));
    Say("ACK trajectory");
  }
  if (FLAGS_processes == 0) {
    return StoreBatches(present, 0, 1, FLAGS_close_each, *service);
  }
  CPPET_RETURN_IF_ERROR(service->Close());
  service.reset();
  for (int i = 0; i < FLAGS_processes; ++i) {
    const pid_t child = fork();
    if (child < 0) return absl::ResourceExhaustedError("cannot fork");
    if (child == 0) Child(file, present, i);
  }
  bool all_stored = true;
  int status = 0;
  while (wait(&status) > 0) all_stored = all_stored && status == 0;
  return all_stored ? absl::OkStatus() : absl::AbortedError("a child failed");
}

}  // namespace
}  // namespace cppet

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, true);
  if (argc != 2) {
    std::cerr << "store_runs FILE\n";
    return 2;
  }
  if (FLAGS_ignore_file_size_signal) signal(SIGXFSZ, SIG_IGN);
  return cppet::Report(cppet::Run(argv[1]));
}
