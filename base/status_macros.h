#ifndef CPPET_BASE_STATUS_MACROS_H_
#define CPPET_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the calling function with the status of `expr`, an absl::Status,
// if that is an error:
//
//   CPPET_RETURN_IF_ERROR(file.Flush());
#define CPPET_RETURN_IF_ERROR(expr)                               \
  do {                                                            \
    if (absl::Status cppet_status = (expr); !cppet_status.ok()) { \
      return cppet_status;                                        \
    }                                                             \
  } while (false)

// Moves the value of `expr`, an absl::StatusOr, to `lhs`, or returns from the
// calling function with its error. `lhs` may declare a variable; one with a
// comma in it stands in parentheses:
//
//   CPPET_ASSIGN_OR_RETURN(const File file, File::Open(path));
//   CPPET_ASSIGN_OR_RETURN((auto [rows, columns]), Shape(dataset));
#define CPPET_ASSIGN_OR_RETURN(lhs, expr) \
  CPPET_ASSIGN_OR_RETURN_IMPL_(           \
      CPPET_STATUS_CONCAT_(cppet_status_or_, __LINE__), lhs, expr)

#define CPPET_ASSIGN_OR_RETURN_IMPL_(status_or, lhs, expr)   \
  auto status_or = (expr);                                   \
  if (!status_or.ok()) return std::move(status_or).status(); \
  CPPET_STATUS_UNPARENTHESIZE_(lhs) = *std::move(status_or)

#define CPPET_STATUS_CONCAT_(a, b) CPPET_STATUS_CONCAT_IMPL_(a, b)
#define CPPET_STATUS_CONCAT_IMPL_(a, b) a##b

// `(x)` and `x` both become `x`.
#define CPPET_STATUS_UNPARENTHESIZE_(x) \
  CPPET_STATUS_STRIP_(CPPET_STATUS_ESCAPE_ x)
#define CPPET_STATUS_ESCAPE_(...) CPPET_STATUS_ESCAPE_ __VA_ARGS__
#define CPPET_STATUS_STRIP_(...) CPPET_STATUS_STRIP_IMPL_(__VA_ARGS__)
#define CPPET_STATUS_STRIP_IMPL_(...) CPPET_STATUS_EMPTY_##__VA_ARGS__
#define CPPET_STATUS_EMPTY_CPPET_STATUS_ESCAPE_

#endif  // CPPET_BASE_STATUS_MACROS_H_
