#include "cppet/storage/hdf5/api/memory_file.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cppet/storage/hdf5/api/error.h"

namespace cppet::hdf5 {
namespace {

// More than a new file has.
constexpr size_t kMemoryStep = size_t{64} << 10;

// HDF5 takes files of one name for one file.
std::string NewName() {
  static std::atomic<int64_t> count = 0;
  return absl::StrCat("in memory ", count++);
}

}  // namespace

absl::StatusOr<MemoryFile> MemoryFile::Create(unsigned chunk_index_rank) {
  const Handle creation(H5Pcreate(H5P_FILE_CREATE));
  H5Pset_istore_k(creation.get(), chunk_index_rank);
  const Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18);
  Handle file;
  if (H5Pset_fapl_core(access.get(), kMemoryStep, /*backing_store=*/false) >=
      0) {
    file = Handle(H5Fcreate(NewName().c_str(), H5F_ACC_EXCL, creation.get(),
                            access.get()));
  }
  Handle root(H5Gopen2(file.get(), "/", H5P_DEFAULT));
  if (!root.ok()) {
    return ErrorAt(H5I_INVALID_HID, "cannot make a file in memory");
  }
  return MemoryFile(std::move(file), std::move(root));
}

absl::StatusOr<std::string> MemoryFile::Image() {
  hsize_t size = 0;
  void* memory = nullptr;
  if (H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) < 0 ||
      H5Fget_filesize(file_.get(), &size) < 0 ||
      H5Fget_vfd_handle(file_.get(), H5P_DEFAULT, &memory) < 0) {
    return ErrorAt(file_.get(), "cannot make a file in memory");
  }
  return std::string(*static_cast<const char**>(memory), size);
}

}  // namespace cppet::hdf5
