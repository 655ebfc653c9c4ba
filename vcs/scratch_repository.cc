#include "cppet/vcs/scratch_repository.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

SubprocessResult RunGit(std::vector<std::string> args,
                        const std::string& folder) {
  args.insert(args.begin(), "git");
  SubprocessOptions options;
  options.working_directory = folder;
  const absl::StatusOr<SubprocessResult> result = RunSubprocess(args, options);
  EXPECT_THAT(result, IsOk());
  return result.value_or(SubprocessResult());
}

std::string Stripped(const std::string& text) {
  return std::string(absl::StripAsciiWhitespace(text));
}

}  // namespace

void IsolateGit() {
  const std::pair<const char*, const char*> variables[] = {
      {"GIT_CONFIG_GLOBAL", "/dev/null"},
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"GIT_AUTHOR_NAME", "Ada Test"},
      {"GIT_AUTHOR_EMAIL", "ada@example.org"},
      {"GIT_COMMITTER_NAME", "Ada Test"},
      {"GIT_COMMITTER_EMAIL", "ada@example.org"},
      // A submodule may be a folder of this machine.
      {"GIT_ALLOW_PROTOCOL", "file"},
  };
  for (const auto& [name, value] : variables) setenv(name, value, 1);
}

ScratchRepository::ScratchRepository() {
  Git({"init", "--quiet", "--initial-branch=main"});
  Write("code.txt", "one\n");
  Git({"add", "code.txt"});
  Git({"commit", "--quiet", "-m", "first"});
}

void ScratchRepository::Write(absl::string_view name,
                              absl::string_view content) const {
  // Another process, which commits, sees the old file or the new one.
  ASSERT_THAT(WriteFileAtomically(Path(name), content, /*durable=*/false),
              IsOk());
}

std::string ScratchRepository::Read(absl::string_view name) const {
  const absl::StatusOr<std::string> content = ReadFile(Path(name));
  EXPECT_THAT(content, IsOk());
  return content.value_or("");
}

void ScratchRepository::WriteHook(absl::string_view name,
                                  absl::string_view script) const {
  const std::string file = absl::StrCat(".git/hooks/", name);
  mkdir(Path(".git/hooks").c_str(), 0777);
  Write(file, absl::StrCat("#!/bin/sh\n", script, "\n"));
  ASSERT_EQ(chmod(Path(file).c_str(), 0755), 0);
}

std::string ScratchRepository::Git(const std::vector<std::string>& args,
                                   const std::string& in) const {
  const SubprocessResult result = RunGit(args, in.empty() ? path() : in);
  EXPECT_TRUE(result.ok()) << args[0] << " " << result.Describe() << ": "
                           << result.standard_error;
  return Stripped(result.standard_output);
}

std::string ScratchRepository::TryGit(const std::vector<std::string>& args,
                                      const std::string& in) const {
  return Stripped(RunGit(args, in.empty() ? path() : in).standard_output);
}

}  // namespace cppet
