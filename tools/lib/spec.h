#ifndef CPPET_TOOLS_LIB_SPEC_H_
#define CPPET_TOOLS_LIB_SPEC_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/environment/options.h"
#include "cppet/tools/lib/axis_spec.h"
#include "cppet/tools/lib/literal.h"

namespace cppet {

struct ParameterSpec {
  std::string name;  // "neuron.I"
  Literal value;
  std::string comment;
  std::string where;  // "fi.yaml:6:3: parameters.neuron.I"
};

// What to explore and how, as it stands in a file:
//
//   trajectory: fi_curve
//   comment: Firing rate over input current
//   command: [//examples:lif_neuron, "--I={neuron.I}"]
//   parameters:
//     neuron.I: {value: 0.5, comment: Input current in nA}
//     neuron.tau_ref: 5.0
//   explore:
//     neuron.I: {linspace: [0, 1.01, 102]}
//     neuron.tau_ref: [5.0, 7.5, 10.0]
//   environment: {jobs: 2}
//   timeout: 60
struct Spec {
  // `trajectory`, `comment` and all `environment`. Unless that says otherwise,
  // `add_time` is false and `multiproc` true: a command in a process of its own
  // is out of reach of the terminal's Ctrl-C, so that it can finish. As it has
  // its own process anyway, `use_pool` is true, unless there is a cap, which
  // means nothing with a pool; and `wrap_mode` is kQueue.
  EnvironmentOptions environment;
  // A program and its arguments, or a line for the shell.
  std::vector<std::string> command;
  bool shell = false;
  std::string command_where;  // "fi.yaml:3:1: command"
  std::vector<ParameterSpec> parameters;
  // In the order of the file; the last one varies fastest.
  std::vector<AxisSpec> axes;
  // All combinations of the axes' values; false: side by side.
  bool cartesian = true;
  // The parameter by which to start the runs, the largest value first; empty:
  // in order.
  std::string longest_first;
  std::string longest_first_where;  // "fi.yaml:9:3: environment.longest_first"
  // For one run of the command.
  absl::Duration timeout = absl::InfiniteDuration();
};

// Returns what `text` says. `filename` is its own name, for messages, and
// files that it names are looked for in the same folder.
//
// Errors:
//   kInvalidArgument: with file, line, column, the key and what is wrong.
absl::StatusOr<Spec> ParseSpec(const std::string& text,
                               const std::string& filename);

// The same for the text of a file. Also errors of ReadFile.
absl::StatusOr<Spec> ReadSpec(const std::string& filename);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_SPEC_H_
