#include "cppet/tools/lib/results_json.h"

#include <cstdint>
#include <limits>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/tools/lib/array_builder.h"
#include "cppet/tools/lib/lenient_json.h"
#include "cppet/trajectory/names.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

constexpr size_t kMaxDepth = 32;

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
  bool parse_error(size_t, const std::string&,
                   const nlohmann::json::exception&) override {
    return false;
  }

  const absl::Status& status() const { return status_; }
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
};

}  // namespace

absl::StatusOr<JsonResults> ParseJsonResults(absl::string_view json) {
  Handler handler;
  CPPET_RETURN_IF_ERROR(ParseLenientJson(json, &handler));
  CPPET_RETURN_IF_ERROR(handler.status());
  return handler.TakeResults();
}

}  // namespace cppet
