// What lazy_debug_test runs, with and without a debugger:
//
//   lazy_debug_program FOLDER [OPTION...]
//
// stores three runs and then two more in FOLDER/traj.hdf5. Options are
// lazy_debug, multiproc, QUEUE and the other wrap modes, and continuable. It
// exits with 0 if all went as usual.

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/options.h"
#include "cppet/environment/run_registry.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"

namespace {

absl::StatusOr<int> Square(cppet::Run& run) {
  CPPET_ASSIGN_OR_RETURN(const int x, run.Get<int>("x"));
  CPPET_RETURN_IF_ERROR(run.AddResult("z", x * x));
  std::cout << "a square" << std::endl;
  return x * x;
}
CPPET_REGISTER_RUN_FUNCTION(Square);

absl::Status RunAll(cppet::EnvironmentOptions options) {
  CPPET_ASSIGN_OR_RETURN(const auto env,
                         cppet::Environment::Create(std::move(options)));
  cppet::Trajectory& traj = env->trajectory();
  const auto x = traj.AddParameter("x", 0, "A number");
  CPPET_RETURN_IF_ERROR(traj.Explore(x.In({1, 2, 3})));
  CPPET_ASSIGN_OR_RETURN(const auto first, env->Run(Square));
  CPPET_RETURN_IF_ERROR(traj.Expand(x.In({4, 5})));
  CPPET_ASSIGN_OR_RETURN(const auto second, env->Run(Square));
  int sum = 0;
  for (const auto& [index, square] : first) sum += square;
  for (const auto& [index, square] : second) sum += square;
  CPPET_RETURN_IF_ERROR(env->Store());
  if (sum != 55 || !traj.completed()) {
    return absl::InternalError("not as usual");
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argv[1];
  cppet::EnvironmentOptions options;
  options.trajectory = "traj";
  options.add_time = false;
  options.filename = folder + "/traj.hdf5";
  options.log_folder = folder + "/logs";
  options.continue_folder = folder + "/continue";
  options.delete_continue = false;
  options.progress = cppet::ProgressMode::kNever;
  options.durability = cppet::Durability::kProcess;
  options.ncores = 2;
  for (int i = 2; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "lazy_debug") {
      options.lazy_debug = true;
    } else if (option == "multiproc") {
      options.multiproc = true;
    } else if (option == "continuable") {
      options.continuable = true;
    } else {
      options.wrap_mode = cppet::ParseWrapMode(option).value();
    }
  }
  const absl::Status status = RunAll(std::move(options));
  std::cout << "the program says: " << status << std::endl;
  return status.ok() ? 0 : 1;
}
