#ifndef CPPET_STORAGE_HDF5_API_OBJECT_NOTE_H_
#define CPPET_STORAGE_HDF5_API_OBJECT_NOTE_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Gives `take` the path of each object that is opened from now on, in a process
// that may crash at it.
void TakeObjectNotes(std::function<void(absl::string_view path)> take);

// Tells who takes notes, if anyone does, that `name` in `group` is opened.
void NoteObject(hid_t group, const std::string& name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_OBJECT_NOTE_H_
