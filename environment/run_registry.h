#ifndef CPPET_ENVIRONMENT_RUN_REGISTRY_H_
#define CPPET_ENVIRONMENT_RUN_REGISTRY_H_

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cereal/types/string.hpp"
#include "cereal/types/tuple.hpp"
#include "cereal/types/utility.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/environment/calls/cereal_codec.h"
#include "cppet/environment/calls/postprocessing.h"
#include "cppet/environment/calls/registered_function.h"
#include "cppet/environment/calls/run_function.h"
#include "cppet/environment/calls/type_name.h"
#include "cppet/environment/run_results.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"

// Gives a run function a name, as it stands here, by which a later process of
// the program finds it. That is what an environment with `continuable` needs of
// the function that is given to Environment::Run.
//
//   absl::StatusOr<double> Multiply(cppet::Run& run, int factor);
//   CPPET_REGISTER_RUN_FUNCTION(Multiply);
//   ...
//   env->Run(Multiply, 3)
//
// It stands in a .cc, outside of all functions; of a library, one with
// `alwayslink = True`. The function takes a cppet::Run& and arguments that can
// be copied and that cereal saves and loads: numbers, enums, std::string,
// std::vector, std::pair and std::tuple as it is, others with cereal's header
// for them or a `serialize` of their own. What it returns is a matter of
// return_codec.h, and of cereal_return.h if that is included before.
//
// Two different functions of one name are an error when one of them is to be
// run or continued.
#define CPPET_REGISTER_RUN_FUNCTION(...) \
  CPPET_RUN_REGISTRY_REGISTER_(RunFunctionTraits, __VA_ARGS__)

// The same for a post-processing, which is given to
// Environment::AddPostprocessing:
//
//   absl::StatusOr<cppet::Space> Refine(
//       cppet::Trajectory& traj, const cppet::RunResults<double>& results);
//   CPPET_REGISTER_POSTPROCESSING(Refine);
#define CPPET_REGISTER_POSTPROCESSING(...) \
  CPPET_RUN_REGISTRY_REGISTER_(PostprocessingTraits, __VA_ARGS__)

#define CPPET_RUN_REGISTRY_REGISTER_(traits, ...)                             \
  [[maybe_unused]] static const bool CPPET_RUN_REGISTRY_JOIN_(                \
      cppet_registered_function_, __LINE__) =                                 \
      ::cppet::run_registry_internal::Register<::cppet::traits>(#__VA_ARGS__, \
                                                                &__VA_ARGS__)
#define CPPET_RUN_REGISTRY_JOIN_(a, b) CPPET_RUN_REGISTRY_JOIN_NOW_(a, b)
#define CPPET_RUN_REGISTRY_JOIN_NOW_(a, b) a##b

namespace cppet::run_registry_internal {

template <typename Arguments>
absl::StatusOr<std::string> EncodeArguments(const void* arguments) {
  absl::StatusOr<std::string> bytes =
      EncodeWithCereal(*static_cast<const Arguments*>(arguments));
  if (bytes.ok()) return bytes;
  return WithPrefix("an argument of the function", bytes.status());
}

template <typename Traits, typename Function>
RunFunction BindTo(RunFunction*, Function function,
                   typename Traits::Arguments arguments) {
  return [function, arguments = std::move(arguments)](Run& run) mutable {
    return std::apply(
        [&](const auto&... args) {
          return CallAndEncode(function, run, args...);
        },
        arguments);
  };
}

template <typename Traits, typename Function>
PostprocessingFunction BindTo(PostprocessingFunction*, Function function,
                              typename Traits::Arguments arguments) {
  return [function, arguments = std::move(arguments)](
             Trajectory& trajectory, const RunOutcome& outcome) mutable {
    return std::apply(
        [&](const auto&... args) {
          return CallPostprocessing<typename Traits::Results>(
              function, trajectory, outcome, args...);
        },
        arguments);
  };
}

template <typename Traits, typename Function>
absl::StatusOr<typename Traits::Bound> Bind(FunctionPointer pointer,
                                            absl::string_view bytes) {
  using Arguments = typename Traits::Arguments;
  absl::StatusOr<Arguments> arguments = DecodeWithCereal<Arguments>(bytes);
  if (!arguments.ok()) {
    return WithPrefix("the arguments of the function", arguments.status());
  }
  return BindTo<Traits>(static_cast<typename Traits::Bound*>(nullptr),
                        reinterpret_cast<Function>(pointer),
                        *std::move(arguments));
}

template <typename... Parameters>
constexpr bool AreSerializable(const std::tuple<Parameters...>*) {
  return (kIsCerealSerializable<Parameters> && ...);
}

template <template <typename> typename TraitsOf, typename Function>
bool Register(absl::string_view name, Function function) {
  using Traits = TraitsOf<Function>;
  static_assert(Traits::value,
                "CPPET_REGISTER_RUN_FUNCTION needs a function that takes a "
                "cppet::Run&, and CPPET_REGISTER_POSTPROCESSING one that takes "
                "a cppet::Trajectory& and a const cppet::RunResults<T>&, and "
                "arguments if there are any");
  if constexpr (Traits::value) {
    using Arguments = typename Traits::Arguments;
    static_assert(
        AreSerializable(static_cast<const Arguments*>(nullptr)),
        "a function that is registered cannot have an argument of this type: "
        "include what makes cereal serialise it, or take a std::string for "
        "text");
    RegisteredFunction<typename Traits::Bound> registered;
    registered.name = std::string(name);
    registered.function = reinterpret_cast<FunctionPointer>(function);
    registered.signature = TypeName(typeid(typename Traits::Signature));
    registered.results = typeid(typename Traits::Results);
    registered.encode = &EncodeArguments<Arguments>;
    registered.bind = &Bind<Traits, Function>;
    RegisterFunction(std::move(registered));
  }
  return true;
}

}  // namespace cppet::run_registry_internal

#endif  // CPPET_ENVIRONMENT_RUN_REGISTRY_H_
