#ifndef CPPET_BASE_PICKLE_WRITER_H_
#define CPPET_BASE_PICKLE_WRITER_H_

#include <string>

#include "cppet/base/pickle/object.h"

namespace cppet::pickle {

// Returns a pickle that Python and Read make `object` of, in the newest of the
// protocols 0, 2 and 4 that is not above `protocol`. Protocol 0 is a text of
// ASCII without NUL.
//
//   Write(*Make(List{{Make(Int{1}), Make(Text{"a"})}}), 0)  // "(lI1\naVa\na."
//
// What `object` shares is shared in the pickle. It is nested at most some
// thousand deep.
std::string Write(const Object& object, int protocol);

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_WRITER_H_
