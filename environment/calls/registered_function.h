#ifndef CPPET_ENVIRONMENT_CALLS_REGISTERED_FUNCTION_H_
#define CPPET_ENVIRONMENT_CALLS_REGISTERED_FUNCTION_H_

#include <string>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/calls/postprocessing.h"
#include "cppet/environment/calls/run_function.h"
#include "cppet/environment/run_results.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// A function whose type is forgotten.
using FunctionPointer = void (*)();

// What is known of a function by CPPET_REGISTER_RUN_FUNCTION or
// CPPET_REGISTER_POSTPROCESSING (run_registry.h). `Bound`, a RunFunction or a
// PostprocessingFunction, is its call with arguments.
template <typename Bound>
struct RegisteredFunction {
  std::string name;
  FunctionPointer function = nullptr;
  // Its type: "double (cppet::Run&, int)".
  std::string signature;
  // The T of the RunResults<T> that it leads to or takes.
  std::type_index results = typeid(void);
  // The bytes of `arguments`, which points to the Arguments of its traits.
  absl::StatusOr<std::string> (*encode)(const void* arguments) = nullptr;
  // A call of `function` with arguments of those bytes.
  absl::StatusOr<Bound> (*bind)(FunctionPointer function,
                                absl::string_view arguments) = nullptr;
};
using RegisteredRunFunction = RegisteredFunction<RunFunction>;
using RegisteredPostprocessing = RegisteredFunction<PostprocessingFunction>;

// Makes `function` known. There is no error: who looks for it gets that.
template <typename Bound>
void RegisterFunction(RegisteredFunction<Bound> function);

// The registered function of that address or name, which stays where it is.
//
// Errors:
//   kFailedPrecondition: none is registered, and how to do so; or the name is
//     that of several functions.
template <typename Bound>
absl::StatusOr<const RegisteredFunction<Bound>*> FindFunction(
    FunctionPointer function);
template <typename Bound>
absl::StatusOr<const RegisteredFunction<Bound>*> FindFunction(
    absl::string_view name);

namespace registered_function_internal {

// Parameters besides those that every function of its kind has.
template <typename... Parameters>
struct ParametersTraits {
  using Arguments = std::tuple<std::decay_t<Parameters>...>;
  template <typename... Args>
  static constexpr bool Takes() {
    if constexpr (sizeof...(Args) == sizeof...(Parameters)) {
      return (std::is_constructible_v<std::decay_t<Parameters>, const Args&> &&
              ...);
    } else {
      return false;
    }
  }
};

}  // namespace registered_function_internal

// Whether a function takes a Run& and arguments that can be copied; and its
// Bound, Signature, Arguments, and the T of its RunResults<T> then.
template <typename Function>
struct RunFunctionTraits : std::false_type {
  using Bound = RunFunction;
};
template <typename R, typename... Parameters>
struct RunFunctionTraits<R (*)(Run&, Parameters...)>
    : std::true_type,
      registered_function_internal::ParametersTraits<Parameters...> {
  using Bound = RunFunction;
  using Signature = R(Run&, Parameters...);
  using Results =
      ReturnedBy<R (*)(Run&, Parameters...), std::decay_t<Parameters>...>;
};
template <typename R, typename... Parameters>
struct RunFunctionTraits<R (*)(Run&, Parameters...) noexcept>
    : RunFunctionTraits<R (*)(Run&, Parameters...)> {};

// The same for one that takes a Trajectory&, a const RunResults<T>& and
// arguments.
template <typename Function>
struct PostprocessingTraits : std::false_type {
  using Bound = PostprocessingFunction;
};
template <typename R, typename T, typename... Parameters>
struct PostprocessingTraits<R (*)(Trajectory&, const RunResults<T>&,
                                  Parameters...)>
    : std::true_type,
      registered_function_internal::ParametersTraits<Parameters...> {
  using Bound = PostprocessingFunction;
  using Signature = R(Trajectory&, const RunResults<T>&, Parameters...);
  using Results = T;
};
template <typename R, typename T, typename... Parameters>
struct PostprocessingTraits<R (*)(Trajectory&, const RunResults<T>&,
                                  Parameters...) noexcept>
    : PostprocessingTraits<R (*)(Trajectory&, const RunResults<T>&,
                                 Parameters...)> {};

// A call of a registered function.
template <typename Bound>
struct RegisteredCall {
  const RegisteredFunction<Bound>* function = nullptr;
  std::string arguments;  // encoded
};

// The call of `function`, whose traits are `Traits`, with `args`.
//
// Errors:
//   kFailedPrecondition: it is none that is registered.
//   kInvalidArgument: an argument cannot be encoded.
template <typename Traits, typename Function, typename... Args>
absl::StatusOr<RegisteredCall<typename Traits::Bound>> MakeRegisteredCall(
    [[maybe_unused]] const Function& function,
    [[maybe_unused]] const Args&... args) {
  using Bound = typename Traits::Bound;
  if constexpr (Traits::value) {
    if constexpr (Traits::template Takes<Args...>()) {
      RegisteredCall<Bound> call;
      CPPET_ASSIGN_OR_RETURN(
          call.function,
          FindFunction<Bound>(reinterpret_cast<FunctionPointer>(function)));
      const typename Traits::Arguments arguments(args...);
      CPPET_ASSIGN_OR_RETURN(call.arguments, call.function->encode(&arguments));
      return call;
    }
  }
  return FindFunction<Bound>(FunctionPointer(nullptr)).status();
}

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_REGISTERED_FUNCTION_H_
