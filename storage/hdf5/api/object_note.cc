#include "cppet/storage/hdf5/api/object_note.h"

#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cppet/storage/hdf5/api/error.h"

namespace cppet::hdf5 {
namespace {

std::function<void(absl::string_view)>& Taker() {
  static auto& taker = *new std::function<void(absl::string_view)>();
  return taker;
}

}  // namespace

void TakeObjectNotes(std::function<void(absl::string_view path)> take) {
  Taker() = std::move(take);
}

void NoteObject(hid_t group, const std::string& name) {
  if (!Taker()) return;
  const std::string path = PathOf(group);
  Taker()(absl::StrCat(path, path == "/" ? "" : "/", name));
}

}  // namespace cppet::hdf5
