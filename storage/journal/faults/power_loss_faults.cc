// Invents what is on the disk when the power goes while runs are stored, and
// checks that all that was acknowledged is there.
//
//   power_loss_faults --states=10000                    (10 minutes)
//   power_loss_faults --states=3000 --batch=5
//   power_loss_faults --states=3000 --close_each
//   power_loss_faults --states=3000 --reader
//   power_loss_faults --states=1000 --again_every=4
//   power_loss_faults --states=500 --runs=400 --at_resets --again_every=0
//   power_loss_faults --states=1000 --durability=none
//   power_loss_faults --states=1000 --layout=columns
//   power_loss_faults --states=1000 --forget=journal
//
// The operations of one store_runs are recorded. Each state is that of a random
// moment, as DiskSimulator (disk_simulator.h) has it. From each
// `again_every`-th state cppet goes on to the end, and is interrupted by power
// losses again, also while it recovers.
//
// With --forget the states are those of a program that forgets some fsyncs, as
// a control: that damage is found then.
//
// "state" is the number of a state: with --only=STATE and the same seed it is
// written to the folder --keep=FOLDER, as it was before recovery. Exits with 1
// unless nothing is damaged, lost or half there, with --expect_damage unless
// something is.

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/testing.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/journal/faults/acknowledged.h"
#include "cppet/storage/journal/faults/check_runs.h"
#include "cppet/storage/journal/faults/disk_simulator.h"
#include "cppet/storage/journal/faults/fault_main.h"
#include "cppet/storage/journal/faults/fault_report.h"
#include "cppet/storage/journal/faults/fault_trace.h"
#include "cppet/storage/journal/faults/fault_writer.h"
#include "cppet/storage/journal/faults/isolated.h"
#include "gflags/gflags.h"

DEFINE_int64(states, 500, "how many");
DEFINE_uint64(seed, 1, "of what is random");
DEFINE_int32(jobs, 2, "processes");
DEFINE_int64(runs, 20, "runs in the file");
DEFINE_int64(batch, 1, "runs to store at once");
DEFINE_string(durability, "power", "power, process or none");
DEFINE_string(layout, "tree", "tree or columns, of results");
DEFINE_bool(close_each, false, "close the file after each batch");
DEFINE_string(forget, "", "the fsyncs of: journal, file or folder");
DEFINE_bool(at_resets, false,
            "only moments around those at which the journal begins anew");
DEFINE_int64(again_every, 100, "of the states, to go on from; 0: none");
DEFINE_int64(again_states, 10, "of each that is gone on from");
DEFINE_bool(reader, false, "another process reads the file meanwhile");
DEFINE_bool(h5py, false, "read the files by python3 and h5py, too");
DEFINE_bool(expect_damage, false, "succeed if there is damage");
DEFINE_int64(only, -1, "the only state to make");
DEFINE_string(keep, "", "new folder to keep the last state in");

namespace cppet {
namespace {

// Operations at the beginning, which recover the file.
constexpr int64_t kRecovery = 20;
// Operations around a reset of the journal.
constexpr int64_t kBeforeReset = 8;
constexpr int64_t kAfterReset = 24;
// Never reached with one seed.
constexpr uint64_t kStatesPerSeed = 1'000'000;

WriterPlan Plan() {
  WriterPlan plan;
  plan.reader = FLAGS_reader;
  plan.flags = {"--start", absl::StrCat("--runs=", FLAGS_runs),
                absl::StrCat("--batch=", FLAGS_batch),
                absl::StrCat("--durability=", FLAGS_durability),
                absl::StrCat("--layout=", FLAGS_layout)};
  if (FLAGS_close_each) plan.flags.push_back("--close_each");
  return plan;
}

// Writes the files that are in the folder `from` to the empty folder `to`.
absl::Status WriteFiles(const DiskFiles& files, const std::string& from,
                        const std::string& to) {
  std::error_code ignored;
  std::filesystem::remove_all(to, ignored);
  std::filesystem::create_directories(to, ignored);
  for (const auto& [path, content] : files) {
    if (!absl::StartsWith(path, from)) continue;
    CPPET_RETURN_IF_ERROR(WriteFile(to + path.substr(from.size()), content));
  }
  return absl::OkStatus();
}

absl::StatusOr<DiskFiles> ReadFiles(const std::string& folder) {
  DiskFiles files;
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder, ignored)) {
    CPPET_ASSIGN_OR_RETURN(files[entry.path()], ReadFile(entry.path()));
  }
  return files;
}

FaultReport NewReport() {
  return FaultReport({"states", "without a file", "recovered damaged",
                      "recovered lost", "recovered half", "gone on",
                      "not gone on", "second states", "second damaged",
                      "second lost", "second half"});
}

