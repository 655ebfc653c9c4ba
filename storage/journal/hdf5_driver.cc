#include "cppet/storage/journal/hdf5_driver.h"

#include <functional>

#include "absl/strings/string_view.h"

#if H5_VERSION_GE(1, 13, 0)
#include "H5FDdevelop.h"
#endif

namespace cppet::journal {
namespace {

// What the access properties hold.
struct DriverInfo {
  TransactionalFile* file;
};

struct DriverFile {
  H5FD_t base;  // HDF5's part; must be first
  TransactionalFile* file;
  haddr_t allocated;  // the end of what HDF5 uses
};

DriverFile* Cast(H5FD_t* file) { return reinterpret_cast<DriverFile*>(file); }
const DriverFile* Cast(const H5FD_t* file) {
  return reinterpret_cast<const DriverFile*>(file);
}

herr_t Returned(const absl::Status& status) { return status.ok() ? 0 : -1; }

H5FD_t* Open(const char* /*name*/, unsigned flags, hid_t access,
             haddr_t /*max_address*/) {
  const auto* info = static_cast<const DriverInfo*>(H5Pget_driver_info(access));
  if (info == nullptr || (flags & (H5F_ACC_CREAT | H5F_ACC_TRUNC)) != 0) {
    return nullptr;
  }
  auto* opened = new DriverFile();
  opened->file = info->file;
  return &opened->base;
}

herr_t Close(H5FD_t* file) {
  delete Cast(file);
  return 0;
}

int Compare(const H5FD_t* a, const H5FD_t* b) {
  const std::less<TransactionalFile*> less;
  if (less(Cast(a)->file, Cast(b)->file)) return -1;
  return less(Cast(b)->file, Cast(a)->file) ? 1 : 0;
}

herr_t Query(const H5FD_t* /*file*/, unsigned long* flags) {
  if (flags != nullptr) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
             H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA |
             H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  }
  return 0;
}

haddr_t GetAllocated(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return Cast(file)->allocated;
}

herr_t SetAllocated(H5FD_t* file, H5FD_mem_t /*type*/, haddr_t end) {
  Cast(file)->allocated = end;
  return 0;
}

haddr_t GetSize(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return Cast(file)->file->size();
}

herr_t GetHandle(H5FD_t* file, hid_t /*access*/, void** handle) {
  *handle = Cast(file);
  return 0;
}

herr_t Read(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/,
            haddr_t offset, size_t size, void* buffer) {
  return Returned(
      Cast(file)->file->Read(offset, static_cast<char*>(buffer), size));
}

herr_t Write(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/,
             haddr_t offset, size_t size, const void* buffer) {
  return Returned(Cast(file)->file->Write(
      offset, absl::string_view(static_cast<const char*>(buffer), size)));
}

herr_t Truncate(H5FD_t* file, hid_t /*transfer*/, hbool_t /*closing*/) {
  Cast(file)->file->Resize(Cast(file)->allocated);
  return 0;
}

// There is no lock and unlock: the file is locked before it is opened, and
// HDF5 marks files of drivers that can lock as being written, after which
// nobody could open them once the writer died.
H5FD_class_t MakeClass() {
  H5FD_class_t driver = {};
#if H5_VERSION_GE(1, 13, 0)
  driver.version = H5FD_CLASS_VERSION;
  driver.value = static_cast<H5FD_class_value_t>(600);
#endif
  driver.name = "cppet_journal";
  driver.maxaddr = haddr_t{1} << 62;
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.fapl_size = sizeof(DriverInfo);
  driver.open = Open;
  driver.close = Close;
  driver.cmp = Compare;
  driver.query = Query;
  driver.get_eoa = GetAllocated;
  driver.set_eoa = SetAllocated;
  driver.get_eof = GetSize;
  driver.get_handle = GetHandle;
  driver.read = Read;
  driver.write = Write;
  driver.truncate = Truncate;
  const H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
  for (int i = 0; i < H5FD_MEM_NTYPES; ++i) driver.fl_map[i] = map[i];
  return driver;
}

hid_t Driver() {
  static const H5FD_class_t driver_class = MakeClass();
  static const hid_t driver = H5FDregister(&driver_class);
  return driver;
}

}  // namespace

TransactionalFile* JournaledFile(hid_t file) {
  const hid_t access = H5Fget_access_plist(file);
  if (access < 0) return nullptr;
  const bool is_ours = H5Pget_driver(access) == Driver();
  H5Pclose(access);
  void* handle = nullptr;
  if (!is_ours || H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0) {
    return nullptr;
  }
  return static_cast<DriverFile*>(handle)->file;
}

bool AllocateAtEnd(hid_t file, uint64_t size, uint64_t* address) {
  void* handle = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0) return false;
  // HDF5 asks for the end whenever it needs more.
  auto* opened = static_cast<DriverFile*>(handle);
  *address = opened->allocated;
  opened->allocated += size;
  return true;
}

bool OpenWithJournal(hid_t access, TransactionalFile* file) {
  const DriverInfo info = {file};
  return Driver() >= 0 && H5Pset_driver(access, Driver(), &info) >= 0;
}

}  // namespace cppet::journal
