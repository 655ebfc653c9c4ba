#include "cppet/tools/lib/lenient_json.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cppet {
namespace {

// JSON has no words for floats that are not finite. Each is replaced by a
// number that no program writes, as it stands for 0.
struct Special {
  absl::string_view word;
  absl::string_view number;
  double value;
};
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Special kSpecials[] = {
    {"NaN", "1e-77777771", std::numeric_limits<double>::quiet_NaN()},
    {"Infinity", "1e-77777772", kInfinity},
    {"-Infinity", "1e-77777773", -kInfinity},
};

// A text with the special floats replaced, and where.
struct Replaced {
  std::string text;
  // Offsets in `text` behind replaced words, and what to subtract from there on
  // for an offset in the text as it was.
  std::vector<std::pair<size_t, int64_t>> shifts;

  size_t OriginalOffset(size_t offset) const {
    const auto after = std::upper_bound(
        shifts.begin(), shifts.end(), offset,
        [](size_t value, const auto& shift) { return value < shift.first; });
    return after == shifts.begin() ? offset : offset - std::prev(after)->second;
  }
};

Replaced ReplaceSpecials(absl::string_view json) {
  Replaced replaced;
  bool in_string = false;
  while (!json.empty()) {
    size_t taken = 1;
    if (in_string) {
      if (json[0] == '\\') taken = std::min<size_t>(2, json.size());
      if (json[0] == '"') in_string = false;
    } else if (json[0] == '"') {
      in_string = true;
    } else {
      for (const Special& special : kSpecials) {
        if (!absl::ConsumePrefix(&json, special.word)) continue;
        absl::StrAppend(&replaced.text, special.number);
        const int64_t before =
            replaced.shifts.empty() ? 0 : replaced.shifts.back().second;
        replaced.shifts.emplace_back(
            replaced.text.size(),
            before + static_cast<int64_t>(special.number.size()) -
                static_cast<int64_t>(special.word.size()));
        taken = 0;
        break;
      }
    }
    absl::StrAppend(&replaced.text, json.substr(0, taken));
    json.remove_prefix(taken);
  }
  return replaced;
}

// "3:14", counted from 1, of the character at `offset`.
std::string LineAndColumn(absl::string_view text, size_t offset) {
  const absl::string_view before = text.substr(0, offset);
  const int64_t line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return absl::StrCat(line, ":", before.size() - line_start + 1);
}

// What nlohmann says is wrong, without the place, which is ours to say.
std::string Cause(absl::string_view message) {
  const size_t cause = message.find("syntax error");
  return std::string(cause == absl::string_view::npos ? message
                                                      : message.substr(cause));
}

// Passes on what the parser finds, with the special floats, and keeps the error
// if it finds none.
class Forwarder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Forwarder(nlohmann::json_sax<nlohmann::json>* handler)
      : handler_(*handler) {}

  bool null() override { return handler_.null(); }
  bool boolean(bool value) override { return handler_.boolean(value); }
  bool number_integer(int64_t value) override {
    return handler_.number_integer(value);
  }
  bool number_unsigned(uint64_t value) override {
    return handler_.number_unsigned(value);
  }
  bool number_float(double value, const std::string& text) override {
    for (const Special& special : kSpecials) {
      if (text == special.number) value = special.value;
    }
    return handler_.number_float(value, text);
  }
  bool string(std::string& value) override { return handler_.string(value); }
  bool binary(nlohmann::json::binary_t& value) override {
    return handler_.binary(value);
  }
  bool start_object(size_t size) override {
    return handler_.start_object(size);
  }
  bool key(std::string& value) override { return handler_.key(value); }
  bool end_object() override { return handler_.end_object(); }
  bool start_array(size_t size) override { return handler_.start_array(size); }
  bool end_array() override { return handler_.end_array(); }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::json::exception& error) override {
    error_length_ = position;
    error_ = Cause(error.what());
    return false;
  }

  // What is wrong; empty if nothing is.
  const std::string& error() const { return error_; }
  // The length of the text up to the error, which is in its last character.
  size_t error_length() const { return error_length_; }

 private:
  nlohmann::json_sax<nlohmann::json>& handler_;
  std::string error_;
  size_t error_length_ = 0;
};

}  // namespace

absl::Status ParseLenientJson(absl::string_view text,
                              nlohmann::json_sax<nlohmann::json>* handler) {
  const Replaced replaced = ReplaceSpecials(text);
  Forwarder forwarder(handler);
  nlohmann::json::sax_parse(replaced.text, &forwarder);
  if (forwarder.error().empty()) return absl::OkStatus();
  const size_t length = std::max<size_t>(forwarder.error_length(), 1);
  return absl::InvalidArgumentError(absl::StrCat(
      "no JSON at ", LineAndColumn(text, replaced.OriginalOffset(length - 1)),
      ": ", forwarder.error()));
}

}  // namespace cppet
