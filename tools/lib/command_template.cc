#include "cppet/tools/lib/command_template.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "cppet/base/status_macros.h"
#include "cppet/tools/lib/value_text.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet {
namespace {

// Characters that mean nothing to a shell.
bool IsPlain(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("_-+=.,:/@%^", c);
}

std::string QuoteWord(absl::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), IsPlain)) {
    return std::string(text);
  }
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

absl::StatusOr<std::string> FindParameter(absl::string_view name,
                                          const Trajectory& trajectory) {
  absl::StatusOr<Node*> node = trajectory.tree().Find(name);
  if (!node.ok()) {
    return absl::Status(
        node.status().code(),
        absl::StrCat("{", name, "}: ", node.status().message(),
                     " (for the text {", name, "} write {{", name, "}})"));
  }
  if ((*node)->kind() != Node::Kind::kParameter) {
    return absl::InvalidArgumentError(absl::StrCat(
        "{", name, "}: ", (*node)->full_name(), " is no parameter"));
  }
  return (*node)->full_name();
}

}  // namespace

// Splits one argument at its parameters, and for the shell keeps track of what
// quotes are open where.
class CommandTemplate::Parser {
 public:
  Parser(absl::string_view rest, bool shell, const Trajectory& trajectory)
      : rest_(rest), shell_(shell), trajectory_(trajectory) {}

  absl::StatusOr<Argument> Parse() {
    while (!rest_.empty()) {
      if (rest_[0] == '{') {
        CPPET_RETURN_IF_ERROR(ReadBrace());
      } else if (escaped_braces_ > 0 && absl::StartsWith(rest_, "}}")) {
        --escaped_braces_;
        rest_.remove_prefix(1);
        Take(1);
      } else if (shell_) {
        ReadShell();
      } else {
        Take(1);
      }
    }
    EndText();
    return std::move(parts_);
  }

 private:
  // Moves `count` characters to the text before the next parameter.
  void Take(size_t count) {
    count = std::min(count, rest_.size());
    absl::StrAppend(&text_, rest_.substr(0, count));
    rest_.remove_prefix(count);
  }

  void EndText() {
    if (text_.empty()) return;
    parts_.push_back({false, std::exchange(text_, ""), Quoting::kNone});
  }

  absl::Status ReadBrace() {
    if (absl::StartsWith(rest_, "{{")) {
      ++escaped_braces_;
      rest_.remove_prefix(1);
      Take(1);
      return absl::OkStatus();
    }
    const size_t end = rest_.find('}');
    const absl::string_view name =
        rest_.substr(1, end == absl::string_view::npos ? 0 : end - 1);
    if (!CheckNodeName(name).ok()) {
      Take(1);
      return absl::OkStatus();
    }
    CPPET_ASSIGN_OR_RETURN(std::string full_name,
                           FindParameter(name, trajectory_));
    EndText();
    parts_.push_back({true, std::move(full_name), quoting()});
    rest_.remove_prefix(end + 1);
    return absl::OkStatus();
  }

  void ReadShell() {
    Quoting& open = open_.back();
    const char c = rest_[0];
    if (open == Quoting::kInSingleQuotes) {
      if (c == '\'') open = Quoting::kWord;
      Take(1);
    } else if (c == '\\') {
      Take(2);
    } else if (absl::StartsWith(rest_, "${")) {
      Take(2);
    } else if (absl::StartsWith(rest_, "$(")) {
      open_.push_back(Quoting::kWord);
      Take(2);
    } else if (c == '"') {
      open = open == Quoting::kInDoubleQuotes ? Quoting::kWord
                                              : Quoting::kInDoubleQuotes;
      Take(1);
    } else if (open == Quoting::kWord) {
      if (c == '\'') open = Quoting::kInSingleQuotes;
      if (c == '(') open_.push_back(Quoting::kWord);
      if (c == ')' && open_.size() > 1) open_.pop_back();
      Take(1);
    } else {
      Take(1);
    }
  }

  Quoting quoting() const { return shell_ ? open_.back() : Quoting::kNone; }

  absl::string_view rest_;
  const bool shell_;
  const Trajectory& trajectory_;
  int escaped_braces_ = 0;
  // Of each parenthesis that is open, which begins afresh.
  std::vector<Quoting> open_ = {Quoting::kWord};
  std::string text_;
  Argument parts_;
};

std::string CommandTemplate::Quote(absl::string_view text, Quoting quoting) {
  switch (quoting) {
    case Quoting::kNone:
      break;
    case Quoting::kWord:
      return QuoteWord(text);
    case Quoting::kInSingleQuotes:
      return absl::StrReplaceAll(text, {{"'", "'\\''"}});
    case Quoting::kInDoubleQuotes:
      return absl::StrReplaceAll(
          text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"$", "\\$"}, {"`", "\\`"}});
  }
  return std::string(text);
}

absl::StatusOr<CommandTemplate> CommandTemplate::Create(
    const std::vector<std::string>& arguments, const Trajectory& trajectory) {
  CommandTemplate command;
  for (const std::string& argument : arguments) {
    CPPET_ASSIGN_OR_RETURN(
        Argument parts, Parser(argument, /*shell=*/false, trajectory).Parse());
    command.arguments_.push_back(std::move(parts));
  }
  return command;
}

absl::StatusOr<CommandTemplate> CommandTemplate::CreateForShell(
    absl::string_view line, const Trajectory& trajectory) {
  CommandTemplate command;
  command.shell_ = true;
  CPPET_ASSIGN_OR_RETURN(Argument parts,
                         Parser(line, /*shell=*/true, trajectory).Parse());
  command.arguments_.push_back(std::move(parts));
  return command;
}

std::vector<std::string> CommandTemplate::Expand(const Trajectory& trajectory,
                                                 int64_t index) const {
  std::vector<std::string> arguments;
  if (shell_) arguments = {"/bin/sh", "-c"};
  for (const Argument& parts : arguments_) {
    std::string argument;
    for (const Part& part : parts) {
      if (!part.is_parameter) {
        absl::StrAppend(&argument, part.text);
        continue;
      }
      const auto& parameter = static_cast<const Parameter&>(
          *trajectory.tree().FindExact(part.text));
      absl::StrAppend(&argument, Quote(ArgumentText(parameter.ValueAt(index)),
                                       part.quoting));
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::string ShellLine(const std::vector<std::string>& arguments) {
  return absl::StrJoin(arguments, " ",
                       [](std::string* out, const std::string& argument) {
                         absl::StrAppend(out, QuoteWord(argument));
                       });
}

}  // namespace cppet
