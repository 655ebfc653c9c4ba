// Writes a trajectory that has each type of value in each class of leaf, to see
// what pypet makes of it:
//
//   write_every_type FILE [PYPET_VERSION PYTHON_VERSION]

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_conformance_values.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr int64_t kRuns = 3;

// What pypet can have: it makes an empty array of text one of floats.
std::vector<NamedValue> PypetItems() {
  std::vector<NamedValue> items;
  for (const auto& [name, value] : ItemValues()) {
    const bool empty_text = value.form() == Form::kArray && value.size() == 0 &&
                            value.dtype() == DType::kString;
    if (!empty_text) items.emplace_back(name, value);
  }
  return items;
}

absl::Status AddParameters(const std::string& class_name,
                           const std::vector<NamedValue>& values,
                           Trajectory& trajectory) {
  const std::string group = absl::StrCat("parameters.", class_name);
  for (const auto& [name, value] : values) {
    CPPET_RETURN_IF_ERROR(
        trajectory.tree()
            .Add(group, std::make_unique<Parameter>(name, value, class_name))
            .status());
  }
  return absl::OkStatus();
}

absl::Status AddResults(const std::string& class_name,
                        const std::vector<NamedValue>& values,
                        Trajectory& trajectory) {
  const std::string group = absl::StrCat("results.", class_name);
  for (const auto& [name, value] : values) {
    CPPET_RETURN_IF_ERROR(
        trajectory.tree()
            .Add(group, std::make_unique<Result>(name, Items{{name, value}},
                                                 class_name))
            .status());
  }
  return trajectory.tree()
      .Add(group,
           std::make_unique<Result>(
               "together", Items(values.begin(), values.end()), class_name))
      .status();
}

std::vector<NamedValue> PlainValues(const std::vector<NamedValue>& values) {
  std::vector<NamedValue> plain;
  for (const auto& [name, value] : values) {
    if (!value.is_composite()) plain.emplace_back(name, value);
  }
  return plain;
}

// Parameters with a range each, of the kinds that are kept in different ways.
absl::Status Explore(Trajectory& trajectory) {
  const std::vector<NamedValue> sparse = SparseValues();
  const std::vector<NamedValue> pickled = PickledValues();
  const std::vector<std::pair<std::string, std::vector<Value>>> ranges = {
      {"int", {1, 2, 3}},
      {"large_int", {int64_t{1} << 40, int64_t{2}, INT64_MIN}},
      {"float", {0.5, -1.5, 1e300}},
      {"text", {"a", "", "long text"}},
      {"flag", {true, false, true}},
      {"small", {int8_t{1}, int8_t{2}, int8_t{-3}}},
      {"array",
       {Value(std::vector<double>{1, 2}), Value(std::vector<double>{3, 4}),
        Value(std::vector<double>{1, 2})}},
      {"arrays",
       {Value(std::vector<double>{1}), Value(std::vector<double>{1, 2}),
        Value(std::vector<double>{1})}},
      {"tuple",
       {Value::Tuple<int32_t>({1, 2}), Value::Tuple<int32_t>({3, 4}),
        Value::Tuple<int32_t>({5, 6})}},
      {"sparse", {sparse[0].second, sparse[4].second, sparse[0].second}},
      {"pickled", {pickled[1].second, pickled[2].second, pickled[1].second}}};
  std::vector<Axis> axes;
  for (const auto& [name, values] : ranges) {
    const std::string full_name = absl::StrCat("parameters.explored.", name);
    // A sparse matrix of any format is of the type of the others.
    CPPET_RETURN_IF_ERROR(
        trajectory.AddValue(full_name, values[0], "It is explored"));
    axes.push_back({full_name, Range(values)});
  }
  return trajectory.Explore(Zip(std::move(axes)));
}

