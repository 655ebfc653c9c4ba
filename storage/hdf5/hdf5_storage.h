#ifndef CPPET_STORAGE_HDF5_HDF5_STORAGE_H_
#define CPPET_STORAGE_HDF5_HDF5_STORAGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/read_options.h"
#include "cppet/storage/run_columns.h"
#include "cppet/storage/storage_service.h"

namespace cppet {

// How trajectories are written. For files that exist they are the settings of
// what is added.
struct Hdf5StorageOptions {
  // Title of the file; the first trajectory's name if empty.
  std::string file_title;
  // Compression: 0 (none) to 9, and by what: "zlib", "lzo", "bzip2", "blosc" or
  // "blosc:CODEC" with blosclz, lz4, lz4hc, snappy, zlib or zstd. All but zlib
  // are for PyTables and cppet; others need a plugin of HDF5 to read it.
  int complevel = 9;
  std::string complib = "zlib";
  // Bytes of equal weight together, which compresses better.
  bool shuffle = true;
  // A checksum of each chunk of data.
  bool fletcher32 = false;
  // Where results of runs go. A trajectory that has columns goes on with them.
  ResultLayout result_layout = ResultLayout::kTree;
  // How data frames and series are kept: "fixed" ("f"), which is fast, or
  // "table" ("t"), which pandas can search and add to.
  std::string pandas_format = "fixed";
  // Classes of leaves of the program's own, see leaf_classes.h: values of their
  // types are kept as items, and come back from them. Others are pickled, and
  // what a file has of other classes comes back as the items.
  std::vector<std::string> dynamically_imported_classes;
  // Overview tables: config, parameters and explored parameters (small), one
  // row for each distinct comment of results and derived parameters (summary),
  // results and derived parameters (large).
  bool small_overview_tables = true;
  bool summary_tables = true;
  bool large_overview_tables = false;
  // A comment of a result or derived parameter is stored once, with the first
  // leaf that has it. Needs summary_tables.
  bool purge_duplicate_comments = true;
  // Expected numbers, kept in the file for pypet.
  int results_per_run = 0;
  int derived_parameters_per_run = 0;
  // What the file says of the program that wrote it. Empty: the truth, "cppet
  // x.y.z" and the C++ standard and compiler. pypet loads a file strictly only
  // if both are its own, such as "0.7.0" and "3.11.2".
  std::string pypet_version;
  std::string python_version;
  // What the file survives.
  Durability durability = Durability::kPower;
  // How long to wait for another process that has the file open.
  absl::Duration lock_timeout = absl::Seconds(30);
  // How a file is read that this service has not opened to store.
  Hdf5ReadOptions reading;
};

// Trajectories in one HDF5 file with the layout of pypet, which pypet, pandas,
// PyTables and h5py open. The file is made at the first Store, in a folder that
// is there; an existing one is added to. A service that stores keeps the file
// to itself until Close(). What is deleted makes the file no smaller; h5repack
// does.
//
// Errors:
//   kInvalidArgument: an option has a value that it cannot have; named.
//   kUnimplemented: the Blosc of this system does not have the codec.
//   Those of FindLeafClasses.
//
// Errors of the service, with the name of the file, beside those of
// StorageService:
//   kNotFound: there is no file to load from, or no folder to make it in.
//   kInvalidArgument: the file is no HDF5 file.
//   kPermissionDenied: it may not be read, or written.
//   kUnavailable: another process has it, still after the time-out.
//   kResourceExhausted: the disk is full.
//   kUnimplemented: the file needs a filter that HDF5 does not have here, such
//     as szip.
absl::StatusOr<std::unique_ptr<StorageService>> OpenHdf5Storage(
    std::string filename, const Hdf5StorageOptions& options = {});

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_HDF5_STORAGE_H_
