#include "cppet/environment/faults/disk_full.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/testing.h"
#include "cppet/environment/faults/in_child.h"
#include "cppet/environment/faults/limited_program.h"
#include "cppet/environment/faults/small_disk.h"

namespace cppet {
namespace {

constexpr char kFile[] = "sweep.hdf5";
constexpr int64_t kSmallest = 8 << 10;
constexpr int64_t kRoom = 256 << 20;
// Of the file of a whole sweep, how much to try at most. On a small disk there
// is the journal besides.
constexpr double kMostOfFile = 1.15;
constexpr double kMostOfDisk = 3;

struct Column {
  const char* name;
  int64_t DiskFullCounts::*count;
  bool must_be_zero;
};

constexpr Column kColumns[] = {
    {"sweeps", &DiskFullCounts::sweeps, false},
    {"stopped", &DiskFullCounts::stopped, false},
    {"crashed", &DiskFullCounts::crashed, true},
    {"unclear", &DiskFullCounts::unclear, true},
    {"damaged", &DiskFullCounts::damaged, true},
    {"acknowledged lost", &DiskFullCounts::acknowledged_lost, true},
    {"not continued", &DiskFullCounts::not_continued, true},
    {"digest differs", &DiskFullCounts::digest_differs, true},
};

std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\n", " "}});
}

bool IsClear(absl::string_view error) {
  if (!absl::StrContains(error, kFile)) return false;
  for (const absl::string_view reason :
       {"No space left", "File too large", "disk is full", "limit"}) {
    if (absl::StrContains(error, reason)) return true;
  }
  return false;
}

struct WholeSweep {
  std::string digest;
  int64_t bytes = 0;  // of the file
};

absl::StatusOr<WholeSweep> MeasureWhole(DiskFullSubject& subject) {
  const TempDirectory folder;
  const std::string file = folder.Path(kFile);
  CPPET_RETURN_IF_ERROR(subject.Prepare(folder.path()));
  LimitedProgramOptions options;
  options.folder = folder.path();
  CPPET_ASSIGN_OR_RETURN(
      const LimitedProgramResult result,
      RunLimitedProgram(subject.Command(folder.path(), file, /*go_on=*/false),
                        options));
  const DiskFullSubject::State state = subject.Examine(folder.path(), file);
  struct stat info;
  if (!result.Exited(0) || !state.damage.empty() || state.digest.empty() ||
      stat(file.c_str(), &info) != 0) {
    return absl::InternalError(absl::StrCat(subject.name(), " ",
                                            DescribeEnd(result.status), ": ",
                                            result.output, state.damage));
  }
  return WholeSweep{state.digest, info.st_size};
}

// One sweep with too little room, or just enough.
class Trial {
 public:
  Trial(DiskFullSubject& subject, const WholeSweep& whole, int64_t size,
        const DiskFullOptions& options, DiskFullCounts* counts)
      : subject_(subject),
        whole_(whole),
        size_(size),
        options_(options),
        counts_(*counts) {}

  absl::Status Run() {
    ++counts_.sweeps;
    CPPET_RETURN_IF_ERROR(subject_.Prepare(folder_.path()));
    if (options_.tmpfs) {
      CPPET_ASSIGN_OR_RETURN(SmallDisk disk,
                             SmallDisk::Mount(disk_folder_.path(), size_));
      disk_.emplace(std::move(disk));
    }
    const bool stopped = Sweep(/*limited=*/true);
    CheckFile();
    if (disk_.has_value()) CPPET_RETURN_IF_ERROR(disk_->Resize(kRoom));
    if (stopped) Sweep(/*limited=*/false);
    const DiskFullSubject::State state = CheckFile();
    if (state.digest != whole_.digest) {
      Violation(&counts_.digest_differs, "the digest differs");
    }
    return absl::OkStatus();
  }

 private:
  // Returns whether it did not come to its end.
  bool Sweep(bool limited) {
    LimitedProgramOptions program;
    program.folder = folder_.path();
    if (limited && !options_.tmpfs) program.max_file_bytes = size_;
    // explore cannot go on before there is a sweep in the file.
    const absl::StatusOr<LimitedProgramResult> result = RunLimitedProgram(
        subject_.Command(folder_.path(), file_, /*go_on=*/in_file_), program);
    if (!result.ok() || !WIFEXITED(result->status)) {
      Violation(&counts_.crashed,
                result.ok() ? absl::StrCat(DescribeEnd(result->status), ": ",
                                           OneLine(result->output))
                            : std::string(result.status().message()));
      return true;
    }
    if (result->Exited(0)) return false;
    if (!limited) {
      Violation(&counts_.not_continued, OneLine(result->output));
      return true;
    }
    ++counts_.stopped;
    if (!IsClear(result->output)) {
      Violation(&counts_.unclear, OneLine(result->output));
    } else if (options_.log != nullptr && options_.verbose) {
      *options_.log << How() << OneLine(result->output) << std::endl;
    }
    return true;
  }

  DiskFullSubject::State CheckFile() {
    const DiskFullSubject::State state =
        subject_.Examine(folder_.path(), file_);
    in_file_ = !state.digest.empty();
    if (!state.damage.empty()) {
      Violation(&counts_.damaged, OneLine(state.damage));
    }
    if (state.lost > 0) {
      Violation(&counts_.acknowledged_lost, "acknowledged runs are not there",
                state.lost);
    }
    return state;
  }

  std::string How() const {
    return absl::StrCat(subject_.name(), " with ", size_, " bytes: ");
  }

  void Violation(int64_t* count, absl::string_view what, int64_t times = 1) {
    *count += times;
    if (options_.log == nullptr) return;
    *options_.log << "VIOLATION " << How() << what << std::endl;
  }

  DiskFullSubject& subject_;
  const WholeSweep& whole_;
  const int64_t size_;
  const DiskFullOptions& options_;
  DiskFullCounts& counts_;
  const TempDirectory folder_;
  const TempDirectory disk_folder_;
  const std::string file_ = disk_folder_.Path(kFile);
  std::optional<SmallDisk> disk_;
  bool in_file_ = false;  // there is a sweep in the file
};

}  // namespace

bool DiskFullCounts::ok() const {
  for (const Column& column : kColumns) {
    if (column.must_be_zero && this->*column.count != 0) return false;
  }
  return true;
}

absl::StatusOr<DiskFullReport> FillDisks(const DiskFullOptions& options) {
  DiskFullReport report;
  for (const auto& subject : options.subjects) {
    CPPET_ASSIGN_OR_RETURN(const WholeSweep whole, MeasureWhole(*subject));
    const double most =
        whole.bytes * (options.tmpfs ? kMostOfDisk : kMostOfFile);
    DiskFullCounts& counts =
        report.emplace_back(subject->name(), DiskFullCounts()).second;
    for (int64_t i = 0; i < options.sizes; ++i) {
      const int64_t size =
          kSmallest + (most - kSmallest) * (i + 0.5) / options.sizes;
      CPPET_RETURN_IF_ERROR(
          Trial(*subject, whole, size, options, &counts).Run());
    }
  }
  return report;
}

std::string DiskFullTable(const DiskFullReport& report) {
  std::string table = "program";
  for (const Column& column : kColumns) {
    absl::StrAppend(&table, "\t", column.name);
  }
  absl::StrAppend(&table, "\n");
  for (const auto& [name, counts] : report) {
    absl::StrAppend(&table, name);
    for (const Column& column : kColumns) {
      absl::StrAppend(&table, "\t", counts.*column.count);
    }
    absl::StrAppend(&table, "\n");
  }
  return table;
}

}  // namespace cppet
