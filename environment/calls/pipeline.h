#ifndef CPPET_ENVIRONMENT_CALLS_PIPELINE_H_
#define CPPET_ENVIRONMENT_CALLS_PIPELINE_H_

#include <tuple>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/environment/calls/run_function.h"

namespace cppet {

// What a pipeline (Environment::Pipeline) returns, taken apart:
//
//   kRuns            whether it has a function of runs
//   kPostprocesses   whether it has a post-processing as well
//   T                that of the RunResults<T>
//   Returned         what it returns, without an absl::StatusOr around it
//   Run(), Post()    the functions, each in a tuple with its arguments
//
// A function alone.
template <typename Function>
struct PipelineParts {
  static constexpr bool kRuns = true;
  static constexpr bool kPostprocesses = false;
  using T = ReturnedBy<Function>;
  using Returned = Function;
  static std::tuple<Function> Run(Function function) {
    return {std::move(function)};
  }
};

// A function and arguments.
template <typename Function, typename... Args>
struct PipelineParts<std::tuple<Function, Args...>> {
  static constexpr bool kRuns = true;
  static constexpr bool kPostprocesses = false;
  using T = ReturnedBy<Function, Args...>;
  using Returned = std::tuple<Function, Args...>;
  static Returned Run(Returned call) { return call; }
};

// Two of these.
template <typename... Run_, typename... Post_>
struct PipelineParts<std::tuple<std::tuple<Run_...>, std::tuple<Post_...>>> {
  static constexpr bool kRuns = true;
  static constexpr bool kPostprocesses = true;
  using T = typename PipelineParts<std::tuple<Run_...>>::T;
  using Returned = std::tuple<std::tuple<Run_...>, std::tuple<Post_...>>;
  static std::tuple<Run_...> Run(const Returned& calls) {
    return std::get<0>(calls);
  }
  static std::tuple<Post_...> Post(const Returned& calls) {
    return std::get<1>(calls);
  }
};

// Nothing.
template <>
struct PipelineParts<void> {
  static constexpr bool kRuns = false;
  using T = std::monostate;
};
template <>
struct PipelineParts<absl::Status> : PipelineParts<void> {};

template <typename Returned>
struct PipelineParts<absl::StatusOr<Returned>> : PipelineParts<Returned> {};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_PIPELINE_H_
