#ifndef CPPET_ENVIRONMENT_ENVIRONMENT_H_
#define CPPET_ENVIRONMENT_ENVIRONMENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/calls/pipeline.h"
#include "cppet/environment/calls/postprocessing.h"
#include "cppet/environment/calls/registered_function.h"
#include "cppet/environment/calls/run_function.h"
#include "cppet/environment/experiment.h"
#include "cppet/environment/options.h"
#include "cppet/environment/run_results.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

class CodeVersion;
class Environment;
class SumatraRecording;

// What came of Environment::Continue.
template <typename T>
struct Continued {
  // Of the trajectory, for all but more runs.
  std::unique_ptr<Environment> environment;
  // Of all runs, those of earlier processes first.
  RunResults<T> results;
};

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
  //   kNotFound, kPermissionDenied, kFailedPrecondition: the folder of the
  //     file, the logs or the snapshots cannot be used; named.
  //   With `git_repository` or `sumatra_project`, those of CodeVersion and
  //     SumatraRecording, and
  //   kAlreadyExists: there is a trajectory of that name in the file.
  static absl::StatusOr<std::unique_ptr<Environment>> Create(
      EnvironmentOptions options = {});
  // To go on with a trajectory, loaded from a file for example: only the runs
  // that are not completed will be run. The options `trajectory`, `add_time`
  // and `comment` mean nothing then. Errors as above.
  static absl::StatusOr<std::unique_ptr<Environment>> Create(
      std::unique_ptr<Trajectory> loaded, EnvironmentOptions options = {});

  // Goes on with the runs of an environment with `continuable` whose process
  // did not come to their end: it was interrupted or killed, the machine
  // stopped, or runs failed. In the same program, perhaps mended meanwhile, but
  // for the types of run function and arguments:
  //
  //   auto continued =
  //       cppet::Environment::Continue<double>("product", "./continue");
  //   for (const auto& [index, value] : continued->results) ...
  //
  // T is that of the RunResults<T> that Run returns. Options, arguments and the
  // run function, by its name, are those of the last process, and so are its
  // post-processing and the file, wherever this process works. The function is
  // called once for each run that is not completed in the file, and for no
  // other; `results` has what all runs returned. If nothing is left to run, it
  // has that as well.
  //
  // Who wants other options or arguments loads the trajectory and gives it to
  // Create: Run goes on with the snapshots in `continue_folder` likewise.
  //
  // Errors, at which nothing was run or changed:
  //   kNotFound: there is no such snapshot, or its trajectory is not in its
  //     file; says whether it was killed before it stored anything, or what is
  //     missing.
  //   kFailedPrecondition: the run function is not registered in this program,
  //     or has another type; or the snapshots do not belong to the trajectory
  //     that is in the file.
  //   kDataLoss: a snapshot is damaged, or one of a completed run is missing;
  //     names the file, and how to go on without.
  //   kUnimplemented: a newer version wrote a snapshot.
  //   kUnavailable: another process is at these runs.
  // Others as Create and Run.
  template <typename T>
  static absl::StatusOr<Continued<T>> Continue(
      absl::string_view trajectory_name,
      const std::string& continue_folder = "./continue");

  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  Trajectory& trajectory() { return *trajectory_; }
  const Trajectory& trajectory() const { return *trajectory_; }

  // "environment_1a2b3c4_2026_11_24_22h10m22s": digits of hexsha(), and time().
  const std::string& name() const { return name_; }
  // A number that no other environment has, of 40 hexadecimal digits: that of
  // the commit that was made for it (see git_repository), else one of its own.
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

  // Which overview tables the file will have: the options
  // large_overview_tables, small_overview_tables, and summary_tables with
  // purge_duplicate_comments, for who knows better than when the environment
  // was made. storage() is another one afterwards.
  //
  // Errors:
  //   kFailedPrecondition: the trajectory is stored already, or is not to be
  //     stored in HDF5.
  absl::Status SetLargeOverview(bool on);
  absl::Status SetSmallOverview(bool on);
  absl::Status SetSummary(bool on);
  [[deprecated("set large_overview_tables in EnvironmentOptions")]] absl::Status
  SwitchOffLargeOverview() {
    return SetLargeOverview(false);
  }
  [[deprecated("set small_overview_tables in EnvironmentOptions")]] absl::Status
  SwitchOffSmallOverview() {
    return SetSmallOverview(false);
  }
  [[deprecated("set the overview tables in EnvironmentOptions")]] absl::Status
  SwitchOffAllOverview();

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
  // Then post-processing is called if there is one, see AddPostprocessing.
  //
  // With `continuable`, each run that is completed in the file has a snapshot
  // of what it returned as well, whenever the process ends. They are removed at
  // the end if all runs are completed. If the trajectory was stored before and
  // has snapshots, of the same function, what they have is in what is returned,
  // before the rest.
  //
  // Errors:
  //   Of trajectory().status(): building it failed.
  //   kFailedPrecondition: do_single_runs is false.
  //   kFailedPrecondition: a value is preset for what was never added.
  //   kInvalidArgument: the post-processing takes what other functions return.
  //   Those of the post-processing, once all is stored.
  //   kAlreadyExists: there is a trajectory of that name in the file, or there
  //     are snapshots of one.
  //   kFailedPrecondition, with `continuable`: `function` is not registered,
  //     see run_registry.h.
  //   Those of Continue, with `continuable`.
  //   Others of the storage, the log folder and the system. What was stored
  //   until then stays stored, and the trajectory can be loaded and continued.
  template <typename Function, typename... Args>
  absl::StatusOr<RunResults<ReturnedBy<Function, Args...>>> Run(
      Function function, Args... args);

  // Lets Run call `function` with the trajectory, the RunResults<T> of all runs
  // and `args` when the runs are finished, to analyse them, add results of the
  // whole, or look further: if it expands the trajectory, or returns points to
  // expand it by, the new runs are run as well, and then it is called again,
  // with the results of all runs until then; and so on.
  //
  //   env->AddPostprocessing(
  //       [=](cppet::Trajectory& traj,
  //           const cppet::RunResults<double>& results) -> cppet::Space {
  //         if (Error(results) < 1e-3) return {};
  //         return cppet::CartesianProduct(x.In(Refined(results)));
  //       });
  //
  // It may return nothing, an absl::Status, a Space, an optional one, or an
  // absl::StatusOr of these; no points mean that it is done. It is in the main
  // process and may use the trajectory as before the runs; what it adds is
  // stored. What runs added is in the file: load it through storage(). It is
  // not called when the runs were interrupted or too many failed. If it throws
  // or returns an error, all is stored, and Run returns the error; so it does
  // if there is one in the trajectory's status() then, but nothing of what it
  // did is stored.
  //
  // T, that of the run function, is known by `function` unless that has `auto`
  // for a parameter: AddPostprocessing<double>(...) then. There is one
  // post-processing; another call replaces it.
  //
  // Errors:
  //   kFailedPrecondition, with `continuable`: `function` is not registered,
  //     see run_registry.h.
  template <typename Function, typename... Args>
  absl::Status AddPostprocessing(Function function, Args... args) {
    static_assert(kKnowsWhatItTakes<Function>,
                  "a post-processing takes a cppet::Trajectory& and a const "
                  "cppet::RunResults<T>&; if it has auto for a parameter, give "
                  "T: AddPostprocessing<T>(...)");
    return AddPostprocessing<TakenBy<Function>, Function, Args...>(
        std::move(function), std::move(args)...);
  }
  template <typename T, typename Function, typename... Args,
            typename = std::enable_if_t<std::is_invocable_v<
                Function&, Trajectory&, const RunResults<T>&, const Args&...>>>
  absl::Status AddPostprocessing(Function function, Args... args);

  // An experiment as one function, which is called with the trajectory: it adds
  // parameters, explores, and returns what to run then, in one of these forms:
  //
  //   function                                      to Run
  //   std::tuple(function, args...)                 to Run with arguments
  //   std::tuple(std::tuple(function, args...),     and a post-processing, with
  //              std::tuple(function, args...))     arguments if it has any
  //
  // or an absl::StatusOr of these. With do_single_runs = false it returns
  // nothing or an absl::Status: it works with the trajectory alone, which is
  // stored then.
  //
  // Errors: those of `pipeline`, Run and AddPostprocessing, and
  //   kFailedPrecondition: it returns nothing, but do_single_runs is true.
  template <typename Function>
  absl::StatusOr<RunResults<
      typename PipelineParts<std::invoke_result_t<Function&, Trajectory&>>::T>>
  Pipeline(Function pipeline);

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

  // What Continue goes on with.
  struct Begun {
    std::unique_ptr<Environment> environment;
    ExperimentCall call;
  };

  absl::Status Init();
  absl::Status InitStorage();
  // The last of what can fail: a commit cannot be taken back.
  absl::Status InitProvenance();
  absl::Status CheckNameIsFree();
  absl::Status OpenStorage();
  absl::Status CheckOverviewsCanChange() const;
  // As a debugger is at work, see lazy_debug.
  bool stores_nothing() const { return !warning_.empty(); }
  // `results` is the T of RunResults<T>.
  static absl::StatusOr<Begun> OpenBegun(absl::string_view trajectory_name,
                                         const std::string& continue_folder,
                                         const std::type_info& results);
  absl::Status RunErased(ExperimentCall call, const TakeValue& take_value,
                         const std::type_info& results, RunOutcome& outcome);
  template <typename T>
  absl::StatusOr<RunResults<T>> RunCall(ExperimentCall call);
  absl::Status PipelineWithoutRuns(
      const std::function<absl::Status()>& pipeline, RunOutcome& outcome);

  std::unique_ptr<Trajectory> trajectory_;
  EnvironmentOptions options_;
  double timestamp_ = 0;
  std::string hexsha_;
  std::string name_;
  std::string filename_;
  std::string log_folder_;
  std::shared_ptr<StorageService> storage_;
  std::string warning_;  // that nothing is stored, if that is so
  std::optional<Postprocessing> postprocessing_;
  std::unique_ptr<CodeVersion> code_;            // with git_repository
  std::unique_ptr<SumatraRecording> recording_;  // with sumatra_project
};

