#ifndef CPPET_TRAJECTORY_USER_TYPE_H_
#define CPPET_TRAJECTORY_USER_TYPE_H_

#include <exception>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cereal/archives/portable_binary.hpp"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"

// Makes `TYPE`, which cereal can serialize, a type that parameters and results
// can have. `NAME` is what files call it, for good. To be used outside of
// namespaces, where the type and its serialize function are known:
//
//   struct Point {
//     double x, y;
//     template <class Archive> void serialize(Archive& a) { a(x, y); }
//   };
//   CPPET_USER_TYPE(Point, "geo.Point");
//
//   run.AddResult("nearest", Point{1, 2});
//   absl::StatusOr<Point> nearest = run.Get<Point>("nearest");
//
// A program that does not know the type has its bytes as a UserObject, and
// keeps them. To Python it is a dict with the name and the bytes. leaf_class.h
// is for files that others can read.
#define CPPET_USER_TYPE(TYPE, NAME)       \
  template <>                             \
  struct cppet::UserTypeName<TYPE> {      \
    static constexpr char kName[] = NAME; \
  };                                      \
  static_assert(sizeof(NAME) > 1, "a name is needed")

namespace cppet {

template <typename T>
struct UserTypeName;

template <typename T>
struct ValueTraits<T, std::void_t<decltype(UserTypeName<T>::kName)>> {
  static constexpr bool kIs = true;

  static Value ToValue(const T& object) {
    std::ostringstream out;
    {
      cereal::PortableBinaryOutputArchive archive(out);
      archive(object);
    }
    return UserObject{UserTypeName<T>::kName, out.str()};
  }

  static absl::StatusOr<T> FromValue(const Value& value) {
    absl::StatusOr<UserObject> stored = value.As<UserObject>();
    if (!stored.ok() || stored->type != UserTypeName<T>::kName) {
      return value_internal::NotA(value, UserTypeName<T>::kName);
    }
    std::istringstream in(std::move(stored->data));
    T object;
    try {
      cereal::PortableBinaryInputArchive archive(in);
      archive(object);
    } catch (const std::exception& error) {
      return absl::DataLossError(absl::StrCat(
          "the bytes of a ", UserTypeName<T>::kName,
          " do not make one; did the type change? ", error.what()));
    }
    return object;
  }
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_USER_TYPE_H_
