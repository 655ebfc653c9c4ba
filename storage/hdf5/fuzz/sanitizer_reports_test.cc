#include "cppet/storage/hdf5/fuzz/sanitizer_reports.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(SanitizerReportsTest, GivesWhatChildrenSay) {
  const SanitizerReports reports;
  for (const std::string text : {"some report", "another"}) {
    const pid_t child = fork();
    if (child == 0) {
      if (write(STDERR_FILENO, text.data(), text.size()) < 0) abort();
      _exit(0);
    }
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    EXPECT_EQ(reports.Take(), text);
    EXPECT_EQ(reports.Take(), "");
  }
}

TEST(IsOurFaultTest, IsThatOfTheInnermostCall) {
  EXPECT_FALSE(IsOurFault(""));
  EXPECT_FALSE(IsOurFault(R"(
==1==ERROR: AddressSanitizer: heap-buffer-overflow
READ of size 600 at 0x61a000000e38 thread T0
    #0 0x7f25 in __interceptor_memcpy (/lib/libasan.so.8+0x4c)
    #1 0x7f26 in H5VM_memcpyvv (/lib/libhdf5_serial.so.103+0x2a)
    #2 0x7f27 in H5Dread (/lib/libhdf5_serial.so.103+0x2b)
    #3 0x55b1 in cppet::hdf5::ReadAll() storage/hdf5/api/dataset.cc:162)"));
  EXPECT_TRUE(IsOurFault(R"(
==1==ERROR: AddressSanitizer: heap-buffer-overflow
    #0 0x7f25 in __interceptor_memcpy (/lib/libasan.so.8+0x4c)
    #1 0x55b0 in cppet::hdf5::Decode() storage/hdf5/codecs/some.cc:16
    #2 0x7f27 in H5Z_pipeline (/lib/libhdf5_serial.so.103+0x2b))"));
}

TEST(IsOurFaultTest, IsAllUndefinedBehaviour) {
  EXPECT_TRUE(
      IsOurFault("some.cc:7:3: runtime error: shift exponent 64 is too large"));
}

}  // namespace
}  // namespace cppet
