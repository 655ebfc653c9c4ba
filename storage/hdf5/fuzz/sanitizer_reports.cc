#include "cppet/storage/hdf5/fuzz/sanitizer_reports.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

// Of sanitizers, if the program has one.
extern "C" void __sanitizer_set_death_callback(void (*callback)())
    __attribute__((weak));

namespace cppet {
namespace {

int file = -1;

// libFuzzer takes the death of a child for that of the program.
void BeginChild() {
  dup2(file, STDERR_FILENO);
  signal(SIGABRT, SIG_DFL);
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(nullptr);
  }
}

}  // namespace

SanitizerReports::SanitizerReports() {
  file = memfd_create("reports", MFD_CLOEXEC);
  if (file < 0 || fcntl(file, F_SETFL, O_APPEND) != 0 ||
      pthread_atfork(nullptr, nullptr, BeginChild) != 0) {
    abort();
  }
}

std::string SanitizerReports::Take() const {
  struct stat info = {};
  if (fstat(file, &info) != 0) abort();
  std::string report(info.st_size, '\0');
  if (pread(file, report.data(), report.size(), 0) != info.st_size ||
      ftruncate(file, 0) != 0) {
    abort();
  }
  return report;
}

bool IsOurFault(absl::string_view report) {
  for (absl::string_view line : absl::StrSplit(report, '\n')) {
    // Only our code is built with what looks for undefined behaviour.
    if (absl::StrContains(line, "runtime error:")) return true;
    if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "#")) {
      continue;
    }
    // From the innermost call outwards.
    if (absl::StrContains(line, "libhdf5")) return false;
    if (absl::StrContains(line, "cppet::")) return true;
  }
  return false;
}

}  // namespace cppet
