#include "cppet/trajectory/leaf_classes.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "cppet/base/shared_object.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"

namespace cppet {
namespace {

using leaf_class_internal::kLibrarySymbol;
using leaf_class_internal::Library;

using Registered = std::vector<const LeafClass*>;

const Library& Own() {
  return *leaf_class_internal::cppet_leaf_class_library();
}

// The one of `classes` that is called `type`; `where` is where they are.
absl::StatusOr<const LeafClass*> Pick(const Registered& classes,
                                      absl::string_view type,
                                      absl::string_view where) {
  const LeafClass* found = nullptr;
  std::set<absl::string_view> names;
  for (const LeafClass* leaf_class : classes) {
    names.insert(leaf_class->name());
    if (leaf_class->name() != type) continue;
    if (found == nullptr) {
      found = leaf_class;
    } else if (InSameObject(found, leaf_class)) {
      return absl::AlreadyExistsError(
          absl::StrCat(type, " is registered twice in ", where));
    }
  }
  if (found != nullptr) return found;
  return absl::NotFoundError(absl::StrCat(
      "there is no class ", type, " in ", where,
      names.empty() ? " and no other one"
                    : absl::StrCat("; there is ", absl::StrJoin(names, ", "))));
}

absl::StatusOr<const LeafClass*> FindInSharedObject(const std::string& path,
                                                    absl::string_view type) {
  CPPET_ASSIGN_OR_RETURN(const SharedObject object, SharedObject::Load(path));
  const auto tell =
      reinterpret_cast<const Library* (*)()>(object.Find(kLibrarySymbol));
  if (tell == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is no library of cppet classes"));
  }
  const Library& library = *tell();
  const absl::string_view built_with = library.built_with;
  if (built_with != Own().built_with) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is built with ", built_with,
                     ", this program with ", Own().built_with));
  }
  // The registry may be that of the program.
  Registered classes;
  for (const LeafClass* leaf_class : *library.classes) {
    if (object.Contains(leaf_class)) classes.push_back(leaf_class);
  }
  return Pick(classes, type, path);
}

// Where the path of a shared object ends in `name`; types may have "::".
size_t EndOfPath(absl::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] != ':') continue;
    if (i + 1 == name.size() || name[i + 1] != ':') return i;
    ++i;
  }
  return absl::string_view::npos;
}

absl::StatusOr<const LeafClass*> FindOne(absl::string_view name) {
  const size_t end = EndOfPath(name);
  if (end == absl::string_view::npos) {
    if (name.empty()) return absl::InvalidArgumentError("it has no name");
    return Pick(*Own().classes, name, "this program");
  }
  const absl::string_view type = name.substr(end + 1);
  if (end == 0) {
    return absl::InvalidArgumentError("there is no file before the ':'");
  }
  if (type.empty()) {
    return absl::InvalidArgumentError("there is no class after the ':'");
  }
  return FindInSharedObject(std::string(name.substr(0, end)), type);
}

}  // namespace

const LeafClass* LeafClasses::Find(absl::string_view name) const {
  const auto it = classes_.find(name);
  return it == classes_.end() ? nullptr : it->second;
}

absl::string_view SharedObjectIn(absl::string_view name) {
  const size_t end = EndOfPath(name);
  return end == absl::string_view::npos ? "" : name.substr(0, end);
}

absl::StatusOr<LeafClasses> FindLeafClasses(
    absl::Span<const std::string> names) {
  // Shared objects add to the registry while they are loaded.
  static absl::Mutex mutex(absl::kConstInit);
  const absl::MutexLock lock(&mutex);
  LeafClasses classes;
  for (const std::string& name : names) {
    const std::string what = absl::StrCat("the class '", name, "'");
    const absl::StatusOr<const LeafClass*> found = FindOne(name);
    if (!found.ok()) return WithPrefix(what, found.status());
    const auto [it, is_new] =
        classes.classes_.emplace((*found)->name(), *found);
    if (!is_new && it->second != *found) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, ": there is another class of that name"));
    }
  }
  return classes;
}

}  // namespace cppet
