#include "cppet/environment/calls/registered_function.h"

#include <list>

#include "absl/strings/str_cat.h"

namespace cppet {
namespace {

// What a kind of functions is called.
struct Kind {
  absl::string_view macro;
  absl::string_view given_to;
};

template <typename Bound>
Kind KindOf();
template <>
Kind KindOf<RunFunction>() {
  return {"CPPET_REGISTER_RUN_FUNCTION", "Run"};
}
template <>
Kind KindOf<PostprocessingFunction>() {
  return {"CPPET_REGISTER_POSTPROCESSING", "AddPostprocessing"};
}

// Grows before main only, or when a library is loaded; entries stay in place.
template <typename Bound>
std::list<RegisteredFunction<Bound>>& Registry() {
  static auto& registry = *new std::list<RegisteredFunction<Bound>>();
  return registry;
}

}  // namespace

template <typename Bound>
void RegisterFunction(RegisteredFunction<Bound> function) {
  Registry<Bound>().push_back(std::move(function));
}

template <typename Bound>
absl::StatusOr<const RegisteredFunction<Bound>*> FindFunction(
    FunctionPointer function) {
  for (const RegisteredFunction<Bound>& registered : Registry<Bound>()) {
    if (registered.function != function) continue;
    // Its name must lead back to it.
    CPPET_RETURN_IF_ERROR(FindFunction<Bound>(registered.name).status());
    return &registered;
  }
  const Kind kind = KindOf<Bound>();
  return absl::FailedPreconditionError(absl::StrCat(
      "runs can only be continued if their functions have names by which "
      "another process finds them: write ",
      kind.macro,
      "(TheFunction); outside of all functions "
      "(cppet/environment/run_registry.h), and give ",
      kind.given_to, " the function itself, no lambda"));
}

template <typename Bound>
absl::StatusOr<const RegisteredFunction<Bound>*> FindFunction(
    absl::string_view name) {
  const Kind kind = KindOf<Bound>();
  const RegisteredFunction<Bound>* found = nullptr;
  for (const RegisteredFunction<Bound>& registered : Registry<Bound>()) {
    if (registered.name != name) continue;
    if (found != nullptr && found->function != registered.function) {
      return absl::FailedPreconditionError(
          absl::StrCat(kind.macro, "(", name, ") stands for two functions: ",
                       found->signature, " and ", registered.signature));
    }
    found = &registered;
  }
  if (found == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("this program has no ", kind.macro, "(", name,
                     "), or does not link what has it"));
  }
  return found;
}

template void RegisterFunction(RegisteredRunFunction function);
template void RegisterFunction(RegisteredPostprocessing function);
template absl::StatusOr<const RegisteredRunFunction*> FindFunction<RunFunction>(
    FunctionPointer function);
template absl::StatusOr<const RegisteredPostprocessing*>
FindFunction<PostprocessingFunction>(FunctionPointer function);
template absl::StatusOr<const RegisteredRunFunction*> FindFunction<RunFunction>(
    absl::string_view name);
template absl::StatusOr<const RegisteredPostprocessing*>
FindFunction<PostprocessingFunction>(absl::string_view name);

}  // namespace cppet
