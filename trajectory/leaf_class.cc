#include "cppet/trajectory/leaf_class.h"

#include <array>
#include <exception>

#include "cppet/base/status_prefix.h"
#include "cppet/base/version.h"
#include "cppet/trajectory/value_check.h"

namespace cppet {
namespace {

// The result of `function`, which is the user's.
template <typename Function>
auto Call(const std::string& name, const char* what, const Function& function)
    -> decltype(function()) {
  try {
    auto result = function();
    if (result.ok()) return result;
    return WithPrefix(absl::StrCat(name, ": ", what), result.status());
  } catch (const std::exception& error) {
    return absl::InternalError(
        absl::StrCat(name, ": ", what, " threw an exception: ", error.what()));
  } catch (...) {
    return absl::InternalError(
        absl::StrCat(name, ": ", what, " threw an exception"));
  }
}

// A copy of its own: a variable may be that of the program, also within a
// shared object.
constexpr std::array<char, sizeof(kVersion)> CopyVersion() {
  std::array<char, sizeof(kVersion)> copy{};
  for (size_t i = 0; i < copy.size(); ++i) copy[i] = kVersion[i];
  return copy;
}

constexpr std::array<char, sizeof(kVersion)> kOwnVersion = CopyVersion();

}  // namespace

absl::StatusOr<Items> LeafClass::ToItems(const Value& object) const {
  absl::StatusOr<Items> items =
      Call(name_, "ToItems", [&] { return MakeItems(object); });
  if (!items.ok()) return items;
  const absl::Status fit = CheckItems(name_, *items);
  if (!fit.ok()) return fit;
  return items;
}

absl::StatusOr<Value> LeafClass::FromItems(const Items& items) const {
  return Call(name_, "FromItems", [&] { return MakeObject(items); });
}

namespace leaf_class_internal {

std::vector<const LeafClass*>& Registry() {
  static auto* const registry = new std::vector<const LeafClass*>();
  return *registry;
}

extern "C" const Library* cppet_leaf_class_library() {
  static const auto* const built_with = new std::string(absl::StrCat(
      kOwnVersion.data(), ", compiler ", __VERSION__, ", C++",
      __cplusplus / 100 % 100, ", values of ", sizeof(Value), " bytes"));
  static const Library library = {built_with->c_str(), &Registry()};
  return &library;
}

}  // namespace leaf_class_internal
}  // namespace cppet
