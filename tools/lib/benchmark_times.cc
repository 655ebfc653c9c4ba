#include "cppet/tools/lib/benchmark_times.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/tools/lib/lenient_json.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

absl::StatusOr<double> NanosecondsOf(absl::string_view unit) {
  if (unit == "ns") return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  if (unit == "s") return 1e9;
  return absl::InvalidArgumentError(
      absl::StrCat("its time_unit '", unit, "' is not ns, us, ms or s"));
}

// `values` are not empty.
double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return values[middle - 1] / 2 + values[middle] / 2;
}

// One object of the list "benchmarks". A counter of the user's own may have the
// name of a field and is behind it, so that the first one counts.
struct Entry {
  std::map<std::string, std::string> texts;
  std::map<std::string, double> numbers;
  std::map<std::string, bool> booleans;

  absl::StatusOr<std::string> Text(const std::string& key) const {
    const auto found = texts.find(key);
    if (found != texts.end()) return found->second;
    return absl::InvalidArgumentError(absl::StrCat("it has no text ", key));
  }

  bool IsTrue(const std::string& key) const {
    const auto found = booleans.find(key);
    return found != booleans.end() && found->second;
  }

  absl::StatusOr<double> Nanoseconds() const {
    const auto found = numbers.find("real_time");
    if (found == numbers.end()) {
      return absl::InvalidArgumentError("it has no number real_time");
    }
    CPPET_ASSIGN_OR_RETURN(const std::string unit, Text("time_unit"));
    CPPET_ASSIGN_OR_RETURN(const double factor, NanosecondsOf(unit));
    const double nanoseconds = found->second * factor;
    if (nanoseconds > 0 && std::isfinite(nanoseconds)) return nanoseconds;
    return absl::InvalidArgumentError(absl::StrCat(
        "its real_time ", found->second, " ", unit, " is no time above 0"));
  }
};

// Puts together the entries of each benchmark.
class Collector {
 public:
  absl::Status Add(const Entry& entry) {
    CPPET_ASSIGN_OR_RETURN(const std::string name, entry.Text("run_name"));
    CPPET_ASSIGN_OR_RETURN(const std::string type, entry.Text("run_type"));
    if (type == "aggregate") {
      CPPET_ASSIGN_OR_RETURN(const std::string aggregate,
                             entry.Text("aggregate_name"));
      if (aggregate != "median") return absl::OkStatus();
      CPPET_ASSIGN_OR_RETURN(const double nanoseconds, entry.Nanoseconds());
      Find(name).medians.push_back(nanoseconds);
      return absl::OkStatus();
    }
    if (type != "iteration") {
      return absl::InvalidArgumentError(absl::StrCat(
          "its run_type '", type, "' is neither iteration nor aggregate"));
    }
    if (entry.IsTrue("error_occurred")) {
      Benchmark& benchmark = Find(name);
      if (!benchmark.error.empty()) return absl::OkStatus();
      benchmark.error = entry.Text("error_message").value_or("");
      if (benchmark.error.empty()) benchmark.error = "an error occurred";
      return absl::OkStatus();
    }
    if (entry.IsTrue("skipped")) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(const double nanoseconds, entry.Nanoseconds());
    Find(name).runs.push_back(nanoseconds);
    return absl::OkStatus();
  }

  std::vector<BenchmarkTime> Times() const {
    std::vector<BenchmarkTime> times;
    for (const Benchmark& benchmark : benchmarks_) {
      BenchmarkTime& time = times.emplace_back();
      time.name = benchmark.name;
      time.error = benchmark.error;
      if (!time.error.empty()) continue;
      time.nanoseconds = Median(benchmark.medians.empty() ? benchmark.runs
                                                          : benchmark.medians);
    }
    return times;
  }

 private:
  struct Benchmark {
    std::string name;
    std::vector<double> runs;     // in nanoseconds
    std::vector<double> medians;  // of runs, likewise
    std::string error;
  };

