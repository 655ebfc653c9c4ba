#include "cppet/environment/calls/type_name.h"

#include <cxxabi.h>

#include <cstdlib>

namespace cppet {

std::string TypeName(std::type_index type) {
  int error = 0;
  char* demangled = abi::__cxa_demangle(type.name(), nullptr, nullptr, &error);
  std::string name = error == 0 ? demangled : type.name();
  std::free(demangled);
  return name;
}

}  // namespace cppet
