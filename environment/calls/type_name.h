#ifndef CPPET_ENVIRONMENT_CALLS_TYPE_NAME_H_
#define CPPET_ENVIRONMENT_CALLS_TYPE_NAME_H_

#include <string>
#include <typeindex>

namespace cppet {

// "std::vector<double, std::allocator<double> >", as programs of one compiler
// all have it.
std::string TypeName(std::type_index type);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_TYPE_NAME_H_
