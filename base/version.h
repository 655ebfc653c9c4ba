#ifndef CPPET_BASE_VERSION_H_
#define CPPET_BASE_VERSION_H_

#include <string>

namespace cppet {

// What files say of the program that wrote them.
inline constexpr char kVersion[] = "cppet 0.1.0";

// The C++ standard and compiler that this was built with: "C++17 GCC 12.2.0".
std::string LanguageVersion();

}  // namespace cppet

#endif  // CPPET_BASE_VERSION_H_
