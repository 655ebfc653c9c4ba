// Whole files, read isolated as `inspect` does. HDF5 may crash in the child at
// what is damaged; our code may not, nor may more memory be taken than is
// allowed, or a process be left.

#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/hdf5/fuzz/sanitizer_reports.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/read_options.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr absl::Duration kLongest = absl::Seconds(120);

// In kilobytes; some of it may be taken before anybody looks.
constexpr int64_t kMostMemory = (1 << 20) + (1 << 17);

constexpr Hdf5ReadOptions kIsolated = {.isolated = true};

absl::Status Load(const std::string& path, bool leave_out_damaged) {
  Hdf5StorageOptions options;
  options.reading = kIsolated;
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

std::string OutcomeOf(const absl::Status& status) {
  if (absl::StrContains(status.message(), "damaged so badly")) {
    return absl::StrContains(status.message(), "took longer") ? "hung"
                                                              : "crashed";
  }
  return absl::StatusCodeToString(status.code());
}

// The most that this process had in memory, or one of its children.
int64_t MostMemory(__rusage_who who) {
  rusage usage = {};
  if (getrusage(who, &usage) != 0) abort();
  return usage.ru_maxrss;
}

bool HasChildren() {
  return waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD;
}

void Require(bool holds, absl::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", std::string(what).c_str());
  abort();
}

class Reader {
 public:
  ~Reader() {
    for (const auto& [outcome, count] : outcomes_) {
      std::fprintf(stderr, "%s: %d\n", outcome.c_str(), count);
    }
    std::fprintf(stderr, "most memory: %ld MiB here, %ld MiB in a child\n",
                 MostMemory(RUSAGE_SELF) >> 10,
                 MostMemory(RUSAGE_CHILDREN) >> 10);
  }

  void Read(absl::string_view bytes) {
    const std::string path = directory_.Path("file.hdf5");
    if (!WriteFile(path, bytes).ok()) abort();
    // libFuzzer has what finds the names of functions.
    const bool had_children = HasChildren();
    const absl::Time start = absl::Now();
    ++outcomes_["load: " + OutcomeOf(Load(path, bytes.size() % 2 != 0))];
    ++outcomes_["check: " + OutcomeOf(CheckHdf5File(path, kIsolated).status())];
    const std::string report = reports_.Take();
    Require(!IsOurFault(report), report);
    Require(absl::Now() - start < kLongest, "took too long");
    Require(had_children || !HasChildren(), "left a process");
    Require(MostMemory(RUSAGE_CHILDREN) < MostMemory(RUSAGE_SELF) + kMostMemory,
            "took too much memory");
  }

 private:
  const TempDirectory directory_;
  const SanitizerReports reports_;
  std::map<std::string, int> outcomes_;
};

// One of our files.
std::string OurFile() {
  const TempDirectory directory;
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
  return ReadFile(path).value();
}

}  // namespace

// With files of pypet.
std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds = {OurFile()};
  for (const auto& entry :
       std::filesystem::directory_iterator("testdata/pypet")) {
    if (entry.path().extension() != ".hdf5") continue;
    seeds.push_back(ReadFile(entry.path()).value());
  }
  return seeds;
}

}  // namespace cppet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static cppet::Reader reader;
  reader.Read({reinterpret_cast<const char*>(data), size});
  return 0;
}
