#ifndef CPPET_TRAJECTORY_LEAF_CLASSES_H_
#define CPPET_TRAJECTORY_LEAF_CLASSES_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/trajectory/leaf_class.h"

namespace cppet {

// Classes of leaves by their names. A copy is cheap.
class LeafClasses {
 public:
  // None.
  LeafClasses() = default;

  bool empty() const { return classes_.empty(); }
  // Null if there is none of that name.
  const LeafClass* Find(absl::string_view name) const;

 private:
  friend absl::StatusOr<LeafClasses> FindLeafClasses(
      absl::Span<const std::string> names);

  std::map<std::string, const LeafClass*, std::less<>> classes_;
};

// Finds the classes of `names`, each registered with CPPET_LEAF_CLASS in this
// program ("geo.Point") or in a shared object ("path/to/libgeo.so:geo.Point"),
// which is loaded for as long as the program runs. Bazel makes one of
//
//   cc_binary(
//       name = "libgeo.so",
//       srcs = ["geo_point.cc"],
//       linkshared = True,
//       deps = ["@cppet//trajectory:leaf_class"],
//   )
//
// Errors, with the name as it was given:
//   kInvalidArgument: a part of it is empty, it is given for two classes, or
//     the shared object cannot be loaded or has no classes of cppet.
//   kNotFound: there is no such file, or no such class; says which there are.
//   kAlreadyExists: the class was registered twice.
//   kFailedPrecondition: the shared object was built with another version of
//     cppet or another compiler; says what both are built with.
absl::StatusOr<LeafClasses> FindLeafClasses(
    absl::Span<const std::string> names);

// The path of the shared object in the name of a class; empty if it has none.
absl::string_view SharedObjectIn(absl::string_view name);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_LEAF_CLASSES_H_
