#ifndef CPPET_ENVIRONMENT_LOGS_LINE_CUTTER_H_
#define CPPET_ENVIRONMENT_LOGS_LINE_CUTTER_H_

#include <cstddef>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace cppet {

// Cuts what comes in pieces into lines. Takes no memory but when it is made.
//
//   LineCutter cutter(1 << 16);
//   cutter.Add("one\ntw", take);  // calls take("one")
//   cutter.Finish(take);          // calls take("tw")
class LineCutter {
 public:
  using Take = absl::FunctionRef<void(absl::string_view line)>;

  // A line that is longer than `max_line` bytes is several.
  explicit LineCutter(size_t max_line);

  // Calls `take` with each line that is whole now, without its end.
  void Add(absl::string_view bytes, Take take);
  // What is left is a line, unless that is nothing.
  void Finish(Take take);

 private:
  void Emit(absl::string_view rest, Take take);

  size_t max_line_;
  std::unique_ptr<char[]> buffer_;  // the start of a line
  size_t size_ = 0;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_LOGS_LINE_CUTTER_H_
