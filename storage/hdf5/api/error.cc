#include "cppet/storage/hdf5/api/error.h"

#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cppet::hdf5 {
namespace {

// The number after "errno = " in `text`; 0 if there is none.
int ErrnoIn(absl::string_view text) {
  constexpr absl::string_view kMark = "errno = ";
  const size_t at = text.find(kMark);
  if (at == absl::string_view::npos) return 0;
  text.remove_prefix(at + kMark.size());
  int number = 0;
  return absl::SimpleAtoi(text.substr(0, text.find(',')), &number) ? number : 0;
}

// Takes the innermost error, and the errno of whichever has one.
herr_t Collect(unsigned depth, const H5E_error2_t* error,
               void* reason_pointer) {
  auto& reason = *static_cast<Reason*>(reason_pointer);
  const absl::string_view text = error->desc ? error->desc : "";
  if (depth == 0) reason.text = std::string(text);
  if (reason.error_number == 0) reason.error_number = ErrnoIn(text);
  return 0;
}

std::string FileOf(hid_t object) {
  const ssize_t size = H5Fget_name(object, nullptr, 0);
  if (size <= 0) return "";
  std::vector<char> name(size + 1);
  H5Fget_name(object, name.data(), name.size());
  return name.data();
}

std::string Place(hid_t object) {
  const std::string file = FileOf(object);
  const std::string path = PathOf(object);
  return absl::StrCat(file, file.empty() ? "" : ": ", path,
                      path.empty() ? "" : ": ");
}

}  // namespace

SilentErrors::SilentErrors() {
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

SilentErrors::~SilentErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

Reason LastReason() {
  Reason reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, Collect, &reason);
  if (reason.error_number != 0) {
    reason.text = std::strerror(reason.error_number);
  }
  return reason;
}

std::string PathOf(hid_t object) {
  const ssize_t size = H5Iget_name(object, nullptr, 0);
  if (size <= 0) return "";
  std::vector<char> name(size + 1);
  H5Iget_name(object, name.data(), name.size());
  return name.data();
}

absl::Status ErrorAt(hid_t object, absl::string_view problem,
                     absl::StatusCode code) {
  const Reason reason = LastReason();
  if (reason.error_number != 0) {
    code = absl::ErrnoToStatusCode(reason.error_number);
  }
  return absl::Status(
      code, absl::StrCat(Place(object), problem,
                         reason.text.empty() ? "" : ": ", reason.text));
}

absl::Status StatusAt(hid_t object, absl::string_view problem,
                      absl::StatusCode code) {
  return absl::Status(code, absl::StrCat(Place(object), problem));
}

}  // namespace cppet::hdf5