  Benchmark& Find(const std::string& name) {
    const auto [found, is_new] = indices_.emplace(name, benchmarks_.size());
    if (is_new) benchmarks_.emplace_back().name = name;
    return benchmarks_[found->second];
  }

  std::vector<Benchmark> benchmarks_;
  std::map<std::string, size_t> indices_;
};

// Takes the entries out of the file while the parser goes through it: the
// objects in the list "benchmarks" of the outermost object.
class Handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return CheckPlace(); }
  bool boolean(bool value) override {
    return CheckPlace() && Keep(value, &entry_.booleans);
  }
  bool number_integer(int64_t value) override {
    return number_float(static_cast<double>(value), "");
  }
  bool number_unsigned(uint64_t value) override {
    return number_float(static_cast<double>(value), "");
  }
  bool number_float(double value, const std::string&) override {
    return CheckPlace() && Keep(value, &entry_.numbers);
  }
  bool string(std::string& value) override {
    return CheckPlace() && Keep(std::move(value), &entry_.texts);
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }

  bool start_object(size_t) override {
    const bool is_entry = in_benchmarks_ && depth_ == kListDepth;
    if (depth_ > 0 && !is_entry && !CheckPlace()) return false;
    if (is_entry) entry_ = Entry();
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    if (!in_benchmarks_ || depth_ != kListDepth) return true;
    const absl::Status status = collector_.Add(entry_);
    if (!status.ok()) {
      const std::string name = entry_.Text("run_name").value_or("");
      return Fail(WithPrefix(absl::StrCat("benchmarks[", entries_, "]",
                                          name.empty() ? "" : " ", name),
                             status));
    }
    ++entries_;
    return true;
  }
  bool key(std::string& key) override {
    if (depth_ == 1 || depth_ == kEntryDepth) key_ = std::move(key);
    return true;
  }
  bool start_array(size_t) override {
    const bool is_list = depth_ == 1 && key_ == "benchmarks";
    if (!is_list && !CheckPlace()) return false;
    in_benchmarks_ = in_benchmarks_ || is_list;
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    if (depth_ == 1) in_benchmarks_ = false;
    return true;
  }
  bool parse_error(size_t, const std::string&,
                   const nlohmann::json::exception&) override {
    return false;
  }

  const absl::Status& status() const { return status_; }
  const Collector& collector() const { return collector_; }

 private:
  // Of what is in the list, and of what is in an entry.
  static constexpr size_t kListDepth = 2;
  static constexpr size_t kEntryDepth = 3;

  bool Fail(absl::Status status) {
    status_ = std::move(status);
    return false;
  }

  // Whether something that is neither the list nor an entry may be here.
  bool CheckPlace() {
    if (depth_ == 0) {
      return Fail(absl::InvalidArgumentError(
          "it is no object, as Google Benchmark writes"));
    }
    if (depth_ == 1 && key_ == "benchmarks") {
      return Fail(absl::InvalidArgumentError("its benchmarks are no list"));
    }
    if (in_benchmarks_ && depth_ == kListDepth) {
      return Fail(absl::InvalidArgumentError(
          absl::StrCat("benchmarks[", entries_, "] is no object")));
    }
    return true;
  }

  template <typename T>
  bool Keep(T value, std::map<std::string, T>* fields) {
    if (in_benchmarks_ && depth_ == kEntryDepth) {
      fields->emplace(key_, std::move(value));
    }
    return true;
  }

  size_t depth_ = 0;  // of objects and lists that are open
  std::string key_;
  bool in_benchmarks_ = false;
  size_t entries_ = 0;
  Entry entry_;
  Collector collector_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::vector<BenchmarkTime>> ParseBenchmarkTimes(
    absl::string_view json) {
  Handler handler;
  CPPET_RETURN_IF_ERROR(ParseLenientJson(json, &handler));
  CPPET_RETURN_IF_ERROR(handler.status());
  std::vector<BenchmarkTime> times = handler.collector().Times();
  if (times.empty()) {
    return absl::InvalidArgumentError("there is no benchmark in it");
  }
  return times;
}

}  // namespace cppet
