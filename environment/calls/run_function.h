#ifndef CPPET_ENVIRONMENT_CALLS_RUN_FUNCTION_H_
#define CPPET_ENVIRONMENT_CALLS_RUN_FUNCTION_H_

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/environment/calls/return_codec.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// A run function whose type is forgotten: it returns the bytes of a
// ReturnCodec. It may throw.
using RunFunction = std::function<absl::StatusOr<std::string>(Run&)>;

// Takes what a completed run returned.
using TakeValue =
    std::function<absl::Status(int64_t index, absl::string_view value)>;

namespace run_function_internal {

template <typename T>
struct Unwrap {
  using type = KeptAs<T>;
  static constexpr bool kIsStatusOr = false;
};
template <>
struct Unwrap<void> {
  using type = std::monostate;
  static constexpr bool kIsStatusOr = false;
};
template <>
struct Unwrap<absl::Status> {
  using type = std::monostate;
  static constexpr bool kIsStatusOr = false;
};
template <typename T>
struct Unwrap<absl::StatusOr<T>> {
  using type = KeptAs<T>;
  static constexpr bool kIsStatusOr = true;
};

}  // namespace run_function_internal

// The T of RunResults<T> for a run function that takes a Run& and `Args`.
template <typename Function, typename... Args>
using ReturnedBy = typename run_function_internal::Unwrap<
    std::decay_t<std::invoke_result_t<Function&, Run&, const Args&...>>>::type;

// Calls `function` and encodes what it returns.
template <typename Function, typename... Args>
absl::StatusOr<std::string> CallAndEncode(Function& function, Run& run,
                                          const Args&... args) {
  using Returned =
      std::decay_t<std::invoke_result_t<Function&, Run&, const Args&...>>;
  using T = ReturnedBy<Function, Args...>;
  if constexpr (std::is_void_v<Returned>) {
    std::invoke(function, run, args...);
    return ReturnCodec<T>::Encode({});
  } else if constexpr (std::is_same_v<Returned, absl::Status>) {
    absl::Status status = std::invoke(function, run, args...);
    if (!status.ok()) return status;
    return ReturnCodec<T>::Encode({});
  } else if constexpr (run_function_internal::Unwrap<Returned>::kIsStatusOr) {
    Returned returned = std::invoke(function, run, args...);
    if (!returned.ok()) return std::move(returned).status();
    return ReturnCodec<T>::Encode(T(*std::move(returned)));
  } else {
    return ReturnCodec<T>::Encode(T(std::invoke(function, run, args...)));
  }
}

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_RUN_FUNCTION_H_
