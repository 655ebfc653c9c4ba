#include "cppet/storage/journal/faults/check_runs.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cppet/base/subprocess.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/tree/trajectory_reader.h"
#include "cppet/storage/journal/faults/compare_runs.h"
#include "cppet/storage/journal/faults/isolated.h"
#include "cppet/storage/journal/faults/workload.h"
#include "cppet/storage/journal/transactional_file.h"
#include "cppet/storage/storage_service.h"
#include "hdf5.h"

namespace cppet {
namespace {

using Say = std::function<void(absl::string_view)>;

// Reads all of the file, to see that h5py can.
constexpr char kReadAll[] = R"(
import sys, h5py
def read(name, node):
    for attribute in node.attrs:
        try:
            node.attrs[attribute]
        except OSError as error:
            if 'no appropriate function for conversion' not in str(error):
                raise
    if isinstance(node, h5py.Dataset):
        node[()]
with h5py.File(sys.argv[1], 'r') as file:
    read('/', file)
    file.visititems(read)
)";

bool Exists(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

LoadOptions LoadWhatIsThere(std::vector<std::string>* warnings) {
  LoadOptions options = LoadAll();
  options.leave_out_damaged = true;
  options.warnings = warnings;
  return options;
}

// What is there if there is no trajectory at all.
RunsCheck WithoutTrajectory(const Acknowledged& acknowledged,
                            absl::string_view reason) {
  RunsCheck check;
  if (!acknowledged.trajectory && acknowledged.runs.empty()) return check;
  check.lost = std::max<int64_t>(1, acknowledged.runs.size());
  check.problems.push_back(absl::StrCat("lost: all, ", reason));
  return check;
}

RunsCheck CheckLoaded(
    const absl::StatusOr<std::vector<std::string>>& names,
    const std::function<absl::StatusOr<std::unique_ptr<Trajectory>>(
        std::vector<std::string>* warnings)>& load,
    const Acknowledged& acknowledged, int64_t batch) {
  if (!names.ok()) {
    RunsCheck check = WithoutTrajectory(acknowledged, names.status().message());
    check.problems.push_back(std::string(names.status().message()));
    return check;
  }
  if (names->empty()) return WithoutTrajectory(acknowledged, "no trajectory");
  std::vector<std::string> warnings;
  const absl::StatusOr<std::unique_ptr<Trajectory>> trajectory =
      load(&warnings);
  if (!trajectory.ok()) {
    RunsCheck check =
        WithoutTrajectory(acknowledged, trajectory.status().message());
    check.problems.push_back(std::string(trajectory.status().message()));
    return check;
  }
  RunsCheck check = CompareRuns(**trajectory, acknowledged, batch);
  for (const std::string& warning : warnings) {
    check.problems.push_back(absl::StrCat("damaged: ", warning));
  }
  return check;
}

// As cppet reads it, with what its journal has.
RunsCheck ReadByService(const std::string& file,
                        const Acknowledged& acknowledged,
                        const CheckRunsOptions& options) {
  const absl::StatusOr<std::unique_ptr<StorageService>> service =
      OpenHdf5Storage(file, {.durability = options.durability});
  if (!service.ok()) return WithoutTrajectory(acknowledged, "no service");
  return CheckLoaded((*service)->List(),
                     [&](std::vector<std::string>* warnings) {
                       return (*service)->Load(kWorkloadName,
                                               LoadWhatIsThere(warnings));
                     },
                     acknowledged, options.batch);
}

// As all other programs read it.
RunsCheck ReadByHdf5(const std::string& file, const Acknowledged& acknowledged,
                     const CheckRunsOptions& options) {
  const hdf5::SilentErrors silent;
  const hdf5::Handle id(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (!id.ok()) {
    const std::string reason = hdf5::LastReason().text;
    RunsCheck check = WithoutTrajectory(acknowledged, reason);
    check.problems.push_back(absl::StrCat("HDF5 cannot open it: ", reason));
    return check;
  }
  const hdf5::Handle root(H5Gopen2(id.get(), "/", H5P_DEFAULT));
  return CheckLoaded(
      hdf5::ListTrajectories(root.get()),
      [&](std::vector<std::string>* warnings) {
        return hdf5::ReadTrajectory(root.get(), kWorkloadName,
                                    LoadWhatIsThere(warnings));
      },
      acknowledged, options.batch);
}

// The lines of what is said: "@step", "completed 3", "lost 3", "half 3", and
// "!problem". Of the numbers of all steps the largest counts.

void SayCheck(absl::string_view step, const RunsCheck& check, const Say& say) {
  say(absl::StrCat("lost ", check.lost, "\nhalf ", check.half, "\ncompleted ",
                   check.completed, "\n"));
  for (const std::string& problem : check.problems) {
    say(absl::StrCat("!", step, ": ",
                     absl::StrReplaceAll(problem, {{"\n", " "}}), "\n"));
  }
}

void CheckHere(const std::string& file, const Acknowledged& acknowledged,
               const CheckRunsOptions& options, const Say& say) {
  const auto begin = [&say](absl::string_view step) {
    say(absl::StrCat("@", step, "\n"));
    return step;
  };
  const bool recover =
      options.recover && options.durability != Durability::kNone;
  if (recover) {
    auto step = begin("cppet before recovery");
    SayCheck(step, ReadByService(file, acknowledged, options), say);
    step = begin("recovery");
    const absl::Status recovered = journal::RecoverFile(file).status();
    if (!recovered.ok()) {
      SayCheck(step, {.problems = {std::string(recovered.message())}}, say);
    }
  }
  auto step = begin("HDF5");
  SayCheck(step, ReadByHdf5(file, acknowledged, options), say);
  if (!options.recover) return;
  step = begin("check");
  const absl::StatusOr<std::vector<std::string>> problems = CheckHdf5File(file);
  SayCheck(step,
           {.problems = problems.ok() ? *problems
                                      : std::vector<std::string>{std::string(
                                            problems.status().message())}},
           say);
}

// The last step that began.
std::string LastStep(absl::string_view output) {
  std::string step = "start";
  for (absl::string_view line : absl::StrSplit(output, '\n')) {
    if (absl::ConsumePrefix(&line, "@")) step = std::string(line);
  }
  return step;
}

void AddOutput(absl::string_view output, RunsCheck* check) {
  for (absl::string_view line : absl::StrSplit(output, '\n')) {
    int64_t number = 0;
    if (absl::ConsumePrefix(&line, "!")) {
      check->problems.push_back(std::string(line));
    } else if (absl::ConsumePrefix(&line, "lost ")) {
      if (absl::SimpleAtoi(line, &number)) {
        check->lost = std::max(check->lost, number);
      }
    } else if (absl::ConsumePrefix(&line, "half ")) {
      if (absl::SimpleAtoi(line, &number)) {
        check->half = std::max(check->half, number);
      }
    } else if (absl::ConsumePrefix(&line, "completed ")) {
      if (absl::SimpleAtoi(line, &number)) {
        check->completed = std::max(check->completed, number);
      }
    }
  }
}

void ReadByPython(const std::string& file, absl::Duration timeout,
                  RunsCheck* check) {
  const absl::StatusOr<SubprocessResult> python = RunSubprocess(
      {"/usr/bin/python3", "-c", kReadAll, file}, {.timeout = timeout});
  if (!python.ok()) {
    check->problems.push_back(
        absl::StrCat("h5py: ", python.status().message()));
  } else if (!python->ok()) {
    check->problems.push_back(absl::StrCat("h5py: ", python->Describe(), " ",
                                           python->standard_error));
  }
}

}  // namespace

RunsCheck CheckRuns(const std::string& file, const Acknowledged& acknowledged,
                    const CheckRunsOptions& options) {
  if (!Exists(file)) return WithoutTrajectory(acknowledged, "no file");
  const IsolatedResult result = RunIsolated(
      [&](const Say& say) { CheckHere(file, acknowledged, options, say); },
      options.timeout);
  RunsCheck check;
  AddOutput(result.output, &check);
  if (!result.ended_well) {
    check.lost = acknowledged.runs.size();
    check.problems.push_back(
        absl::StrCat(LastStep(result.output), ": it ", result.end));
    return check;
  }
  if (options.h5py) ReadByPython(file, options.timeout, &check);
  return check;
}

}  // namespace cppet
