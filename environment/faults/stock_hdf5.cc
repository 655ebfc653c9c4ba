#include "cppet/environment/faults/stock_hdf5.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "hdf5.h"

namespace cppet {
namespace {

// More than any sweep of these tests has: a size that is damaged.
constexpr int64_t kMaxBytes = int64_t{1} << 30;

// An identifier of any kind, or none.
class Id {
 public:
  explicit Id(hid_t id) : id_(id) {}
  ~Id() {
    if (id_ >= 0) H5Idec_ref(id_);
  }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;

  hid_t get() const { return id_; }
  bool ok() const { return id_ >= 0; }

 private:
  const hid_t id_;
};

absl::Status Cannot(absl::string_view action, absl::string_view name) {
  return absl::DataLossError(absl::StrCat("cannot ", action, " ", name));
}

// Room for all elements; none if that cannot be.
std::vector<char> Buffer(hid_t space, hid_t type) {
  const int64_t elements = H5Sget_simple_extent_npoints(space);
  const int64_t size = H5Tget_size(type);
  if (elements < 0 || size <= 0 || elements > kMaxBytes / size) return {};
  return std::vector<char>(std::max<int64_t>(elements * size, 1));
}

absl::Status ReadAttribute(hid_t object, hsize_t index,
                           const std::string& name) {
  const Id attribute(H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_NATIVE,
                                    index, H5P_DEFAULT, H5P_DEFAULT));
  if (!attribute.ok()) return Cannot("open an attribute of", name);
  const Id type(H5Aget_type(attribute.get()));
  const Id space(H5Aget_space(attribute.get()));
  if (!type.ok() || !space.ok()) return Cannot("read an attribute of", name);
  std::vector<char> buffer = Buffer(space.get(), type.get());
  if (buffer.empty() ||
      H5Aread(attribute.get(), type.get(), buffer.data()) < 0) {
    return Cannot("read an attribute of", name);
  }
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, buffer.data());
  return absl::OkStatus();
}

absl::Status ReadDataset(hid_t dataset, const std::string& name) {
  const Id type(H5Dget_type(dataset));
  const Id space(H5Dget_space(dataset));
  if (!type.ok() || !space.ok()) return Cannot("read", name);
  std::vector<char> buffer = Buffer(space.get(), type.get());
  if (buffer.empty() || H5Dread(dataset, type.get(), H5S_ALL, H5S_ALL,
                                H5P_DEFAULT, buffer.data()) < 0) {
    return Cannot("read", name);
  }
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, buffer.data());
  return absl::OkStatus();
}

absl::Status ReadObject(hid_t parent, const char* name) {
  const Id object(H5Oopen(parent, name, H5P_DEFAULT));
  if (!object.ok()) return Cannot("open", name);
  H5O_info_t info;
  if (H5Oget_info2(object.get(), &info, H5O_INFO_NUM_ATTRS) < 0) {
    return Cannot("read about", name);
  }
  for (hsize_t i = 0; i < info.num_attrs; ++i) {
    CPPET_RETURN_IF_ERROR(ReadAttribute(object.get(), i, name));
  }
  if (H5Iget_type(object.get()) != H5I_DATASET) return absl::OkStatus();
  return ReadDataset(object.get(), name);
}

herr_t Visit(hid_t root, const char* name, const H5O_info_t* /*info*/,
             void* status) {
  auto& out = *static_cast<absl::Status*>(status);
  out = ReadObject(root, name);
  return out.ok() ? 0 : -1;
}

}  // namespace

absl::Status ReadWithStockHdf5(const std::string& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (!file.ok()) return Cannot("open", path);
  absl::Status status;
  const herr_t visited = H5Ovisit2(file.get(), H5_INDEX_NAME, H5_ITER_NATIVE,
                                   Visit, &status, H5O_INFO_BASIC);
  if (visited < 0 && status.ok()) return Cannot("visit", path);
  return status;
}

}  // namespace cppet
