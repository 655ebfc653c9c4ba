// Whatever a file is, reading it isolated gives a value or an error:
//
//   damaged_files_test [RUNS [SEED [FOLDER]]]
//
// Files that crash or hang the process that reads them are put into FOLDER.

#include <sys/wait.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/fuzz/mutation.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/read_options.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr int64_t kRuns = 60;
constexpr absl::Duration kLongest = absl::Seconds(120);

// Files of pypet, and one of ours.
std::vector<std::string> WholeFiles(const TempDirectory& directory) {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator("testdata/pypet")) {
    if (entry.path().extension() != ".hdf5") continue;
    files.push_back(ReadFile(entry.path()).value());
  }
  const std::string path = directory.Path("ours.hdf5");
  Trajectory trajectory("ours", "A comment");
  const auto x = trajectory.AddParameter("x", 1.5);
  trajectory.AddParameter("texts", std::vector<std::string>{"a", "bc"});
  trajectory.AddResult("many", Value(std::vector<double>(5000, 0.5)))
      .IgnoreError();
  trajectory.AddResult("dict", Value(Dict{{{"a", 1}}})).IgnoreError();
  trajectory.Explore(x.In({1, 2, 3})).IgnoreError();
  const auto storage = OpenHdf5Storage(path).value();
  if (!storage->Store(trajectory).ok() || !storage->Close().ok()) abort();
  files.push_back(ReadFile(path).value());
  return files;
}

// What became of the attempts to read, and how often.
using Outcomes = std::map<std::string, int64_t>;

std::string OutcomeOf(const absl::Status& status) {
  if (absl::StrContains(status.message(), "damaged so badly")) {
    return absl::StrContains(status.message(), "took longer") ? "hung"
                                                              : "crashed";
  }
  return absl::StatusCodeToString(status.code());
}

absl::Status Load(const std::string& path, bool leave_out_damaged) {
  Hdf5StorageOptions options;
  options.reading.isolated = true;
  const auto storage = OpenHdf5Storage(path, options).value();
  const auto names = storage->List();
  if (!names.ok()) return names.status();
  LoadOptions load = LoadAll();
  load.leave_out_damaged = leave_out_damaged;
  absl::Status status;
  for (const std::string& name : *names) {
    status.Update(storage->Load(name, load).status());
  }
  return status;
}

bool LeftProcesses() {
  return waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD;
}

bool IsFatal(const std::string& outcome) {
  return outcome == "crashed" || outcome == "hung";
}

// `folder` may be empty: then nothing is kept.
int Run(int64_t runs, int64_t seed, const std::string& folder) {
  const TempDirectory directory;
  const std::vector<std::string> files = WholeFiles(directory);
  const std::string path = directory.Path("damaged.hdf5");
  std::mt19937 random(seed);
  Outcomes outcomes;
  for (int64_t run = 0; run < runs; ++run) {
    const std::string& whole = files[random() % files.size()];
    const std::string damaged = Damaged(whole, &random);
    if (!WriteFile(path, damaged).ok()) return EXIT_FAILURE;
    const absl::Time start = absl::Now();
    const std::string load = OutcomeOf(Load(path, run % 2 != 0));
    const std::string check =
        OutcomeOf(CheckHdf5File(path, {.isolated = true}).status());
    ++outcomes["load: " + load];
    ++outcomes["check: " + check];
    if (!folder.empty() && (IsFatal(load) || IsFatal(check))) {
      const std::string kept =
          absl::StrCat(folder, "/", seed, "_", run, ".hdf5");
      if (!WriteFile(kept, damaged).ok()) return EXIT_FAILURE;
    }
    if (LeftProcesses() || absl::Now() - start > kLongest) {
      std::printf("run %lld left a process, or took too long\n",
                  static_cast<long long>(run));  // NOLINT
      return EXIT_FAILURE;
    }
  }
  for (const auto& [outcome, count] : outcomes) {
    std::printf("%s: %lld\n", outcome.c_str(),
                static_cast<long long>(count));  // NOLINT
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace cppet

int main(int argc, char** argv) {
  return cppet::Run(argc > 1 ? std::atoll(argv[1]) : cppet::kRuns,
                    argc > 2 ? std::atoll(argv[2]) : 1,
                    argc > 3 ? argv[3] : "");
}
