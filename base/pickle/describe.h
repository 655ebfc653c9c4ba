#ifndef CPPET_BASE_PICKLE_DESCRIBE_H_
#define CPPET_BASE_PICKLE_DESCRIBE_H_

#include <string>

#include "cppet/base/pickle/object.h"

namespace cppet::pickle {

// Returns `object` as testdata/make_corpus.py describes it: much like Python's
// repr, but for the objects that are made by calls, which are
// "<module.name>(arguments)" and what is done to the result.
std::string Describe(const Object& object);

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_DESCRIBE_H_
