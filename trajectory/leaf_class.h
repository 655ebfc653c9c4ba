#ifndef CPPET_TRAJECTORY_LEAF_CLASS_H_
#define CPPET_TRAJECTORY_LEAF_CLASS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/user_type.h"
#include "cppet/trajectory/value.h"

// Says as what items a file keeps a `TYPE`, which has a CPPET_USER_TYPE, so
// that every program can read them. `ITEMS` has two functions:
//
//   struct PointItems {
//     static cppet::Items ToItems(const Point& point) {
//       return {{"x", point.x}, {"y", point.y}};
//     }
//     static absl::StatusOr<Point> FromItems(const cppet::Items& items) {
//       const auto x = cppet::ItemAs<double>(items, "x");
//       if (!x.ok()) return x.status();
//       ...
//     }
//   };
//   CPPET_LEAF_CLASS(Point, PointItems);
//
// Both may return the type itself or a StatusOr of it. The items may come back
// in another order.
//
// It stands in one .cc, outside of namespaces and functions; of a library, one
// with `alwayslink = True`. Files use the class once options name it, see
// leaf_classes.h.
#define CPPET_LEAF_CLASS(TYPE, ITEMS)                                         \
  static const ::cppet::leaf_class_internal::RegisteredLeafClass<TYPE, ITEMS> \
  CPPET_LEAF_CLASS_JOIN_(cppet_leaf_class_, __LINE__)

#define CPPET_LEAF_CLASS_JOIN_(a, b) CPPET_LEAF_CLASS_JOIN_NOW_(a, b)
#define CPPET_LEAF_CLASS_JOIN_NOW_(a, b) a##b

namespace cppet {

// How leaves whose value is of a type of the user's own are kept.
class LeafClass {
 public:
  explicit LeafClass(std::string name) : name_(std::move(name)) {}
  virtual ~LeafClass() = default;

  LeafClass(const LeafClass&) = delete;
  LeafClass& operator=(const LeafClass&) = delete;

  // Of the type, and of leaves in files: "geo.Point".
  const std::string& name() const { return name_; }

  // What to keep of `object`, and the reverse.
  //
  // Errors, with the name of the class:
  //   kInvalidArgument: `object` is of another type; the items have names that
  //     no items can have.
  //   kInternal: the user's function threw an exception.
  //   Others: of the user's function.
  absl::StatusOr<Items> ToItems(const Value& object) const;
  absl::StatusOr<Value> FromItems(const Items& items) const;

 private:
  // May throw.
  virtual absl::StatusOr<Items> MakeItems(const Value& object) const = 0;
  virtual absl::StatusOr<Value> MakeObject(const Items& items) const = 0;

  const std::string name_;
};

// The item `name` of `items` as a T.
//
// Errors:
//   kNotFound: there is none.
//   kInvalidArgument: it is no T.
template <typename T>
absl::StatusOr<T> ItemAs(const Items& items, absl::string_view name) {
  for (const auto& [key, value] : items) {
    if (key != name) continue;
    absl::StatusOr<T> item = value.template As<T>();
    if (item.ok()) return item;
    return absl::Status(item.status().code(),
                        absl::StrCat(name, ": ", item.status().message()));
  }
  return absl::NotFoundError(absl::StrCat("there is no item ", name));
}

namespace leaf_class_internal {

// The classes that were registered, in that order: in a program, in its own; in
// a shared object, in its own or, if the program exports this function, in that
// of the program.
std::vector<const LeafClass*>& Registry();

// What a shared object tells of itself: what it is built with, on which all
// that it gives depends, and its registry.
struct Library {
  const char* built_with;
  const std::vector<const LeafClass*>* classes;
};

// The function that tells it. The name and the first field stay as they are.
inline constexpr char kLibrarySymbol[] = "cppet_leaf_class_library";
extern "C" __attribute__((visibility("default"))) const Library*
cppet_leaf_class_library();

template <typename T, typename ItemsOfT>
class RegisteredLeafClass final : public LeafClass {
 public:
  RegisteredLeafClass() : LeafClass(UserTypeName<T>::kName) {
    Registry().push_back(this);
  }

 private:
  absl::StatusOr<Items> MakeItems(const Value& object) const override {
    const absl::StatusOr<T> typed = object.As<T>();
    if (!typed.ok()) return typed.status();
    return ItemsOfT::ToItems(*typed);
  }

  absl::StatusOr<Value> MakeObject(const Items& items) const override {
    const absl::StatusOr<T> typed = ItemsOfT::FromItems(items);
    if (!typed.ok()) return typed.status();
    return Value(*typed);
  }
};

}  // namespace leaf_class_internal
}  // namespace cppet

#endif  // CPPET_TRAJECTORY_LEAF_CLASS_H_