// Makes and checks states, all of them or some in a process of its own.
class PowerLossTest {
 public:
  PowerLossTest(FaultWriter recorder, Durability durability)
      : recorder_(std::move(recorder)), report_(NewReport()) {
    options_.batch = FLAGS_batch;
    options_.durability = durability;
    options_.h5py = FLAGS_h5py;
  }

  // Records the operations, and sees that they lead to the files that there
  // are: that none is missing.
  absl::Status Record() {
    CPPET_ASSIGN_OR_RETURN(trace_, recorder_.Record(Plan()));
    DiskSimulator disk;
    for (const TracedOperation& operation : trace_) {
      CPPET_RETURN_IF_ERROR(disk.Apply(operation));
    }
    CPPET_ASSIGN_OR_RETURN(const DiskFiles files,
                           ReadFiles(recorder_.folder()));
    if (disk.Present() != files) {
      return absl::InternalError("operations are missing in the trace");
    }
    std::cout << CountOperations(trace_) << " operations\n";
    return Forget();
  }

  // Makes each `stride`-th state from `first` on, in `folder`.
  absl::Status Run(const std::string& program, const std::string& folder,
                   int64_t first, int64_t stride) {
    CPPET_ASSIGN_OR_RETURN(const FaultWriter writer,
                           FaultWriter::Create(program, folder + "/again"));
    std::vector<std::pair<int64_t, int64_t>> states;  // moment and number
    for (int64_t state = first; state < FLAGS_states; state += stride) {
      if (FLAGS_only >= 0 && state != FLAGS_only) continue;
      std::mt19937_64 random(FLAGS_seed * kStatesPerSeed + state);
      states.push_back({RandomMoment(random), state});
    }
    std::sort(states.begin(), states.end());
    DiskSimulator disk;
    Acknowledged acknowledged;
    int64_t moment = 0;
    for (const auto& [end, state] : states) {
      CPPET_RETURN_IF_ERROR(
          Advance(trace_, end, &moment, &disk, &acknowledged));
      CPPET_RETURN_IF_ERROR(
          CheckState(disk, acknowledged, state, end, folder, writer));
    }
    return absl::OkStatus();
  }

  FaultReport& report() { return report_; }

 private:
  absl::Status Forget() {
    if (FLAGS_forget.empty()) return absl::OkStatus();
    static const std::map<std::string, SyncsOf> kinds = {
        {"journal", SyncsOf::kJournals},
        {"file", SyncsOf::kFiles},
        {"folder", SyncsOf::kFolders}};
    const auto kind = kinds.find(FLAGS_forget);
    if (kind == kinds.end()) {
      return absl::InvalidArgumentError(
          "--forget must be journal, file or "
          "folder");
    }
    trace_ = WithoutSyncs(trace_, kind->second);
    return absl::OkStatus();
  }

  int64_t RandomMoment(std::mt19937_64& random) const {
    if (!FLAGS_at_resets) return Below(trace_.size() + 1, random);
    const std::vector<int64_t> resets = JournalResets(trace_);
    if (resets.empty()) return 0;
    const int64_t moment = resets[Below(resets.size(), random)] +
                           Below(kBeforeReset + kAfterReset, random) -
                           kBeforeReset;
    return std::clamp<int64_t>(moment, 0, trace_.size());
  }

  static int64_t Below(int64_t count, std::mt19937_64& random) {
    return std::uniform_int_distribution<int64_t>(0, count - 1)(random);
  }

  static absl::Status Advance(const std::vector<TracedOperation>& trace,
                              int64_t end, int64_t* moment, DiskSimulator* disk,
                              Acknowledged* acknowledged) {
    for (; *moment < end; ++*moment) {
      const TracedOperation& operation = trace[*moment];
      if (operation.operation == FaultOperation::kAcknowledge) {
        acknowledged->Add(operation.data);
      }
      CPPET_RETURN_IF_ERROR(disk->Apply(operation));
    }
    return absl::OkStatus();
  }

  absl::Status CheckState(const DiskSimulator& disk,
                          const Acknowledged& acknowledged, int64_t state,
                          int64_t moment, const std::string& folder,
                          const FaultWriter& writer) {
    std::mt19937_64 random(FLAGS_seed * kStatesPerSeed + state);
    RandomMoment(random);
    const DiskFiles files = disk.LosePower(random);
    const std::string data = folder + "/state";
    CPPET_RETURN_IF_ERROR(WriteFiles(files, recorder_.folder(), data));
    if (!FLAGS_keep.empty()) {
      CPPET_RETURN_IF_ERROR(WriteFiles(files, recorder_.folder(), FLAGS_keep));
    }
    report_.Count("states");
    report_.Count("without a file", files.count(recorder_.file()) == 0);
    const std::string where = absl::StrCat(
        "state ", state, " at operation ", moment, ", seed ", FLAGS_seed, ", ",
        acknowledged.runs.size(), " runs acknowledged");
    report_.AddCheck("recovered",
                     CheckRuns(data + "/file.hdf5", acknowledged, options_),
                     where);
    if (FLAGS_again_every == 0 || state % FLAGS_again_every != 0) {
      return absl::OkStatus();
    }
    return GoOn(files, acknowledged, where, folder, random, writer);
  }

