#include "cppet/tools/lib/results_json.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/tools/lib/array_builder.h"
#include "cppet/trajectory/names.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

constexpr size_t kMaxDepth = 32;

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

// Collects the results while the parser goes through the text.
class Handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override {
    if (in_array_) {
      return Fail(absl::InvalidArgumentError(
          "the elements are mixed: null beside others"));
    }
    if (keys_.empty()) return NoObject();
    results_.nulls.push_back(Name());
    return true;
  }
  bool boolean(bool value) override {
    return in_array_ ? Check(array_.AddBool(value)) : AddResult(value);
  }
  bool number_integer(int64_t value) override {
    return in_array_ ? Check(array_.AddInt(value)) : AddResult(value);
  }
  bool number_unsigned(uint64_t value) override {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return OutOfRange(absl::StrCat(value));
    }
    return number_integer(static_cast<int64_t>(value));
  }
  bool number_float(double value, const std::string& text) override {
    if (text.find_first_of(".eE") == std::string::npos) return OutOfRange(text);
    for (const Special& special : kSpecials) {
      if (text == special.number) value = special.value;
    }
    return in_array_ ? Check(array_.AddFloat(value)) : AddResult(value);
  }
  bool string(std::string& value) override {
    return in_array_ ? Check(array_.AddString(std::move(value)))
                     : AddResult(std::move(value));
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }

  bool start_object(size_t) override {
    if (in_array_) {
      return Fail(absl::InvalidArgumentError("a list holds an object"));
    }
    if (keys_.size() >= kMaxDepth) {
      return Fail(absl::InvalidArgumentError("it is nested too deeply"));
    }
    keys_.emplace_back();
    seen_.emplace_back();
    return true;
  }
  bool end_object() override {
    keys_.pop_back();
    seen_.pop_back();
    return true;
  }
  bool key(std::string& key) override {
    keys_.back() = key;
    if (!seen_.back().insert(key).second) {
      return Fail(absl::InvalidArgumentError("the key comes twice"));
    }
    return Check(CheckNodeName(key));
  }
  bool start_array(size_t) override {
    if (keys_.empty()) return NoObject();
    if (in_array_ && ++depth_ > kMaxDepth) {
      return Fail(absl::InvalidArgumentError("it is nested too deeply"));
    }
    if (!in_array_) {
      in_array_ = true;
      depth_ = 1;
      array_ = ArrayBuilder();
    }
    return Check(array_.BeginList());
  }
  bool end_array() override {
    if (!Check(array_.EndList())) return false;
    --depth_;
    if (!array_.complete()) return true;
    in_array_ = false;
    return AddResult(array_.Build(Form::kArray));
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::json::exception& error) override {
    error_offset_ = position;
    status_ = absl::InvalidArgumentError(Cause(error.what()));
    return false;
  }

  const absl::Status& status() const { return status_; }
  // The length of the text up to a syntax error; 0 if it is of another kind.
  size_t error_offset() const { return error_offset_; }
  JsonResults TakeResults() { return std::move(results_); }

 private:
  std::string Name() const {
    std::string name;
    for (const std::string& key : keys_) {
      absl::StrAppend(&name, name.empty() ? "" : ".", key);
    }
    return name;
  }
  bool Fail(const absl::Status& status) {
    status_ = WithPrefix(Name(), status);
    return false;
  }
  bool Check(const absl::Status& status) { return status.ok() || Fail(status); }
  bool NoObject() {
    status_ = absl::InvalidArgumentError(
        "the results are no object such as {\"z\": 42}");
    return false;
  }
  bool OutOfRange(absl::string_view number) {
    if (keys_.empty()) return NoObject();
    return Fail(absl::InvalidArgumentError(
        absl::StrCat("the integer ", number, " has more than 64 bits")));
  }
  bool AddResult(Value value) {
    if (keys_.empty()) return NoObject();
    results_.results.emplace_back(Name(), std::move(value));
    return true;
  }

  std::vector<std::string> keys_;  // of the objects that are open
  std::vector<std::set<std::string>> seen_;
  bool in_array_ = false;
  size_t depth_ = 0;  // of arrays
  ArrayBuilder array_;
  JsonResults results_;
  absl::Status status_;
  size_t error_offset_ = 0;
};

}  // namespace

absl::StatusOr<JsonResults> ParseJsonResults(absl::string_view json) {
  const Replaced replaced = ReplaceSpecials(json);
  Handler handler;
  nlohmann::json::sax_parse(replaced.text, &handler);
  if (handler.status().ok()) return handler.TakeResults();
  if (handler.error_offset() == 0) return handler.status();
  // The parser counts the character that it did not like.
  const size_t offset = replaced.OriginalOffset(handler.error_offset() - 1);
  return absl::InvalidArgumentError(
      absl::StrCat("no JSON at ", LineAndColumn(json, offset), ": ",
                   handler.status().message()));
}

}  // namespace cppet
