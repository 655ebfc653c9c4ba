#ifndef CPPET_ENVIRONMENT_CALLS_REGISTERED_RUN_FUNCTION_H_
#define CPPET_ENVIRONMENT_CALLS_REGISTERED_RUN_FUNCTION_H_

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
#include "cppet/environment/calls/run_function.h"
#include "cppet/trajectory/run.h"

namespace cppet {

// A function whose type is forgotten.
using FunctionPointer = void (*)();

// What is known of a function by CPPET_REGISTER_RUN_FUNCTION (run_registry.h).
struct RegisteredRunFunction {
  std::string name;
  FunctionPointer function = nullptr;
  // Its type: "double (cppet::Run&, int)".
  std::string signature;
  // The T of the RunResults<T> that it leads to.
  std::type_index returned = typeid(void);
  // The bytes of `arguments`, which points to a RunFunctionTraits::Arguments.
  absl::StatusOr<std::string> (*encode)(const void* arguments) = nullptr;
  // A call of `function` with arguments of those bytes.
  absl::StatusOr<RunFunction> (*bind)(FunctionPointer function,
                                      absl::string_view arguments) = nullptr;
};

// Makes `function` known. There is no error: who looks for it gets that.
void RegisterRunFunction(RegisteredRunFunction function);

// The registered function of that address or name, which stays where it is.
//
// Errors:
//   kFailedPrecondition: none is registered, and how to do so; or the name is
//     that of several functions.
absl::StatusOr<const RegisteredRunFunction*> FindRunFunction(
    FunctionPointer function);
absl::StatusOr<const RegisteredRunFunction*> FindRunFunction(
    absl::string_view name);

// "std::vector<double, std::allocator<double> >", as programs of one compiler
// all have it.
std::string TypeName(std::type_index type);

// Whether a function takes a Run& and arguments that can be copied.
template <typename Function>
struct RunFunctionTraits : std::false_type {};
template <typename Result, typename... Parameters>
struct RunFunctionTraits<Result (*)(Run&, Parameters...)> : std::true_type {
  using Signature = Result(Run&, Parameters...);
  using Arguments = std::tuple<std::decay_t<Parameters>...>;
  using Returned =
      ReturnedBy<Result (*)(Run&, Parameters...), std::decay_t<Parameters>...>;
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
template <typename Result, typename... Parameters>
struct RunFunctionTraits<Result (*)(Run&, Parameters...) noexcept>
    : RunFunctionTraits<Result (*)(Run&, Parameters...)> {};

// A call of a registered function.
struct RegisteredCall {
  const RegisteredRunFunction* function = nullptr;
  std::string arguments;  // encoded
};

// The call of `function` with `args`.
//
// Errors:
//   kFailedPrecondition: it is none that is registered.
//   kInvalidArgument: an argument cannot be encoded.
template <typename Function, typename... Args>
absl::StatusOr<RegisteredCall> MakeRegisteredCall(
    [[maybe_unused]] const Function& function,
    [[maybe_unused]] const Args&... args) {
  using Traits = RunFunctionTraits<Function>;
  if constexpr (Traits::value) {
    if constexpr (Traits::template Takes<Args...>()) {
      RegisteredCall call;
      CPPET_ASSIGN_OR_RETURN(
          call.function,
          FindRunFunction(reinterpret_cast<FunctionPointer>(function)));
      const typename Traits::Arguments arguments(args...);
      CPPET_ASSIGN_OR_RETURN(call.arguments, call.function->encode(&arguments));
      return call;
    }
  }
  return FindRunFunction(FunctionPointer(nullptr)).status();
}

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_REGISTERED_RUN_FUNCTION_H_
