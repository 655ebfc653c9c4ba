#ifndef CPPET_TOOLS_LIB_BAZEL_LABEL_H_
#define CPPET_TOOLS_LIB_BAZEL_LABEL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet {

// Whether `text` is a label such as //examples:lif_neuron or @repo//pkg:target.
bool IsBazelLabel(absl::string_view text);

// Builds `label` in the workspace around the working directory, with its
// ./bazelw if there is one, else with bazel, and returns the path of the
// program that it stands for.
//
// Errors:
//   kNotFound: there is no workspace, or no Bazel.
//   kFailedPrecondition: it could not be built, with all that Bazel says; or it
//     is no program.
absl::StatusOr<std::string> BuildBazelLabel(const std::string& label);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_BAZEL_LABEL_H_
