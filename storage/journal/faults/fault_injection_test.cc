#include "cppet/storage/journal/faults/fault_injection.h"

#include <signal.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/testing.h"
#include "cppet/storage/journal/faults/fault_trace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

}  // namespace

void PrintTo(const TracedOperation& operation, std::ostream* out) {
  *out << static_cast<int>(operation.operation) << " " << operation.data;
}

namespace {

auto Is(FaultOperation operation) {
  return Field("operation", &TracedOperation::operation, operation);
}

class FaultInjectionTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::canonical(directory_.path()) / "watched";
    std::filesystem::create_directory(folder_);
  }

  // Runs a shell script in the folder, under the library.
  SubprocessResult Run(
      const std::string& script,
      std::vector<std::pair<std::string, std::string>> faults = {}) {
    faults.push_back(
        {"LD_PRELOAD", std::filesystem::absolute(
                           "storage/journal/faults/libfault_injection.so")});
    faults.push_back({"CPPET_FAULT_FOLDER", folder_});
    faults.push_back({"CPPET_FAULT_TRACE", directory_.Path("trace")});
    return RunSubprocess(
               {"/bin/sh", "-c", script},
               {.environment = std::move(faults), .working_directory = folder_})
        .value();
  }

  std::vector<TracedOperation> Trace() {
    return ReadFaultTrace(directory_.Path("trace")).value();
  }

  std::string Content(const std::string& name) {
    return ReadFile(folder_ + "/" + name).value();
  }

  // Three writes of 4 bytes.
  const std::string kWriteThree =
      "exec dd if=/dev/zero of=f bs=4 count=3 status=none";

  const TempDirectory directory_;
  std::string folder_;
};

TEST_F(FaultInjectionTest, RecordsOperations) {
  EXPECT_EQ(Run(kWriteThree).exit_code, 0);
  const auto trace = Trace();
  ASSERT_THAT(
      trace,
      ElementsAre(Is(FaultOperation::kCreate), Is(FaultOperation::kWrite),
                  Is(FaultOperation::kWrite), Is(FaultOperation::kWrite)));
  EXPECT_EQ(trace[0].data, folder_ + "/f");
  EXPECT_EQ(trace[2].inode, trace[0].inode);
  EXPECT_EQ(trace[2].offset, 4);
  EXPECT_EQ(trace[2].data, std::string(4, '\0'));
  EXPECT_EQ(CountOperations(trace), 4);
}

TEST_F(FaultInjectionTest, RecordsNamesAndSyncs) {
  EXPECT_EQ(Run("echo x > f; ln f g; mv g h; rm f; truncate -s 5 h; sync h;"
                "sync .; fallocate -l 9 h")
                .exit_code,
            0);
  EXPECT_THAT(
      Trace(),
      ElementsAre(Is(FaultOperation::kCreate), Is(FaultOperation::kWrite),
                  Is(FaultOperation::kLink), Is(FaultOperation::kRename),
                  Is(FaultOperation::kUnlink), Is(FaultOperation::kTruncate),
                  Is(FaultOperation::kSync), Is(FaultOperation::kSyncFolder),
                  Is(FaultOperation::kAllocate), Is(FaultOperation::kSync)));
}

TEST_F(FaultInjectionTest, LeavesOtherFoldersAlone) {
  EXPECT_EQ(Run("cd ..; echo x > watched2; echo ACK 1; echo NAK",
                {{"CPPET_FAULT_KILL_AT", "0"}})
                .exit_code,
            0);
  ASSERT_THAT(Trace(), ElementsAre(Is(FaultOperation::kAcknowledge)));
  EXPECT_EQ(Trace()[0].data, "ACK 1\n");
}

TEST_F(FaultInjectionTest, KillsInTheMiddleOfAWrite) {
  const SubprocessResult result =
      Run(kWriteThree,
          {{"CPPET_FAULT_KILL_AT", "2"}, {"CPPET_FAULT_KILL_PERCENT", "50"}});
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_EQ(Content("f"), std::string(6, '\0'));
}

TEST_F(FaultInjectionTest, LetsOneOperationFail) {
  const SubprocessResult result =
      Run(kWriteThree, {{"CPPET_FAULT_FAIL_AT", "2"}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.standard_error, HasSubstr("No space left on device"));
  EXPECT_EQ(Content("f"), std::string(4, '\0'));
}

TEST_F(FaultInjectionTest, LetsAllOperationsFailFromOneOn) {
  EXPECT_EQ(Run("echo x > f; echo x > g; echo x > h; true",
                {{"CPPET_FAULT_FAIL_AT", "2"},
                 {"CPPET_FAULT_FAIL_COUNT", "-1"},
                 {"CPPET_FAULT_ERRNO", "5"}})
                .exit_code,
            0);
  EXPECT_EQ(Content("f"), "x\n");
  EXPECT_THAT(ReadFile(folder_ + "/g"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadFile(folder_ + "/h"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FaultInjectionTest, WritesLessThanItShould) {
  EXPECT_EQ(Run(kWriteThree, {{"CPPET_FAULT_FAIL_AT", "1"},
                              {"CPPET_FAULT_FAIL_COUNT", "-1"},
                              {"CPPET_FAULT_ERRNO", "0"}})
                .exit_code,
            0);
  EXPECT_EQ(Content("f"), std::string(12, '\0'));
  EXPECT_GT(CountOperations(Trace()), 4);
}

TEST_F(FaultInjectionTest, ForgetsSyncs) {
  EXPECT_EQ(Run("echo x > f; echo x > f.wal; sync f f.wal .").exit_code, 0);
  const auto trace = Trace();
  EXPECT_EQ(WithoutSyncs(trace, SyncsOf::kFiles).size(), trace.size() - 1);
  EXPECT_EQ(WithoutSyncs(trace, SyncsOf::kJournals).size(), trace.size() - 1);
  EXPECT_EQ(WithoutSyncs(trace, SyncsOf::kFolders).size(), trace.size() - 1);
}

TEST_F(FaultInjectionTest, HasNoTraceWithoutOperations) {
  EXPECT_EQ(Run("true").exit_code, 0);
  EXPECT_THAT(Trace(), IsEmpty());
}

}  // namespace
}  // namespace cppet
