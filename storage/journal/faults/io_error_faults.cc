// Lets operations fail while runs are stored, and checks that the program ends
// with a message, that all that was acknowledged is there, and that it goes on
// when the cause is gone.
//
//   io_error_faults                                     (4 minutes)
//   io_error_faults --durability=process
//   io_error_faults --close_each
//   io_error_faults --durability=none
//   sudo io_error_faults --kinds=tmpfs --runs=100 --tmpfs=3m
//
// Kinds:
//   enospc    from the n-th operation on all fail as if the disk were full
//   eio       the n-th operation fails as if the disk were broken
//   eintr     the n-th operation is interrupted by a signal
//   short     the n-th operation writes half of what it should, and says so
//   halves    from the n-th on all do
//   fsize     files may be no longer than a limit, and SIGXFSZ is ignored
//   xfsz      likewise, and SIGXFSZ is not ignored
//   tmpfs     the file is on a small disk, which is made larger then; by root
//
// Exits with 1 unless all held, with --expect_damage unless something did not.
// That a program stores all in spite of an error is fine, too.

#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
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

DEFINE_string(kinds, "enospc,eio,eintr,short,halves,fsize,xfsz",
              "of errors, separated by commas");
DEFINE_int64(stride, 1, "from operation to operation that fails");
DEFINE_int64(sizes, 50, "of files, for fsize and xfsz");
DEFINE_string(tmpfs, "300k", "size of the small disk");
DEFINE_int64(runs, 12, "runs in a file");
DEFINE_int64(batch, 1, "runs to store at once");
DEFINE_string(durability, "power", "power, process or none");
DEFINE_bool(close_each, false, "close the file after each batch");
DEFINE_bool(h5py, false, "read the files by python3 and h5py, too");
DEFINE_bool(expect_damage, false, "succeed if something does not hold");

namespace cppet {
namespace {

class IoErrorTest {
 public:
  IoErrorTest(const FaultWriter& writer, Durability durability)
      : writer_(writer) {
    options_.batch = FLAGS_batch;
    options_.durability = durability;
    options_.h5py = FLAGS_h5py;
  }

  absl::Status Measure() {
    CPPET_ASSIGN_OR_RETURN(const std::vector<TracedOperation> trace,
                           writer_.Record({.flags = Flags()}));
    operations_ = CountOperations(trace);
    struct stat info;
    if (stat(writer_.file().c_str(), &info) == 0) size_ = info.st_size;
    std::cout << operations_ << " operations, a file of " << size_
              << " bytes\n";
    return absl::OkStatus();
  }

  // Whether all held.
  absl::StatusOr<bool> Run(const std::string& kind) {
    report_ =
        FaultReport({"faults", "stored all", "failed", "killed", "hung",
                     "no reason said", "recovered damaged", "recovered lost",
                     "recovered half", "not gone on", "at the end damaged"});
    if (kind == "enospc") {
      AtEachOperation(kind, {{"ERRNO", Number(ENOSPC)}, {"FAIL_COUNT", "-1"}},
                      FullReasons());
    } else if (kind == "eio") {
      AtEachOperation(kind, {{"ERRNO", Number(EIO)}}, {strerror(EIO)});
    } else if (kind == "eintr") {
      AtEachOperation(kind, {{"ERRNO", Number(EINTR)}}, {strerror(EINTR)});
    } else if (kind == "short") {
      AtEachOperation(kind, {{"ERRNO", "0"}}, {});
    } else if (kind == "halves") {
      AtEachOperation(kind, {{"ERRNO", "0"}, {"FAIL_COUNT", "-1"}}, {});
    } else if (kind == "fsize" || kind == "xfsz") {
      AtEachSize(kind);
    } else if (kind == "tmpfs") {
      CPPET_RETURN_IF_ERROR(OnSmallDisk());
    } else {
      return absl::InvalidArgumentError(absl::StrCat("no kind ", kind));
    }
    report_.Print(absl::StrCat("io_error_faults --kinds=", kind,
                               " --durability=", FLAGS_durability,
                               FLAGS_close_each ? " --close_each" : ""),
                  std::cout);
    for (const char* column :
         {"killed", "hung", "no reason said", "recovered damaged",
          "not gone on", "at the end damaged"}) {
      if (report_.count(column) > 0) return false;
    }
    return true;
  }

 private:
  static std::vector<std::string> FullReasons() {
    return {strerror(ENOSPC), "disk is full"};
  }
  static std::string Number(int64_t number) { return absl::StrCat(number); }

  static std::vector<std::string> Flags() {
    std::vector<std::string> flags = {
        absl::StrCat("--runs=", FLAGS_runs),
        absl::StrCat("--batch=", FLAGS_batch),
        absl::StrCat("--durability=", FLAGS_durability), "--start"};
    if (FLAGS_close_each) flags.push_back("--close_each");
    return flags;
  }

