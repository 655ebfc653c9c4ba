#include "cppet/base/pickle/module_names.h"

#include <string>

#include "absl/strings/string_view.h"

namespace cppet::pickle {
namespace {

struct Renamed {
  absl::string_view old_module, old_name;
  absl::string_view module, name;
};

// What is found in data.
constexpr Renamed kRenamed[] = {
    {"__builtin__", "xrange", "builtins", "range"},
    {"__builtin__", "unicode", "builtins", "str"},
    {"__builtin__", "long", "builtins", "int"},
    {"__builtin__", "unichr", "builtins", "chr"},
    {"__builtin__", "reduce", "functools", "reduce"},
    {"UserDict", "UserDict", "collections", "UserDict"},
    {"UserDict", "IterableUserDict", "collections", "UserDict"},
    {"UserList", "UserList", "collections", "UserList"},
    {"UserString", "UserString", "collections", "UserString"},
};

}  // namespace

Global FromPython2(Global name) {
  for (const Renamed& renamed : kRenamed) {
    if (name.module == renamed.old_module && name.name == renamed.old_name) {
      return {std::string(renamed.module), std::string(renamed.name)};
    }
  }
  if (name.module == "__builtin__" || name.module == "exceptions") {
    name.module = "builtins";
  } else if (name.module == "copy_reg") {
    name.module = "copyreg";
  }
  return name;
}

Global ToPython2(Global name) {
  if (name.module == "builtins") {
    name.module = "__builtin__";
  } else if (name.module == "copyreg") {
    name.module = "copy_reg";
  }
  return name;
}

}  // namespace cppet::pickle