absl::Status Build(Trajectory& trajectory) {
  trajectory.set_comment("Each type in each class \u2603");
  const std::vector<NamedValue> values = ParameterValues();
  CPPET_RETURN_IF_ERROR(AddParameters("Parameter", values, trajectory));
  CPPET_RETURN_IF_ERROR(AddParameters("ArrayParameter", values, trajectory));
  CPPET_RETURN_IF_ERROR(AddParameters("SparseParameter", values, trajectory));
  CPPET_RETURN_IF_ERROR(
      AddParameters("PickleParameter", PlainValues(values), trajectory));
  CPPET_RETURN_IF_ERROR(
      AddParameters("PickleParameter", PickledValues(), trajectory));
  CPPET_RETURN_IF_ERROR(AddResults("Result", PypetItems(), trajectory));
  CPPET_RETURN_IF_ERROR(AddResults("SparseResult", PypetItems(), trajectory));
  CPPET_RETURN_IF_ERROR(
      AddResults("PickleResult", PlainValues(PypetItems()), trajectory));
  const std::vector<NamedValue> pickled = PickledValues();
  CPPET_RETURN_IF_ERROR(
      trajectory.AddResult("pickles", Items(pickled.begin(), pickled.end())));
  CPPET_RETURN_IF_ERROR(trajectory.AddResult(
      "nested", Items{{"a.b.c", 1}, {"a.b.d", 2.5}, {"e", "text"}}));
  CPPET_RETURN_IF_ERROR(trajectory.AddResult("empty", Items{}));
  CPPET_RETURN_IF_ERROR(Explore(trajectory));

  CPPET_RETURN_IF_ERROR(
      trajectory.AddGroup("parameters.annotated", "A group with remarks"));
  Node& group = *trajectory.tree().FindExact("parameters.annotated");
  for (const auto& [name, value] : AnnotationValues()) {
    group.Annotate(name, value);
  }
  trajectory.AddDerivedParameter("twice", 2.0, "A derived parameter");
  trajectory.AddConfig("mine.setting", "on", "A setting");
  CPPET_RETURN_IF_ERROR(trajectory.AddValue("other.place", 7, "Elsewhere"));
  CPPET_RETURN_IF_ERROR(
      trajectory.AddLink("parameters.link", "parameters.explored.int"));
  CPPET_RETURN_IF_ERROR(
      trajectory.AddLink("results.group_link", "results.Result"));
  return trajectory.status();
}

RunRecord RecordOf(int64_t index) {
  RunRecord record;
  record.index = index;
  record.completed = true;
  record.start_timestamp = 1.7e9 + index;
  record.finish_timestamp = record.start_timestamp + 0.25;
  const std::string run = RunName(index);
  record.leaves.emplace_back(
      LeafHead{"results.runs.$.z", "The same comment in all runs"},
      Items{{"z", index * 1.5}});
  record.leaves.emplace_back(LeafHead{"derived_parameters.runs.$.d", "",
                                      Node::Kind::kParameter, "Parameter"},
                             Items{{"data", index}});
  record.groups = {{absl::StrCat("results.runs.", run, ".group"),
                    "Of the run",
                    {{"note", "text"}}}};
  record.links = {{absl::StrCat("results.runs.", run, ".link"),
                   "parameters.explored.float"}};
  return record;
}

absl::Status WriteFile(const std::string& filename, std::string pypet_version,
                       std::string python_version) {
  Hdf5StorageOptions options;
  options.pypet_version = std::move(pypet_version);
  options.python_version = std::move(python_version);
  CPPET_ASSIGN_OR_RETURN(const auto service,
                         OpenHdf5Storage(filename, options));
  Trajectory trajectory("every_type");
  CPPET_RETURN_IF_ERROR(Build(trajectory));
  CPPET_RETURN_IF_ERROR(service->Store(trajectory));
  for (int64_t i = 0; i < kRuns; ++i) {
    CPPET_RETURN_IF_ERROR(service->StoreRuns(trajectory, {RecordOf(i)}));
  }
  return service->Close();
}

}  // namespace
}  // namespace cppet

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) {
    std::cerr
        << "usage: write_every_type FILE [PYPET_VERSION PYTHON_VERSION]\n";
    return 1;
  }
  const absl::Status status = cppet::WriteFile(
      argv[1], argc == 4 ? argv[2] : "", argc == 4 ? argv[3] : "");
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
