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
#include "cppet/environment/calls/registered_run_function.h"
#include "cppet/environment/calls/run_function.h"
#include "cppet/trajectory/run.h"

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
#define CPPET_REGISTER_RUN_FUNCTION(...)                       \
  [[maybe_unused]] static const bool CPPET_RUN_REGISTRY_JOIN_( \
      cppet_registered_run_function_, __LINE__) =              \
      ::cppet::run_registry_internal::Register(#__VA_ARGS__, &__VA_ARGS__)

#define CPPET_RUN_REGISTRY_JOIN_(a, b) CPPET_RUN_REGISTRY_JOIN_NOW_(a, b)
#define CPPET_RUN_REGISTRY_JOIN_NOW_(a, b) a##b

namespace cppet::run_registry_internal {

template <typename Function>
absl::StatusOr<std::string> EncodeArguments(const void* arguments) {
  using Arguments = typename RunFunctionTraits<Function>::Arguments;
  absl::StatusOr<std::string> bytes =
      EncodeWithCereal(*static_cast<const Arguments*>(arguments));
  if (bytes.ok()) return bytes;
  return WithPrefix("an argument of the run function", bytes.status());
}

template <typename Function>
absl::StatusOr<RunFunction> Bind(FunctionPointer pointer,
                                 absl::string_view bytes) {
  using Arguments = typename RunFunctionTraits<Function>::Arguments;
  absl::StatusOr<Arguments> arguments = DecodeWithCereal<Arguments>(bytes);
  if (!arguments.ok()) {
    return WithPrefix("the arguments of the run function", arguments.status());
  }
  return RunFunction([function = reinterpret_cast<Function>(pointer),
                      arguments = *std::move(arguments)](Run& run) mutable {
    return std::apply(
        [&](const auto&... args) {
          return CallAndEncode(function, run, args...);
        },
        arguments);
  });
}

template <typename... Parameters>
constexpr bool AreSerializable(const std::tuple<Parameters...>*) {
  return (kIsCerealSerializable<Parameters> && ...);
}

template <typename Function>
bool Register(absl::string_view name, Function function) {
  using Traits = RunFunctionTraits<Function>;
  static_assert(Traits::value,
                "CPPET_REGISTER_RUN_FUNCTION needs a function that takes a "
                "cppet::Run&, and arguments if there are any");
  if constexpr (Traits::value) {
    static_assert(
        AreSerializable(
            static_cast<const typename Traits::Arguments*>(nullptr)),
        "a run function that is registered cannot have an argument of this "
        "type: include what makes cereal serialise it, or take a std::string "
        "for text");
    RegisteredRunFunction registered;
    registered.name = std::string(name);
    registered.function = reinterpret_cast<FunctionPointer>(function);
    registered.signature = TypeName(typeid(typename Traits::Signature));
    registered.returned = typeid(typename Traits::Returned);
    registered.encode = &EncodeArguments<Function>;
    registered.bind = &Bind<Function>;
    RegisterRunFunction(std::move(registered));
  }
  return true;
}

}  // namespace cppet::run_registry_internal

#endif  // CPPET_ENVIRONMENT_RUN_REGISTRY_H_