  void AtEachOperation(
      const std::string& kind,
      const std::vector<std::pair<std::string, std::string>>& faults,
      const std::vector<std::string>& reasons) {
    for (int64_t i = 0; i < operations_; i += FLAGS_stride) {
      writer_.Clear();
      WriterPlan plan{.flags = Flags(), .faults = faults};
      plan.faults.push_back({"FAIL_AT", Number(i)});
      const WriterResult result = writer_.Run(plan);
      Check(result, reasons, absl::StrCat(kind, " at operation ", i));
      GoOn(result, absl::StrCat(kind, " at operation ", i));
    }
  }

  // The sizes go from nearly nothing to nearly all of the file.
  void AtEachSize(const std::string& kind) {
    for (int64_t i = 1; i <= FLAGS_sizes; ++i) {
      writer_.Clear();
      WriterPlan plan{.flags = Flags()};
      plan.max_file_size = size_ * i / (FLAGS_sizes + 1);
      if (kind == "fsize") plan.flags.push_back("--ignore_file_size_signal");
      const std::string where =
          absl::StrCat(kind, " with files of ", plan.max_file_size, " bytes");
      const WriterResult result = writer_.Run(plan);
      Check(result, {strerror(EFBIG), "limit"}, where);
      GoOn(result, where);
    }
  }

  absl::Status OnSmallDisk() {
    writer_.Clear();
    const std::string& folder = writer_.folder();
    const std::string small = absl::StrCat("size=", FLAGS_tmpfs);
    if (mount("tmpfs", folder.c_str(), "tmpfs", 0, small.c_str()) != 0) {
      return absl::ErrnoToStatus(errno, "cannot mount a tmpfs");
    }
    const auto unmount =
        absl::MakeCleanup([&] { umount2(folder.c_str(), MNT_DETACH); });
    const WriterResult result = writer_.Run({.flags = Flags()});
    Check(result, FullReasons(), "full tmpfs");
    if (mount("tmpfs", folder.c_str(), "tmpfs", MS_REMOUNT, "size=1g") != 0) {
      return absl::ErrnoToStatus(errno, "cannot enlarge the tmpfs");
    }
    GoOn(result, "full tmpfs");
    return absl::OkStatus();
  }

  // `reasons`: what the message may say.
  void Check(const WriterResult& result,
             const std::vector<std::string>& reasons,
             const std::string& where) {
    report_.Count("faults");
    report_.Count("stored all", result.exit_code == 0);
    report_.Count("failed", result.exit_code > 0);
    report_.Count("killed", result.signal != 0);
    report_.Count("hung", result.hung);
    if (result.signal != 0) {
      report_.AddProblem(
          absl::StrCat("killed by signal ", result.signal, " ",
                       strsignal(result.signal), ": ", result.error),
          where);
    }
    if (result.hung) report_.AddProblem("hung", where);
    if (result.exit_code > 0 && !SaysReason(result.error, reasons)) {
      report_.Count("no reason said");
      report_.AddProblem(absl::StrCat("no reason: ", result.error), where);
    }
    report_.AddCheck("recovered",
                     CheckRuns(writer_.file(), result.acknowledged, options_),
                     where);
  }

  bool SaysReason(absl::string_view error,
                  const std::vector<std::string>& reasons) const {
    if (!absl::StrContains(error, writer_.folder())) return false;
    return std::any_of(reasons.begin(), reasons.end(),
                       [error](const std::string& reason) {
                         return absl::StrContains(error, reason);
                       });
  }

  // Stores the rest without faults, and checks that all is there.
  void GoOn(const WriterResult& before, const std::string& where) {
    const WriterResult result = writer_.Run({.flags = Flags()});
    if (result.exit_code != 0) {
      report_.Count("not gone on");
      report_.AddProblem(
          absl::StrCat("go on: signal ", result.signal, " ", result.error),
          where);
      return;
    }
    Acknowledged all = before.acknowledged;
    for (int64_t i = 0; i < FLAGS_runs; ++i) all.runs.insert(i);
    report_.AddCheck("at the end", CheckRuns(writer_.file(), all, options_),
                     where);
  }

  const FaultWriter& writer_;
  CheckRunsOptions options_;
  FaultReport report_{{}};
  int64_t operations_ = 0;
  int64_t size_ = 0;
};

absl::StatusOr<bool> Run(const std::string& program) {
  CPPET_ASSIGN_OR_RETURN(const Durability durability,
                         ParseDurability(FLAGS_durability));
  const TempDirectory directory;
  CPPET_ASSIGN_OR_RETURN(const FaultWriter writer,
                         FaultWriter::Create(program, directory.path()));
  IoErrorTest test(writer, durability);
  CPPET_RETURN_IF_ERROR(test.Measure());
  bool good = true;
  for (const absl::string_view kind : absl::StrSplit(FLAGS_kinds, ',')) {
    CPPET_ASSIGN_OR_RETURN(const bool held, test.Run(std::string(kind)));
    good = good && held;
  }
  return FLAGS_expect_damage ? !good : good;
}

}  // namespace
}  // namespace cppet

int main(int argc, char** argv) {
  return cppet::FaultMain(argc, argv, cppet::Run);
}
