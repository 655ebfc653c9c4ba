// Sweeps lif_neuron as a user does and holds each of its firing rates against
// the closed formula.

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

// Spikes a second at the current `nanoampere` with the parameters of
// lif_neuron.cc: one over the refractory period plus the time from rest to
// threshold. P. Dayan and L. F. Abbott, Theoretical Neuroscience (MIT Press
// 2001), section 5.4, eq. 5.11, with the refractory period added.
double FiringRate(double nanoampere, double tau_ref) {
  constexpr double kMegaohm = 40, kThreshold = 15, kTau = 10;
  const double steady = kMegaohm * nanoampere;
  if (steady <= kThreshold) return 0;
  return 1000 / (tau_ref + kTau * std::log(steady / (steady - kThreshold)));
}

TEST(FiCurveTest, FiresAtTheRateOfTheClosedFormula) {
  const TempDirectory folder;
  const std::string file = folder.Path("fi_curve.hdf5");
  absl::StatusOr<std::string> spec = ReadFile("examples/fi_curve.yaml");
  ASSERT_THAT(spec, IsOk());
  // No Bazel inside of a test: the program itself in place of its label.
  const char* sources = std::getenv("TEST_SRCDIR");
  const char* workspace = std::getenv("TEST_WORKSPACE");
  ASSERT_NE(sources, nullptr);
  ASSERT_NE(workspace, nullptr);
  const std::string program =
      absl::StrCat(sources, "/", workspace, "/examples/lif_neuron");
  const std::string own_spec = folder.Path("fi_curve.yaml");
  ASSERT_THAT(
      WriteFile(own_spec, absl::StrReplaceAll(
                              *spec, {{"//examples:lif_neuron", program}})),
      IsOk());
  const absl::StatusOr<SubprocessResult> sweep = RunSubprocess(
      {"tools/explore", own_spec, absl::StrCat("--out=", file), "--pool"});
  ASSERT_THAT(sweep, IsOk());
  ASSERT_EQ(sweep->exit_code, 0) << sweep->standard_error;

  const auto storage = OpenHdf5Storage(file);
  ASSERT_THAT(storage, IsOk());
  const auto traj = (*storage)->Load("fi_curve", LoadAll());
  ASSERT_THAT(traj, IsOk());
  ASSERT_EQ((*traj)->length(), 306);
  int firing = 0;
  for (int64_t i = 0; i < (*traj)->length(); ++i) {
    ASSERT_TRUE((*traj)->completed(i));
    const double current = *(*traj)->GetValue("neuron.I", i)->As<double>();
    const double tau_ref =
        *(*traj)->GetValue("neuron.tau_ref", i)->As<double>();
    const absl::StatusOr<double> rate =
        (*traj)->Get<double>(absl::StrCat("results.runs.run_", i, ".rate"));
    ASSERT_THAT(rate, IsOk());
    const double expected = FiringRate(current, tau_ref);
    // One spike falls onto the next time step of 0.01 ms; near the threshold
    // two seconds hold too few spikes for a rate.
    if (expected < 5) continue;
    ++firing;
    EXPECT_NEAR(*rate, expected, expected * 0.01 / 5 + 1e-9)
        << "at " << current << " nA and a refractory period of " << tau_ref;
  }
  EXPECT_GT(firing, 150);
}

}  // namespace
}  // namespace cppet
