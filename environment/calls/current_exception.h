#ifndef CPPET_ENVIRONMENT_CALLS_CURRENT_EXCEPTION_H_
#define CPPET_ENVIRONMENT_CALLS_CURRENT_EXCEPTION_H_

#include <string>

namespace cppet {

// In a catch block: "threw std::runtime_error: no convergence", or "threw int"
// for what is no std::exception.
std::string CurrentException();

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_CURRENT_EXCEPTION_H_
