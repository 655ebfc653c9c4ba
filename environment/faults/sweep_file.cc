#include "cppet/environment/faults/sweep_file.h"

#include <unistd.h>

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/faults/in_child.h"
#include "cppet/environment/faults/run_faulty_sweep.h"
#include "cppet/environment/faults/stock_hdf5.h"
#include "cppet/environment/faults/sweep_values.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(20);

std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\n", " "}});
}

// A call whose status is all that comes of it, in a child.
absl::Status CheckInChild(absl::string_view what,
                          const std::function<absl::Status()>& call) {
  const absl::StatusOr<std::string> problem =
      CallInChild([&] { return std::string(call().message()); }, kTimeout);
  if (problem.ok() && problem->empty()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      what, ": ",
      OneLine(problem.ok() ? absl::string_view(*problem)
                           : absl::string_view(problem.status().message()))));
}

absl::Status Check(const std::string& path) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> problems,
                         CheckHdf5File(path));
  if (problems.empty()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(problems.size(), " problems, such as ", problems[0]));
}

absl::Status Recover(const std::string& path) {
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<StorageService> storage,
                         OpenHdf5Storage(path));
  const absl::StatusOr<std::unique_ptr<Trajectory>> loaded =
      storage->Load(kFaultySweep);
  if (absl::IsNotFound(loaded.status())) return absl::OkStatus();
  CPPET_RETURN_IF_ERROR(loaded.status());
  CPPET_RETURN_IF_ERROR(storage->Store(**loaded));
  return storage->Close();
}

// Lines of the state that ParseState understands.
std::string DescribeValues(const std::string& path) {
  absl::StatusOr<std::unique_ptr<StorageService>> storage =
      OpenHdf5Storage(path);
  const absl::StatusOr<std::unique_ptr<Trajectory>> loaded =
      (*storage)->Load(kFaultySweep, LoadAll());
  if (absl::IsNotFound(loaded.status())) return "";
  if (!loaded.ok()) {
    return absl::StrCat("damage ", OneLine(loaded.status().message()), "\n");
  }
  std::string lines;
  for (int64_t i = 0; i < (*loaded)->length(); ++i) {
    if (!(*loaded)->completed(i)) {
      if (!HasResults(**loaded, i)) continue;
      absl::StrAppend(&lines, "damage there is half of run ", i, "\n");
      continue;
    }
    absl::StrAppend(&lines, "completed ", i, "\n");
    const absl::Status status = CheckValues(**loaded, i);
    if (status.ok()) continue;
    absl::StrAppend(&lines, "wrong ", i, "\nwhy ", OneLine(status.message()),
                    "\n");
  }
  return absl::StrCat(lines, "digest ", ValuesDigest(**loaded), "\n");
}

void ParseState(absl::string_view lines, SweepFileState* state) {
  for (const absl::string_view line : absl::StrSplit(lines, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    int64_t index = 0;
    if (parts.first == "damage") state->damage = std::string(parts.second);
    if (parts.first == "why") state->why_wrong = std::string(parts.second);
    if (parts.first == "digest") state->digest = std::string(parts.second);
    if (!absl::SimpleAtoi(parts.second, &index)) continue;
    if (parts.first == "completed") state->completed.insert(index);
    if (parts.first == "wrong") state->wrong.insert(index);
  }
}

}  // namespace

absl::Status RecoverSweepFile(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) return absl::OkStatus();
  return CheckInChild("recovery", [&] { return Recover(path); });
}

SweepFileState ReadSweepFile(const std::string& path) {
  SweepFileState state;
  if (access(path.c_str(), F_OK) != 0) return state;
  absl::Status status =
      CheckInChild("stock HDF5", [&] { return ReadWithStockHdf5(path); });
  status.Update(CheckInChild("CheckHdf5File", [&] { return Check(path); }));
  const absl::StatusOr<std::string> lines =
      CallInChild([&] { return DescribeValues(path); }, kTimeout);
  if (lines.ok()) {
    ParseState(*lines, &state);
  } else {
    state.damage =
        absl::StrCat("load: ", absl::string_view(lines.status().message()));
  }
  if (!status.ok()) state.damage = std::string(status.message());
  return state;
}

}  // namespace cppet
