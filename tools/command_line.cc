#include "cppet/tools/command_line.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/version.h"
#include "cppet/tools/lib/exit_code.h"
#include "gflags/gflags.h"
#include "glog/logging.h"

namespace cppet {
namespace {

std::string ProgramName(const char* argv0) {
  const absl::string_view path = argv0;
  return std::string(path.substr(path.rfind('/') + 1));
}

[[noreturn]] void Fail(const std::string& program, absl::string_view message) {
  std::cerr << program << ": " << message << "\n"
            << "See " << program << " --help.\n";
  std::exit(kExitError);
}

// Names of the tool's own flags, which those of its libraries are not.
std::vector<std::string> OwnFlags(const std::string& program,
                                  const ToolOptions& options) {
  std::vector<std::string> names = options.repeated;
  names.push_back("help");
  names.push_back("version");
  std::vector<gflags::CommandLineFlagInfo> flags;
  gflags::GetAllFlags(&flags);
  const std::string file = absl::StrCat("tools/", program, ".cc");
  for (const gflags::CommandLineFlagInfo& flag : flags) {
    if (absl::EndsWith(flag.filename, file)) names.push_back(flag.name);
  }
  return names;
}

// "-1", which is an argument.
bool IsNumber(absl::string_view argument) {
  return argument.size() > 1 && absl::ascii_isdigit(argument[1]);
}

bool FindFlag(const std::string& name, gflags::CommandLineFlagInfo* flag) {
  if (gflags::GetCommandLineFlagInfo(name.c_str(), flag)) return true;
  absl::string_view positive = name;
  return absl::ConsumePrefix(&positive, "no") &&
         gflags::GetCommandLineFlagInfo(std::string(positive).c_str(), flag) &&
         flag->type == "bool";
}

// Sorts the arguments after argv[0] into what is for gflags and the rest.
CommandLine Split(const std::vector<std::string>& all,
                  const ToolOptions& options,
                  std::vector<std::string>* for_gflags) {
  const std::string program = ProgramName(all[0].c_str());
  CommandLine line;
  for (size_t i = 1; i < all.size(); ++i) {
    absl::string_view rest = all[i];
    if (rest == "--") {
      line.arguments.insert(line.arguments.end(), all.begin() + i + 1,
                            all.end());
      break;
    }
    if (!absl::StartsWith(rest, "-") || rest == "-" || IsNumber(rest)) {
      line.arguments.push_back(all[i]);
      continue;
    }
    absl::ConsumePrefix(&rest, "-");
    absl::ConsumePrefix(&rest, "-");
    const size_t equals = rest.find('=');
    const std::string name(rest.substr(0, equals));
    const bool has_value = equals != absl::string_view::npos;
    const bool is_repeated =
        std::find(options.repeated.begin(), options.repeated.end(), name) !=
        options.repeated.end();
    gflags::CommandLineFlagInfo flag;
    if (!is_repeated && !FindFlag(name, &flag)) {
      const std::string near = NearestName(name, OwnFlags(program, options));
      Fail(program, absl::StrCat("there is no flag --", name,
                                 near.empty() ? ""
                                              : absl::StrCat("; do you mean --",
                                                             near, "?")));
    }
    const bool takes_next = !has_value && (is_repeated || flag.type != "bool");
    if (takes_next && i + 1 == all.size()) {
      Fail(program, absl::StrCat("the flag --", name, " needs a value"));
    }
    const std::string value = has_value ? std::string(rest.substr(equals + 1))
                              : takes_next ? all[++i]
                                           : "";
    if (is_repeated) {
      line.repeated[name].push_back(value);
    } else {
      for_gflags->push_back(has_value || takes_next
                                ? absl::StrCat("--", name, "=", value)
                                : absl::StrCat("--", name));
    }
  }
  return line;
}

void ParseGflags(std::vector<std::string> arguments) {
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  int argc = static_cast<int>(arguments.size());
  char** argv = pointers.data();
  gflags::ParseCommandLineNonHelpFlags(&argc, &argv, /*remove_flags=*/true);
}

void StartLogging(const char* argv0) {
  google::InitGoogleLogging(argv0);
  // No files of its own; logs of runs are the environment's.
  for (int severity = 0; severity < google::NUM_SEVERITIES; ++severity) {
    google::SetLogDestination(severity, "");
  }
}

}  // namespace

CommandLine InitTool(int argc, char** argv, const ToolOptions& options) {
  const std::string program = ProgramName(argv[0]);
  const std::vector<std::string> all(argv, argv + argc);
  for (const std::string& argument : all) {
    if (argument == "--") break;
    if (argument == "--help" || argument == "-h" || argument == "-help") {
      std::cout << options.help;
      std::exit(kExitSuccess);
    }
    if (argument == "--version") {
      std::cout << kVersion << "\n";
      std::exit(kExitSuccess);
    }
  }
  std::vector<std::string> for_gflags = {all[0]};
  CommandLine line = Split(all, options, &for_gflags);
  ParseGflags(std::move(for_gflags));
  if (line.arguments.size() < options.min_arguments) {
    Fail(program, "an argument is missing");
  }
  if (line.arguments.size() > options.max_arguments) {
    Fail(program,
         absl::StrCat("the argument ", line.arguments[options.max_arguments],
                      " is one too many"));
  }
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  if (folder != nullptr && chdir(folder) != 0) {
    Fail(program, absl::StrCat(folder, ": ", strerror(errno)));
  }
  StartLogging(argv[0]);
  return line;
}

}  // namespace cppet
