#include "cppet/environment/logs/logging.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/unique_fd.h"
#include "cppet/environment/logs/log_line.h"
#include "cppet/environment/logs/output_tee.h"
#include "glog/logging.h"

namespace cppet {
namespace {

// Each write to it is at its end, and whole among those of other processes.
absl::StatusOr<UniqueFd> OpenToAppend(const std::string& path) {
  UniqueFd fd = AboveStandard(UniqueFd(
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, path);
  return fd;
}

}  // namespace

class RunLog::Files : public google::LogSink {
 public:
  Files(RunLogOptions options, UniqueFd main, UniqueFd errors)
      : options_(std::move(options)),
        main_(std::move(main)),
        errors_(std::move(errors)) {
    if (options_.capture_output) Capture();
    google::AddLogSink(this);
  }
  ~Files() override {
    if (tee_ != nullptr) {
      if (const absl::Status ended = tee_->End(); !ended.ok()) {
        Write(google::GLOG_WARNING, ended.message());
      }
    }
    google::RemoveLogSink(this);
  }

  void Write(google::LogSeverity severity, absl::string_view text,
             bool to_main = true) {
    if (severity < options_.level) return;
    const LogLineStart start(absl::Now(), absl::LocalTimeZone(), process_,
                             google::GetLogSeverityName(severity));
    if (to_main && main_.is_open()) WriteLogLine(main_.get(), start, text);
    if (severity >= google::GLOG_WARNING && errors_.is_open()) {
      WriteLogLine(errors_.get(), start, text);
    }
  }

  void WriteInfos(absl::Span<const std::string> texts) {
    if (google::GLOG_INFO < options_.level || !main_.is_open()) return;
    const LogLineStart start(absl::Now(), absl::LocalTimeZone(), process_,
                             google::GetLogSeverityName(google::GLOG_INFO));
    std::string lines;
    for (const std::string& text : texts) {
      absl::StrAppend(&lines, start.text(), text, "\n");
    }
    WriteAll(main_.get(), lines);
  }

  // Of glog; in any thread.
  void send(google::LogSeverity severity, const char* /*full_filename*/,
            const char* base_filename, int line,
            const google::LogMessageTime& /*time*/, const char* message,
            size_t message_len) override {
    Write(severity,
          absl::StrCat(base_filename, ":", line, ": ",
                       absl::string_view(message, message_len)),
          /*to_main=*/!IsCaptured(severity));
  }

  int standard_error() const {
    return tee_ != nullptr && tee_->standard_error() >= 0
               ? tee_->standard_error()
               : STDERR_FILENO;
  }

  void EnterChild(absl::string_view file_name, absl::string_view process) {
    process_ = std::string(process);
    if (tee_ != nullptr) tee_->LeaveInChild();
    tee_ = nullptr;
    errors_.Reset();
    main_.Reset();
    absl::StatusOr<UniqueFd> file =
        OpenToAppend(absl::StrCat(options_.folder, "/", file_name));
    if (!file.ok()) return;
    main_ = *std::move(file);
    if (!options_.capture_output) return;
    dup2(main_.get(), STDOUT_FILENO);
    dup2(main_.get(), STDERR_FILENO);
    // Lines are whole, and there when the process is killed.
    setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    captures_child_ = true;
    // What glog would write to standard error besides has a prettier line.
    if (google::IsGoogleLoggingInitialized() && !FLAGS_logtostderr) {
      FLAGS_alsologtostderr = false;
      FLAGS_stderrthreshold = google::NUM_SEVERITIES;
    }
  }

 private:
  void Capture() {
    absl::StatusOr<std::unique_ptr<OutputTee>> tee =
        OutputTee::Start(main_.get(), process_);
    if (tee.ok()) {
      tee_ = *std::move(tee);
      return;
    }
    // Another environment that runs may record it.
    const bool expected = absl::IsFailedPrecondition(tee.status());
    Write(expected ? google::GLOG_INFO : google::GLOG_WARNING,
          absl::StrCat("what is printed is not recorded here: ",
                       absl::string_view(tee.status().message())));
  }

  // Whether what glog logs is in main.txt already, as it prints it.
  bool IsCaptured(google::LogSeverity severity) const {
    const bool output =
        tee_ != nullptr ? tee_->copies_standard_output() : captures_child_;
    const bool error =
        tee_ != nullptr ? tee_->copies_standard_error() : captures_child_;
    const bool severe = severity >= FLAGS_stderrthreshold;
    if (FLAGS_logtostdout) return severe ? error : output;
    if (FLAGS_logtostderr || !google::IsGoogleLoggingInitialized())
      return error;
    return error && (FLAGS_alsologtostderr || severe);
  }

  const RunLogOptions options_;
  std::string process_ = "main";
  UniqueFd main_;
  UniqueFd errors_;
  std::unique_ptr<OutputTee> tee_;  // null: what is printed is not recorded
  bool captures_child_ = false;
};

RunLog::RunLog() = default;
RunLog::~RunLog() = default;

std::unique_ptr<RunLog> RunLog::None() { return absl::WrapUnique(new RunLog); }

absl::StatusOr<std::unique_ptr<RunLog>> RunLog::Open(
    const RunLogOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) {
    return absl::ErrnoToStatus(error.value(),
                               absl::StrCat("log folder ", options.folder));
  }
  CPPET_ASSIGN_OR_RETURN(
      UniqueFd main, OpenToAppend(absl::StrCat(options.folder, "/main.txt")));
  CPPET_ASSIGN_OR_RETURN(
      UniqueFd errors,
      OpenToAppend(absl::StrCat(options.folder, "/errors_and_warnings.txt")));
  std::unique_ptr<RunLog> log = None();
  log->files_ =
      std::make_unique<Files>(options, std::move(main), std::move(errors));
  return log;
}

void RunLog::Info(absl::string_view text) {
  if (files_ != nullptr) files_->Write(google::GLOG_INFO, text);
}

void RunLog::Info(absl::Span<const std::string> texts) {
  if (files_ != nullptr) files_->WriteInfos(texts);
}

void RunLog::Warning(absl::string_view text) {
  if (files_ != nullptr) files_->Write(google::GLOG_WARNING, text);
}

void RunLog::Error(absl::string_view text) {
  if (files_ != nullptr) files_->Write(google::GLOG_ERROR, text);
}

int RunLog::standard_error() const {
  return files_ == nullptr ? STDERR_FILENO : files_->standard_error();
}

void RunLog::BeforeFork() {
  if (google::IsGoogleLoggingInitialized()) {
    google::FlushLogFiles(google::GLOG_INFO);
  }
}

void RunLog::EnterChild(absl::string_view file_name,
                        absl::string_view process) {
  if (files_ != nullptr) files_->EnterChild(file_name, process);
}

absl::Status CheckFolderCanBeMade(const std::string& path) {
  std::error_code error;
  std::filesystem::path there = std::filesystem::absolute(path, error);
  while (there.has_relative_path() && !std::filesystem::exists(there, error)) {
    there = there.parent_path();
  }
  if (!std::filesystem::is_directory(there, error)) {
    return absl::FailedPreconditionError(
        absl::StrCat(there.string(), " is no folder"));
  }
  if (access(there.c_str(), W_OK | X_OK) != 0) {
    return absl::ErrnoToStatus(errno, there.string());
  }
  return absl::OkStatus();
}

}  // namespace cppet
