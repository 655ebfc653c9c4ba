#ifndef CPPET_ENVIRONMENT_CALLS_POSTPROCESSING_H_
#define CPPET_ENVIRONMENT_CALLS_POSTPROCESSING_H_

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/run_results.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// A post-processing whose type is forgotten: it takes the RunResults<T> of one
// T, as what they derive from, and returns the points to run next, if any. It
// may throw.
using PostprocessingFunction =
    std::function<absl::StatusOr<Space>(Trajectory&, const RunOutcome&)>;

namespace postprocessing_internal {

// The T of a function that takes a Trajectory& and a const RunResults<T>&.
template <typename Function, typename = void>
struct Takes {};
template <typename R, typename T, typename... Args>
struct Takes<R (*)(Trajectory&, const RunResults<T>&, Args...)> {
  using type = T;
};
template <typename R, typename T, typename... Args>
struct Takes<R (*)(Trajectory&, const RunResults<T>&, Args...) noexcept> {
  using type = T;
};
template <typename R, typename C, typename T, typename... Args>
struct Takes<R (C::*)(Trajectory&, const RunResults<T>&, Args...)> {
  using type = T;
};
template <typename R, typename C, typename T, typename... Args>
struct Takes<R (C::*)(Trajectory&, const RunResults<T>&, Args...) const> {
  using type = T;
};
template <typename R, typename C, typename T, typename... Args>
struct Takes<R (C::*)(Trajectory&, const RunResults<T>&, Args...) noexcept> {
  using type = T;
};
template <typename R, typename C, typename T, typename... Args>
struct Takes<R (C::*)(Trajectory&, const RunResults<T>&, Args...)
                 const noexcept> {
  using type = T;
};
template <typename Function>
struct Takes<Function, std::void_t<decltype(&Function::operator())>>
    : Takes<decltype(&Function::operator())> {};

// What a post-processing returns, as the points to run next.
inline absl::StatusOr<Space> AsSpace(absl::Status status) {
  if (!status.ok()) return status;
  return Space();
}
inline absl::StatusOr<Space> AsSpace(Space space) { return space; }
inline absl::StatusOr<Space> AsSpace(std::optional<Space> space) {
  return space.has_value() ? *std::move(space) : Space();
}
template <typename T>
absl::StatusOr<Space> AsSpace(absl::StatusOr<T> space) {
  if (!space.ok()) return std::move(space).status();
  return AsSpace(*std::move(space));
}

}  // namespace postprocessing_internal

// The T of the RunResults<T> that `Function` takes. Of one with several
// signatures, such as a lambda with `auto`, it is not known.
template <typename Function>
using TakenBy = typename postprocessing_internal::Takes<Function>::type;

template <typename Function, typename = void>
inline constexpr bool kKnowsWhatItTakes = false;
template <typename Function>
inline constexpr bool
    kKnowsWhatItTakes<Function, std::void_t<TakenBy<Function>>> = true;

// Calls a post-processing of RunResults<T>.
template <typename T, typename Function, typename... Args>
absl::StatusOr<Space> CallPostprocessing(Function& function,
                                         Trajectory& trajectory,
                                         const RunOutcome& outcome,
                                         const Args&... args) {
  using Returned = std::invoke_result_t<Function&, Trajectory&,
                                        const RunResults<T>&, const Args&...>;
  const auto& results = static_cast<const RunResults<T>&>(outcome);
  if constexpr (std::is_void_v<Returned>) {
    std::invoke(function, trajectory, results, args...);
    return Space();
  } else {
    return postprocessing_internal::AsSpace(
        std::invoke(function, trajectory, results, args...));
  }
}

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_POSTPROCESSING_H_
