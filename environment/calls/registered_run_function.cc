#include "cppet/environment/calls/registered_run_function.h"

#include <cxxabi.h>

#include <cstdlib>
#include <list>

#include "absl/strings/str_cat.h"

namespace cppet {
namespace {

// Grows before main only, or when a library is loaded; entries stay in place.
std::list<RegisteredRunFunction>& Registry() {
  static auto& registry = *new std::list<RegisteredRunFunction>();
  return registry;
}

}  // namespace

void RegisterRunFunction(RegisteredRunFunction function) {
  Registry().push_back(std::move(function));
}

absl::StatusOr<const RegisteredRunFunction*> FindRunFunction(
    FunctionPointer function) {
  for (const RegisteredRunFunction& registered : Registry()) {
    if (registered.function != function) continue;
    // Its name must lead back to it.
    CPPET_RETURN_IF_ERROR(FindRunFunction(registered.name).status());
    return &registered;
  }
  return absl::FailedPreconditionError(
      "runs can only be continued if their function has a name by which "
      "another process finds it: write "
      "CPPET_REGISTER_RUN_FUNCTION(TheFunction); outside of all functions "
      "(cppet/environment/run_registry.h), and give Run the function itself, "
      "no lambda");
}

absl::StatusOr<const RegisteredRunFunction*> FindRunFunction(
    absl::string_view name) {
  const RegisteredRunFunction* found = nullptr;
  for (const RegisteredRunFunction& registered : Registry()) {
    if (registered.name != name) continue;
    if (found != nullptr && found->function != registered.function) {
      return absl::FailedPreconditionError(absl::StrCat(
          "CPPET_REGISTER_RUN_FUNCTION(", name, ") stands for two functions: ",
          found->signature, " and ", registered.signature));
    }
    found = &registered;
  }
  if (found == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("this program has no CPPET_REGISTER_RUN_FUNCTION(", name,
                     "), or does not link what has it"));
  }
  return found;
}

std::string TypeName(std::type_index type) {
  int error = 0;
  char* demangled = abi::__cxa_demangle(type.name(), nullptr, nullptr, &error);
  std::string name = error == 0 ? demangled : type.name();
  std::free(demangled);
  return name;
}

}  // namespace cppet