  // Goes on from `files`, where the power goes again.
  absl::Status GoOn(const DiskFiles& files, Acknowledged acknowledged,
                    const std::string& where, const std::string& folder,
                    std::mt19937_64& random, const FaultWriter& writer) {
    CPPET_RETURN_IF_ERROR(
        WriteFiles(files, recorder_.folder(), writer.folder()));
    DiskSimulator disk;
    CPPET_ASSIGN_OR_RETURN(const DiskFiles present, ReadFiles(writer.folder()));
    for (const auto& [path, content] : present) {
      struct stat info;
      if (stat(path.c_str(), &info) == 0) {
        disk.AddFile(path, info.st_ino, content);
      }
    }
    const auto trace = writer.Record(Plan());
    if (!trace.ok()) {
      report_.Count("not gone on");
      report_.AddProblem(absl::StrCat("go on: ", trace.status().message()),
                         where);
      return absl::OkStatus();
    }
    report_.Count("gone on");
    std::vector<int64_t> moments;
    for (int64_t i = 0; i < FLAGS_again_states; ++i) {
      // Many of them while the file is recovered.
      const int64_t end = i % 2 == 0 ? kRecovery : trace->size();
      moments.push_back(
          Below(std::min<int64_t>(end, trace->size()) + 1, random));
    }
    std::sort(moments.begin(), moments.end());
    int64_t moment = 0;
    const std::string data = folder + "/second";
    for (const int64_t end : moments) {
      CPPET_RETURN_IF_ERROR(
          Advance(*trace, end, &moment, &disk, &acknowledged));
      CPPET_RETURN_IF_ERROR(
          WriteFiles(disk.LosePower(random), writer.folder(), data));
      report_.Count("second states");
      report_.AddCheck("second",
                       CheckRuns(data + "/file.hdf5", acknowledged, options_),
                       absl::StrCat(where, ", and then operation ", end));
    }
    return absl::OkStatus();
  }

  const FaultWriter recorder_;
  std::vector<TracedOperation> trace_;
  CheckRunsOptions options_;
  FaultReport report_;
};

absl::StatusOr<bool> Run(const std::string& program) {
  CPPET_ASSIGN_OR_RETURN(const Durability durability,
                         ParseDurability(FLAGS_durability));
  const TempDirectory directory;
  CPPET_ASSIGN_OR_RETURN(
      FaultWriter recorder,
      FaultWriter::Create(program, directory.Path("recorded")));
  PowerLossTest test(std::move(recorder), durability);
  CPPET_RETURN_IF_ERROR(test.Record());
  const int jobs = std::max(1, FLAGS_jobs);
  FaultReport report = NewReport();
  const std::vector<IsolatedResult> results = RunAllIsolated(
      jobs, [&](int job, const std::function<void(absl::string_view)>& say) {
        const absl::Status status = test.Run(
            program, directory.Path(absl::StrCat("job", job)), job, jobs);
        if (!status.ok()) {
          test.report().AddProblem(status.message(), "the test itself");
          test.report().Count("test failed");
        }
        say(test.report().Encode());
      });
  for (const IsolatedResult& result : results) {
    report.MergeEncoded(result.output);
    if (!result.ended_well) return absl::InternalError(result.end);
  }
  report.Print(
      absl::StrCat("power_loss_faults --durability=", FLAGS_durability,
                   " --batch=", FLAGS_batch,
                   FLAGS_close_each ? " --close_each" : "",
                   FLAGS_reader ? " --reader" : "",
                   FLAGS_at_resets ? " --at_resets" : "",
                   FLAGS_forget.empty() ? "" : " --forget=", FLAGS_forget),
      std::cout);
  const bool good = report.count("recovered damaged") == 0 &&
                    report.count("second damaged") == 0 &&
                    report.count("not gone on") == 0 &&
                    report.count("test failed") == 0;
  return FLAGS_expect_damage ? !good : good;
}

}  // namespace
}  // namespace cppet

int main(int argc, char** argv) {
  return cppet::FaultMain(argc, argv, cppet::Run);
}
