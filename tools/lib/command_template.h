#ifndef CPPET_TOOLS_LIB_COMMAND_TEMPLATE_H_
#define CPPET_TOOLS_LIB_COMMAND_TEMPLATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// A command with places for the values of parameters: {neuron.I}, or {I} where
// that is found (trajectory/tree.h). {{ is a brace, and }} the one that closes
// it. Braces around anything that is no name, as in awk '{print $1}', stay.
class CommandTemplate {
 public:
  // A program and its arguments.
  //
  // Errors:
  //   kNotFound, kFailedPrecondition: a name is of no parameter, or of several.
  //   kInvalidArgument: it is of a group or a result.
  static absl::StatusOr<CommandTemplate> Create(
      const std::vector<std::string>& arguments, const Trajectory& trajectory);

  // A line for the shell, in which values are quoted as the place needs it.
  // Braces after a $ are the shell's own. Errors as Create.
  static absl::StatusOr<CommandTemplate> CreateForShell(
      absl::string_view line, const Trajectory& trajectory);

  // The arguments with the values of run `index` of `trajectory`, which has
  // the parameters of the one given to Create. For the shell it is
  // {"/bin/sh", "-c", line}.
  std::vector<std::string> Expand(const Trajectory& trajectory,
                                  int64_t index) const;

 private:
  // How the shell has to be told that text is only text.
  enum class Quoting { kNone, kWord, kInSingleQuotes, kInDoubleQuotes };
  // A text, or the full name of a parameter.
  struct Part {
    bool is_parameter;
    std::string text;
    Quoting quoting;
  };
  using Argument = std::vector<Part>;
  class Parser;

  CommandTemplate() = default;

  static std::string Quote(absl::string_view text, Quoting quoting);

  bool shell_ = false;
  std::vector<Argument> arguments_;
};

// `arguments` as one line that can be typed into a shell.
std::string ShellLine(const std::vector<std::string>& arguments);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_COMMAND_TEMPLATE_H_
