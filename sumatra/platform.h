#ifndef CPPET_SUMATRA_PLATFORM_H_
#define CPPET_SUMATRA_PLATFORM_H_

#include <string>

namespace cppet {

// What Sumatra keeps of the machine that an experiment ran on.
struct Platform {
  std::string architecture_bits;  // "64bit"
  std::string architecture_linkage = "ELF";
  std::string machine;  // "x86_64"
  std::string network_name;
  std::string ip_addr = "127.0.0.1";
  std::string processor;  // Python knows none on Linux
  std::string release;    // of the kernel
  std::string system_name;
  std::string version;  // of the kernel's build
};

// Returns that of this machine, of which Sumatra without a network would make
// an equal row.
Platform ThisPlatform();

}  // namespace cppet

#endif  // CPPET_SUMATRA_PLATFORM_H_
