#include "cppet/storage/hdf5/settings_reader.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/error.h"
#include "cppet/storage/hdf5/file.h"
#include "cppet/storage/hdf5/trajectory_reader.h"

namespace cppet {

absl::StatusOr<Hdf5Settings> ReadHdf5Settings(const std::string& filename,
                                              absl::string_view trajectory) {
  const hdf5::SilentErrors silent;
  CPPET_ASSIGN_OR_RETURN(const hdf5::File file, hdf5::File::Open(filename, {}));
  CPPET_RETURN_IF_ERROR(hdf5::CheckTrajectoryIsThere(file.root(), trajectory));
  return hdf5::ReadSettings(file.root(), std::string(trajectory));
}

}  // namespace cppet
