#ifndef CPPET_ENVIRONMENT_ENVIRONMENT_H_
#define CPPET_ENVIRONMENT_ENVIRONMENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/options.h"
#include "cppet/environment/run_function.h"
#include "cppet/environment/run_results.h"
#include "cppet/environment/sweep.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Runs a function at all points that a trajectory explores, in as many
// processes as wanted, and stores what comes of it.
//
//   auto env = cppet::Environment::Create(
//       {.trajectory = "product", .filename = "product.hdf5"}).value();
//   cppet::Trajectory& traj = env->trajectory();
//   const auto x = traj.AddParameter("x", 1.0, "First factor");
//   const auto y = traj.AddParameter("y", 1.0, "Second factor");
//   traj.Explore(cppet::CartesianProduct(x.In({1., 2.}), y.In({6., 7.})));
//   const auto results = env->Run([=](cppet::Run& run) {
//     return run.AddResult("z", run[x] * run[y], "Their product");
//   });
//
// It is used in one thread. Processes are forked while Run is at work, so no
// other thread should hold a lock then that a run function needs.
class Environment {
 public:
  // With a new trajectory.
  //
  // Errors:
  //   kInvalidArgument: an option has a value that it cannot have; named.
  //   kNotFound, kPermissionDenied, kFailedPrecondition: the folder of the file
  //     or of the logs cannot be used; named.
  static absl::StatusOr<std::unique_ptr<Environment>> Create(
      EnvironmentOptions options = {});
  // To go on with a trajectory, loaded from a file for example: only the runs
  // that are not completed will be run. The options `trajectory`, `add_time`
  // and `comment` mean nothing then. Errors as above.
  static absl::StatusOr<std::unique_ptr<Environment>> Create(
      std::unique_ptr<Trajectory> loaded, EnvironmentOptions options = {});

  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  Trajectory& trajectory() { return *trajectory_; }
  const Trajectory& trajectory() const { return *trajectory_; }

  // "environment_1a2b3c4_2026_11_24_22h10m22s": digits of hexsha(), and time().
  const std::string& name() const { return name_; }
  // A number that no other environment has, of 40 hexadecimal digits.
  const std::string& hexsha() const { return hexsha_; }
  // When it was made: Unix time, and as local time.
  double timestamp() const { return timestamp_; }
  std::string time() const;

  // The HDF5 file; empty if there is none.
  const std::string& filename() const { return filename_; }
  // Null if nothing can be stored.
  StorageService* storage() const { return storage_.get(); }
  // The folder of the logs; empty if there are none.
  const std::string& log_folder() const { return log_folder_; }

  // Calls `function` with a Run&, and `args` if there are any, for each run of
  // the trajectory that is not completed. It may return nothing, an
  // absl::Status, a value or an absl::StatusOr of one; return_codec.h says
  // which values. All parameters are locked from now on.
  //
  // A run that throws, returns an error, leaves one in its status, cannot be
  // stored, crashes or takes too long has failed: it is in failures() of what
  // is returned, its message is stored, and the others go on. It is run again
  // the next time.
  //
  // Each run is stored when it finished, and what the trajectory has besides
  // before the first and after the last one. When Run returns, the file is
  // closed and no process is left.
  //
  // In this process (without `multiproc`) a second signal, as graceful_exit
  // says, ends the program: there is no other way to stop the function. What
  // finished in the last 20 ms may not be stored then.
  //
  // Errors:
  //   Of trajectory().status(): building it failed.
  //   kAlreadyExists: there is a trajectory of that name in the file.
  //   Others of the storage, the log folder and the system. What was stored
  //   until then stays stored, and the trajectory can be loaded and continued.
  template <typename Function, typename... Args>
  absl::StatusOr<RunResults<ReturnedBy<Function, Args...>>> Run(
      Function function, Args... args);

  // Stores what of the trajectory is not stored yet, and closes the file. Run
  // does this by itself unless automatic_storing is false.
  //
  // Errors:
  //   kFailedPrecondition: there is nothing to store in.
  //   Others as Run.
  absl::Status Store();

 private:
  Environment(std::unique_ptr<Trajectory> trajectory,
              EnvironmentOptions options);

  absl::Status Init();
  absl::Status InitStorage();
  absl::StatusOr<SweepSummary> RunErased(const RunFunction& function,
                                         const TakeValue& take_value);

  std::unique_ptr<Trajectory> trajectory_;
  EnvironmentOptions options_;
  double timestamp_ = 0;
  std::string hexsha_;
  std::string name_;
  std::string filename_;
  std::string log_folder_;
  std::shared_ptr<StorageService> storage_;
};

template <typename Function, typename... Args>
absl::StatusOr<RunResults<ReturnedBy<Function, Args...>>> Environment::Run(
    Function function, Args... args) {
  using T = ReturnedBy<Function, Args...>;
  RunResults<T> results;
  const auto call = [&](cppet::Run& run) {
    return CallAndEncode(function, run, args...);
  };
  const auto take = [&](int64_t index, absl::string_view bytes) {
    absl::StatusOr<T> value = ReturnCodec<T>::Decode(bytes);
    if (value.ok()) results.Add(index, *std::move(value));
    return value.status();
  };
  CPPET_ASSIGN_OR_RETURN(SweepSummary summary, RunErased(call, take));
  for (RunFailure& failure : summary.failures) {
    results.AddFailure(std::move(failure));
  }
  results.set_interrupted(summary.interrupted);
  return results;
}

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_ENVIRONMENT_H_
