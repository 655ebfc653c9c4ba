#include "cppet/environment/calls/current_exception.h"

#include <cxxabi.h>

#include <exception>
#include <typeinfo>

#include "absl/strings/str_cat.h"
#include "cppet/environment/calls/type_name.h"

namespace cppet {

std::string CurrentException() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  const std::string threw =
      absl::StrCat("threw ", type == nullptr ? "an exception of unknown type"
                                             : TypeName(*type));
  try {
    throw;
  } catch (const std::exception& error) {
    return absl::StrCat(threw, ": ", error.what());
  } catch (...) {
    return threw;
  }
}

}  // namespace cppet