template <typename T>
absl::StatusOr<RunResults<T>> Environment::RunCall(ExperimentCall call) {
  RunResults<T> results;
  const auto take = [&](int64_t index, absl::string_view bytes) {
    absl::StatusOr<T> value = ReturnCodec<T>::Decode(bytes);
    if (value.ok()) results.Add(index, *std::move(value));
    return value.status();
  };
  CPPET_RETURN_IF_ERROR(RunErased(std::move(call), take, typeid(T), results));
  return results;
}

template <typename Function, typename... Args>
absl::StatusOr<RunResults<ReturnedBy<Function, Args...>>> Environment::Run(
    Function function, Args... args) {
  ExperimentCall call;
  if (options_.continuable) {
    CPPET_ASSIGN_OR_RETURN(
        call.registered,
        MakeRegisteredCall<RunFunctionTraits<Function>>(function, args...));
  }
  call.function = [&](cppet::Run& run) {
    return CallAndEncode(function, run, args...);
  };
  return RunCall<ReturnedBy<Function, Args...>>(std::move(call));
}

template <typename T, typename Function, typename... Args, typename>
absl::Status Environment::AddPostprocessing(Function function, Args... args) {
  Postprocessing postprocessing;
  postprocessing.results = typeid(T);
  if (options_.continuable) {
    CPPET_ASSIGN_OR_RETURN(
        postprocessing.registered,
        MakeRegisteredCall<PostprocessingTraits<Function>>(function, args...));
  }
  postprocessing.function = [function = std::move(function),
                             args = std::tuple(std::move(args)...)](
                                Trajectory& trajectory,
                                const RunOutcome& outcome) mutable {
    return std::apply(
        [&](const auto&... args) {
          return CallPostprocessing<T>(function, trajectory, outcome, args...);
        },
        args);
  };
  postprocessing_ = std::move(postprocessing);
  return absl::OkStatus();
}

