#include "cppet/environment/faults/disk_full_subject.h"

#include <unistd.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/subprocess.h"
#include "cppet/environment/faults/side_files.h"
#include "cppet/environment/faults/sweep_file.h"
#include "cppet/environment/options.h"

namespace cppet {
namespace {

constexpr char kSpecFile[] = "spec.yaml";

// Each run has 8 kB of numbers, which are not compressed.
constexpr absl::string_view kSpec = R"(trajectory: sweep
command: printf '{"last":%s,"numbers":[%s]}' {i} $(seq -s, {i} 1000) > $CPPET_RESULTS
parameters: {i: 0}
explore: {i: {range: [0, RUNS, 1]}}
environment: {complevel: 0, progress: never, durability: )";

// What a tool printed if it did not succeed.
std::string FailureOf(const std::vector<std::string>& argv,
                      std::string* printed) {
  SubprocessOptions options;
  options.timeout = absl::Seconds(20);
  const absl::StatusOr<SubprocessResult> result = RunSubprocess(argv, options);
  if (!result.ok()) return std::string(result.status().message());
  *printed = result->standard_output;
  if (result->ok()) return "";
  return absl::StrCat(argv.back(), " ", result->Describe(), ": ",
                      result->standard_output, result->standard_error);
}

}  // namespace

FaultySweepSubject::FaultySweepSubject(std::string program,
                                       const SweepMode& mode,
                                       Durability durability, int64_t runs)
    : program_(std::move(program)),
      mode_(mode),
      durability_(durability),
      runs_(runs) {}

std::string FaultySweepSubject::name() const {
  return absl::StrCat("faulty_sweep ", SweepModeName(mode_));
}

std::vector<std::string> FaultySweepSubject::Command(const std::string& folder,
                                                     const std::string& file,
                                                     bool go_on) const {
  const absl::string_view executor = !mode_.multiproc ? "in_process"
                                     : mode_.use_pool ? "pool"
                                                      : "fork";
  return {program_,
          absl::StrCat("--folder=", folder),
          absl::StrCat("--file=", file),
          absl::StrCat("--executor=", executor),
          absl::StrCat("--wrap_mode=", WrapModeName(mode_.wrap_mode)),
          absl::StrCat("--durability=", DurabilityName(durability_)),
          absl::StrCat("--runs=", runs_),
          absl::StrCat("--go_on=", go_on)};
}

DiskFullSubject::State FaultySweepSubject::Examine(
    const std::string& folder, const std::string& file) const {
  const SweepFileState found = ReadSweepFile(file);
  State state;
  state.damage = found.damage.empty() ? found.why_wrong : found.damage;
  state.digest = found.digest;
  for (const int64_t index : SideFiles(folder).Acks()) {
    if (found.completed.count(index) == 0) ++state.lost;
  }
  return state;
}

ExploreSubject::ExploreSubject(std::string explore, std::string inspect,
                               const SweepMode& mode, Durability durability,
                               int64_t runs)
    : explore_(std::move(explore)),
      inspect_(std::move(inspect)),
      mode_(mode),
      durability_(durability),
      runs_(runs) {}

std::string ExploreSubject::name() const {
  return absl::StrCat("explore ", SweepModeName(mode_));
}

absl::Status ExploreSubject::Prepare(const std::string& folder) {
  return WriteFile(
      absl::StrCat(folder, "/", kSpecFile),
      absl::StrCat(absl::StrReplaceAll(kSpec, {{"RUNS", absl::StrCat(runs_)}}),
                   DurabilityName(durability_), "}\n"));
}

std::vector<std::string> ExploreSubject::Command(const std::string& folder,
                                                 const std::string& file,
                                                 bool go_on) const {
  std::vector<std::string> command = {explore_,
                                      absl::StrCat(folder, "/", kSpecFile),
                                      absl::StrCat("--out=", file)};
  if (mode_.multiproc) {
    command.push_back("--jobs=2");
    command.push_back(
        absl::StrCat("--wrap_mode=", WrapModeName(mode_.wrap_mode)));
  }
  if (mode_.use_pool) command.push_back("--pool");
  if (go_on) command.push_back("--continue");
  return command;
}

DiskFullSubject::State ExploreSubject::Examine(const std::string& /*folder*/,
                                               const std::string& file) const {
  State state;
  if (access(file.c_str(), F_OK) != 0) return state;
  std::string printed;
  state.damage = FailureOf({inspect_, file, "--check"}, &printed);
  const std::string failure =
      FailureOf({inspect_, file, "--digest"}, &state.digest);
  // It may have run out of room before that was stored.
  if (state.damage.empty() &&
      !absl::StrContains(failure, "there is no trajectory in it")) {
    state.damage = failure;
  }
  return state;
}

}  // namespace cppet
