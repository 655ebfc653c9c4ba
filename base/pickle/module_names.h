#ifndef CPPET_BASE_PICKLE_MODULE_NAMES_H_
#define CPPET_BASE_PICKLE_MODULE_NAMES_H_

#include "cppet/base/pickle/object.h"

namespace cppet::pickle {

// Pickles of protocols below 3 have Python 2's names of classes, functions and
// modules, whoever writes them.

// Returns Python 3's name of what is `name` in Python 2.
Global FromPython2(Global name);

// Returns a name for which FromPython2 returns `name`.
Global ToPython2(Global name);

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_MODULE_NAMES_H_
