#include "cppet/environment/logs/log_line.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::Le;
using ::testing::SizeIs;

const absl::TimeZone kZone = absl::FixedTimeZone(3600);
const absl::Time kTime =
    absl::FromCivil(absl::CivilSecond(2026, 1, 4, 2, 34, 5), kZone) +
    absl::Milliseconds(79);

TEST(LogLineTest, StartsWithTimeProcessAndLabel) {
  EXPECT_EQ(LogLineStart(kTime, kZone, "process_4", "ERROR").text(),
            "2026-01-04 02:34:05.079 process_4 ERROR   ");
}

TEST(LogLineTest, CutsALongNameOfAProcess) {
  const LogLineStart start(kTime, kZone, std::string(1000, 'x'), "STDOUT");
  EXPECT_THAT(std::string(start.text()),
              AllOf(SizeIs(Le(128)), EndsWith("xxx STDOUT  ")));
}

TEST(LogLineTest, WritesAnyBytesAsOneLine) {
  const TempDirectory folder;
  const UniqueFd fd(open(folder.Path("log").c_str(), O_WRONLY | O_CREAT, 0666));
  const absl::string_view bytes("\0\xff\r", 3);
  const LogLineStart start(kTime, kZone, "main", "STDOUT");
  WriteLogLine(fd.get(), start, bytes);
  WriteLogLine(fd.get(), start, "");
  EXPECT_THAT(ReadFile(folder.Path("log")),
              IsOkAndHolds(
                  absl::StrCat(start.text(), bytes, "\n", start.text(), "\n")));
}

TEST(LogLineTest, WhatCannotBeWrittenIsLost) {
  const UniqueFd full(open("/dev/full", O_WRONLY));
  WriteLogLine(full.get(), LogLineStart(kTime, kZone, "main", "INFO"), "text");
  WriteAll(full.get(), "text");
  WriteAll(-1, "text");
}

TEST(LogLineTest, WaitsForAReaderThatIsSlow) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK), 0);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const std::string bytes(1 << 20, 'x');
  std::thread writer([&] {
    WriteAll(write_end.get(), bytes);
    write_end.Reset();
  });
  size_t received = 0;
  char buffer[1 << 12];
  while (true) {
    const ssize_t size = read(read_end.get(), buffer, sizeof(buffer));
    if (size == 0) break;
    if (size > 0) received += size;
  }
  writer.join();
  EXPECT_EQ(received, bytes.size());
}

}  // namespace
}  // namespace cppet