template <typename Function>
absl::StatusOr<RunResults<
    typename PipelineParts<std::invoke_result_t<Function&, Trajectory&>>::T>>
Environment::Pipeline(Function pipeline) {
  using Returned = std::invoke_result_t<Function&, Trajectory&>;
  using Parts = PipelineParts<Returned>;
  if constexpr (!Parts::kRuns) {
    RunResults<typename Parts::T> none;
    const auto call = [&]() -> absl::Status {
      if constexpr (std::is_void_v<Returned>) {
        std::invoke(pipeline, *trajectory_);
        return absl::OkStatus();
      } else {
        return std::invoke(pipeline, *trajectory_);
      }
    };
    CPPET_RETURN_IF_ERROR(PipelineWithoutRuns(call, none));
    return none;
  } else {
    absl::StatusOr<typename Parts::Returned> parts =
        std::invoke(pipeline, *trajectory_);
    CPPET_RETURN_IF_ERROR(parts.status());
    if constexpr (Parts::kPostprocesses) {
      CPPET_RETURN_IF_ERROR(std::apply(
          [this](auto... call) {
            return AddPostprocessing(std::move(call)...);
          },
          Parts::Post(*parts)));
    }
    return std::apply([this](auto... call) { return Run(std::move(call)...); },
                      Parts::Run(*std::move(parts)));
  }
}

template <typename T>
absl::StatusOr<Continued<T>> Environment::Continue(
    absl::string_view trajectory_name, const std::string& continue_folder) {
  CPPET_ASSIGN_OR_RETURN(
      Begun begun, OpenBegun(trajectory_name, continue_folder, typeid(T)));
  Continued<T> continued;
  CPPET_ASSIGN_OR_RETURN(continued.results,
                         begun.environment->RunCall<T>(std::move(begun.call)));
  continued.environment = std::move(begun.environment);
  return continued;
}

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_ENVIRONMENT_H_
