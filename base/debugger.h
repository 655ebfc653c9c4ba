#ifndef CPPET_BASE_DEBUGGER_H_
#define CPPET_BASE_DEBUGGER_H_

namespace cppet {

// Whether a debugger, or something like it (strace), follows this process now.
// False where there is no /proc.
bool UnderDebugger();

}  // namespace cppet

#endif  // CPPET_BASE_DEBUGGER_H_
