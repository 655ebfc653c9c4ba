#ifndef CPPET_STORAGE_HDF5_HDF5_SETTINGS_H_
#define CPPET_STORAGE_HDF5_HDF5_SETTINGS_H_

#include <cstdint>
#include <string>

namespace cppet {

// The settings that a trajectory was written with, as its file tells them to
// pypet.
struct Hdf5Settings {
  // "blosc" whatever its codec.
  std::string complib = "zlib";
  int64_t complevel = 9;
  bool shuffle = true;
  bool fletcher32 = false;
  // How pypet writes data frames.
  std::string pandas_format = "fixed";
  std::string encoding = "utf8";
  // Which overview tables there are.
  bool config_overview = true;
  bool parameters_overview = true;
  bool derived_parameters_overview = false;
  bool results_overview = false;
  bool explored_parameters_overview = true;
  bool derived_parameters_summary = true;
  bool results_summary = true;
  bool purge_duplicate_comments = true;
  int64_t results_per_run = 0;
  int64_t derived_parameters_per_run = 0;
};

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_HDF5_SETTINGS_H_
