#include "cppet/storage/hdf5/api/attribute_copy.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/handle.h"

namespace cppet::hdf5 {
namespace {

absl::Status CopyOne(hid_t from, const std::string& name, hid_t to) {
  const Handle source(H5Aopen(from, name.c_str(), H5P_DEFAULT));
  // Equal types in file and memory, so that nothing is converted.
  const Handle type(H5Aget_type(source.get()));
  const Handle space(H5Aget_space(source.get()));
  const hssize_t elements = H5Sget_simple_extent_npoints(space.get());
  std::vector<char> data;
  bool is_read = type.ok() && elements >= 0;
  if (is_read && elements > 0) {
    data.resize(elements * H5Tget_size(type.get()));
    is_read = H5Aread(source.get(), type.get(), data.data()) >= 0;
  }
  if (!is_read) {
    return ErrorAt(from, absl::StrCat("cannot read the attribute ", name),
                   absl::StatusCode::kDataLoss);
  }
  const Handle copy(H5Acreate2(to, name.c_str(), type.get(), space.get(),
                               H5P_DEFAULT, H5P_DEFAULT));
  const bool is_written =
      copy.ok() &&
      (data.empty() || H5Awrite(copy.get(), type.get(), data.data()) >= 0);
  absl::Status status;
  if (!is_written) {
    status = ErrorAt(to, absl::StrCat("cannot write the attribute ", name));
  }
  // Text whose size varies was allocated by HDF5.
  if (!data.empty()) {
    H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, data.data());
  }
  return status;
}

}  // namespace

absl::StatusOr<bool> HasAttributes(hid_t object, absl::string_view prefix) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                         AttributeNames(object));
  for (const std::string& name : names) {
    if (absl::StartsWith(name, prefix)) return true;
  }
  return false;
}

absl::Status CopyAttributes(hid_t from, absl::string_view prefix, hid_t to) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                         AttributeNames(from));
  for (const std::string& name : names) {
    if (!absl::StartsWith(name, prefix) || H5Aexists(to, name.c_str()) > 0) {
      continue;
    }
    CPPET_RETURN_IF_ERROR(CopyOne(from, name, to));
  }
  return absl::OkStatus();
}

}  // namespace cppet::hdf5
