#include "cppet/tools/lib/spec.h"

#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/file_util.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/tools/lib/csv.h"
#include "cppet/tools/lib/environment_fields.h"
#include "cppet/tools/lib/yaml_literal.h"
#include "cppet/trajectory/names.h"
#include "yaml-cpp/yaml.h"

namespace cppet {
namespace {

constexpr size_t kMaxSpecBytes = 64 << 20;
constexpr size_t kMaxCsvBytes = size_t{1} << 30;

struct Entry {
  std::string key;
  YAML::Node key_node;
  YAML::Node value;
};

// Reads one spec; the first error ends it.
class SpecReader {
 public:
  explicit SpecReader(const std::string& filename) : filename_(filename) {}

  absl::StatusOr<Spec> Read(const std::string& text);

 private:
  // "fi.yaml:3:5: explore.I"
  std::string Where(const YAML::Mark& mark, absl::string_view path) const;
  absl::Status Error(const YAML::Node& node, absl::string_view path,
                     absl::string_view what) const;
  // `status` with its place put before it.
  absl::Status Placed(const YAML::Node& node, absl::string_view path,
                      const absl::Status& status) const;
  absl::Status UnknownKey(const Entry& entry, absl::string_view path,
                          const std::vector<std::string>& known) const;

  // The entries of the map `node`, each key of which comes once.
  absl::StatusOr<std::vector<Entry>> Entries(const YAML::Node& node,
                                             absl::string_view path) const;
  absl::StatusOr<std::string> Text(const YAML::Node& node,
                                   absl::string_view path) const;
  absl::StatusOr<Literal> Value(const YAML::Node& node,
                                absl::string_view path) const;

  absl::Status ReadTopLevel(const YAML::Node& root);
  absl::Status ReadCommand(const YAML::Node& node);
  absl::Status ReadParameters(const YAML::Node& node);
  absl::Status ReadParameter(const Entry& entry);
  absl::Status ReadExplore(const YAML::Node& node);
  absl::Status ReadAxis(const Entry& entry);
  absl::Status ReadAxisForm(const Entry& form, absl::string_view path,
                            AxisSpec& axis) const;
  absl::Status ReadNumbers(const Entry& form, absl::string_view path,
                           absl::string_view names, AxisSpec& axis) const;
  absl::Status ReadPoints(const Entry& form, absl::string_view path,
                          AxisSpec& axis) const;
  absl::Status ReadEnvironment(const YAML::Node& node);
  absl::Status ReadResourceSlots(const YAML::Node& node,
                                 absl::string_view path);
  absl::Status ReadTimeout(const YAML::Node& node);

  const std::string filename_;
  Spec spec_;
  bool has_use_pool_ = false;
};

std::string SpecReader::Where(const YAML::Mark& mark,
                              absl::string_view path) const {
  std::string where = filename_;
  if (!mark.is_null()) {
    absl::StrAppend(&where, ":", mark.line + 1, ":", mark.column + 1);
  }
  if (!path.empty()) absl::StrAppend(&where, ": ", path);
  return where;
}

absl::Status SpecReader::Error(const YAML::Node& node, absl::string_view path,
                               absl::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat(Where(node.Mark(), path), ": ", what));
}

absl::Status SpecReader::Placed(const YAML::Node& node, absl::string_view path,
                                const absl::Status& status) const {
  if (status.ok()) return status;
  return Error(node, path, status.message());
}

absl::Status SpecReader::UnknownKey(
    const Entry& entry, absl::string_view path,
    const std::vector<std::string>& known) const {
  const std::string near = NearestName(entry.key, known);
  return Error(
      entry.key_node, path,
      absl::StrCat("the key ", entry.key, " is not known; ",
                   near.empty()
                       ? absl::StrCat("there are ", absl::StrJoin(known, ", "))
                       : absl::StrCat("do you mean ", near, "?")));
}

absl::StatusOr<std::vector<Entry>> SpecReader::Entries(
    const YAML::Node& node, absl::string_view path) const {
  std::vector<Entry> entries;
  if (node.IsNull()) return entries;
  if (!node.IsMap()) {
    return Error(node, path, "needs entries such as `name: value`");
  }
  std::set<std::string> seen;
  for (const auto& pair : node) {
    const YAML::Node& key = pair.first;
    if (!key.IsScalar()) return Error(key, path, "a key is no name");
    if (!seen.insert(key.Scalar()).second) {
      return Error(key, path,
                   absl::StrCat("the key ", key.Scalar(), " comes twice"));
    }
    entries.push_back({key.Scalar(), key, pair.second});
  }
  return entries;
}

absl::StatusOr<std::string> SpecReader::Text(const YAML::Node& node,
                                             absl::string_view path) const {
  if (node.IsScalar()) return node.Scalar();
  return Error(node, path, "needs a text");
}

absl::StatusOr<Literal> SpecReader::Value(const YAML::Node& node,
                                          absl::string_view path) const {
  absl::StatusOr<Literal> literal = ReadLiteral(node);
  if (!literal.ok()) return Placed(node, path, literal.status());
  return literal;
}

absl::Status SpecReader::ReadTopLevel(const YAML::Node& root) {
  bool has_trajectory = false;
  bool has_command = false;
  CPPET_ASSIGN_OR_RETURN(const std::vector<Entry> entries, Entries(root, ""));
  for (const Entry& entry : entries) {
    const auto& [key, key_node, value] = entry;
    if (key == "trajectory") {
      has_trajectory = true;
      CPPET_ASSIGN_OR_RETURN(spec_.environment.trajectory, Text(value, key));
      CPPET_RETURN_IF_ERROR(Placed(
          value, key, CheckTrajectoryName(spec_.environment.trajectory)));
    } else if (key == "comment") {
      CPPET_ASSIGN_OR_RETURN(spec_.environment.comment, Text(value, key));
    } else if (key == "command") {
      has_command = true;
      CPPET_RETURN_IF_ERROR(ReadCommand(value));
    } else if (key == "parameters") {
      CPPET_RETURN_IF_ERROR(ReadParameters(value));
    } else if (key == "explore") {
      CPPET_RETURN_IF_ERROR(ReadExplore(value));
    } else if (key == "environment") {
      CPPET_RETURN_IF_ERROR(ReadEnvironment(value));
    } else if (key == "timeout") {
      CPPET_RETURN_IF_ERROR(ReadTimeout(value));
    } else {
      return UnknownKey(entry, "",
                        {"trajectory", "comment", "command", "parameters",
                         "explore", "environment", "timeout"});
    }
  }
  if (!has_trajectory) return Error(root, "", "there is no trajectory");
  if (!has_command) return Error(root, "", "there is no command");
  return absl::OkStatus();
}

absl::Status SpecReader::ReadCommand(const YAML::Node& node) {
  constexpr absl::string_view kPath = "command";
  spec_.command_where = Where(node.Mark(), kPath);
  if (node.IsScalar()) {
    spec_.shell = true;
    spec_.command = {node.Scalar()};
  } else if (node.IsSequence()) {
    for (const YAML::Node& argument : node) {
      CPPET_ASSIGN_OR_RETURN(std::string text, Text(argument, kPath));
      spec_.command.push_back(std::move(text));
    }
  } else {
    return Error(node, kPath,
                 "needs a list such as [program, \"--x={x}\"], or one text "
                 "for the shell");
  }
  if (spec_.command.empty() || spec_.command[0].empty()) {
    return Error(node, kPath, "there is no program");
  }
  return absl::OkStatus();
}

absl::Status SpecReader::ReadParameters(const YAML::Node& node) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                         Entries(node, "parameters"));
  for (const Entry& entry : entries) {
    CPPET_RETURN_IF_ERROR(ReadParameter(entry));
  }
  return absl::OkStatus();
}

absl::Status SpecReader::ReadParameter(const Entry& entry) {
  const std::string path = absl::StrCat("parameters.", entry.key);
  CPPET_RETURN_IF_ERROR(Placed(entry.key_node, path, CheckNodeName(path)));
  ParameterSpec parameter;
  parameter.name = entry.key;
  parameter.where = Where(entry.key_node.Mark(), path);
  bool has_value = false;
  if (entry.value.IsMap()) {
    CPPET_ASSIGN_OR_RETURN(const std::vector<Entry> fields,
                           Entries(entry.value, path));
    for (const Entry& field : fields) {
      if (field.key == "value") {
        has_value = true;
        CPPET_ASSIGN_OR_RETURN(parameter.value, Value(field.value, path));
      } else if (field.key == "comment") {
        CPPET_ASSIGN_OR_RETURN(parameter.comment, Text(field.value, path));
      } else {
        return UnknownKey(field, path, {"value", "comment"});
      }
    }
  } else {
    has_value = true;
    CPPET_ASSIGN_OR_RETURN(parameter.value, Value(entry.value, path));
  }
  if (!has_value) return Error(entry.key_node, path, "there is no value");
  spec_.parameters.push_back(std::move(parameter));
  return absl::OkStatus();
}

absl::Status SpecReader::ReadExplore(const YAML::Node& node) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                         Entries(node, "explore"));
  for (const Entry& entry : entries) {
    // A parameter may be called mode, too, but its axis is no scalar.
    if (entry.key != "mode" || !entry.value.IsScalar()) {
      CPPET_RETURN_IF_ERROR(ReadAxis(entry));
      continue;
    }
    const std::string& mode = entry.value.Scalar();
    if (mode != "cartesian" && mode != "list") {
      return Error(
          entry.value, "explore.mode",
          absl::StrCat(mode, " is no mode; there are cartesian and list"));
    }
    spec_.cartesian = mode == "cartesian";
  }
  return absl::OkStatus();
}

absl::Status SpecReader::ReadAxis(const Entry& entry) {
  const std::string path = absl::StrCat("explore.", entry.key);
  AxisSpec axis;
  axis.parameter = entry.key;
  axis.where = Where(entry.key_node.Mark(), path);
  if (entry.value.IsSequence()) {
    for (const YAML::Node& value : entry.value) {
      CPPET_ASSIGN_OR_RETURN(Literal literal, Value(value, path));
      axis.values.push_back(std::move(literal));
    }
    if (axis.values.empty()) {
      return Error(entry.value, path, "there are no values");
    }
  } else if (entry.value.IsMap()) {
    CPPET_ASSIGN_OR_RETURN(const std::vector<Entry> forms,
                           Entries(entry.value, path));
    for (const Entry& form : forms) {
      CPPET_RETURN_IF_ERROR(ReadAxisForm(form, path, axis));
    }
    if (forms.size() != 1) {
      return Error(entry.value, path,
                   "needs one of linspace, logspace, range and file");
    }
  } else {
    return Error(entry.key_node, path,
                 "needs a list of values, or such as {linspace: [0, 1, 11]}");
  }
  spec_.axes.push_back(std::move(axis));
  return absl::OkStatus();
}

absl::Status SpecReader::ReadAxisForm(const Entry& form, absl::string_view path,
                                      AxisSpec& axis) const {
  if (form.key == "linspace") {
    axis.kind = AxisSpec::Kind::kLinspace;
    return ReadNumbers(form, path, "first, last, count", axis);
  }
  if (form.key == "logspace") {
    axis.kind = AxisSpec::Kind::kLogspace;
    return ReadNumbers(form, path, "first exponent of 10, last exponent, count",
                       axis);
  }
  if (form.key == "range") {
    axis.kind = AxisSpec::Kind::kRange;
    return ReadNumbers(form, path, "start, stop, step", axis);
  }
  if (form.key == "file") return ReadPoints(form, path, axis);
  return UnknownKey(form, path, {"linspace", "logspace", "range", "file"});
}

absl::Status SpecReader::ReadNumbers(const Entry& form, absl::string_view path,
                                     absl::string_view names,
                                     AxisSpec& axis) const {
  if (!form.value.IsSequence() || form.value.size() != 3) {
    return Error(form.value, path,
                 absl::StrCat(form.key, " needs three numbers, [", names, "]"));
  }
  for (const YAML::Node& number : form.value) {
    CPPET_ASSIGN_OR_RETURN(Literal literal, Value(number, path));
    if (!literal.value.As<double>().ok()) {
      return Error(number, path,
                   absl::StrCat(PythonRepr(literal.value), " is no number"));
    }
    axis.values.push_back(std::move(literal));
  }
  return absl::OkStatus();
}

absl::Status SpecReader::ReadPoints(const Entry& form, absl::string_view path,
                                    AxisSpec& axis) const {
  CPPET_ASSIGN_OR_RETURN(axis.values_file, Text(form.value, path));
  const size_t slash = filename_.rfind('/');
  if (!absl::StartsWith(axis.values_file, "/") && slash != std::string::npos) {
    axis.values_file =
        absl::StrCat(filename_.substr(0, slash + 1), axis.values_file);
  }
  const absl::StatusOr<std::string> text =
      ReadFile(axis.values_file, {.max_bytes = kMaxCsvBytes});
  if (!text.ok()) return Placed(form.value, path, text.status());
  if (!IsValidUtf8(*text)) {
    return Error(form.value, path,
                 absl::StrCat(axis.values_file, " is no UTF-8"));
  }
  absl::StatusOr<std::vector<Literal>> values =
      CsvColumn(*text, axis.parameter);
  if (!values.ok()) {
    return Error(
        form.value, path,
        absl::StrCat(axis.values_file, ": ", values.status().message()));
  }
  axis.values = *std::move(values);
  return absl::OkStatus();
}

absl::Status SpecReader::ReadEnvironment(const YAML::Node& node) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                         Entries(node, "environment"));
  for (const Entry& entry : entries) {
    const std::string path = absl::StrCat("environment.", entry.key);
    if (entry.key == "resource_slots") {
      CPPET_RETURN_IF_ERROR(ReadResourceSlots(entry.value, path));
      continue;
    }
    if (entry.key == "longest_first") {
      CPPET_ASSIGN_OR_RETURN(spec_.longest_first, Text(entry.value, path));
      spec_.longest_first_where = Where(entry.key_node.Mark(), path);
      continue;
    }
    has_use_pool_ = has_use_pool_ || entry.key == "use_pool";
    CPPET_ASSIGN_OR_RETURN(const Literal literal, Value(entry.value, path));
    CPPET_RETURN_IF_ERROR(
        Placed(entry.key_node, path,
               SetEnvironmentField(entry.key, literal, spec_.environment)));
  }
  return absl::OkStatus();
}

absl::Status SpecReader::ReadResourceSlots(const YAML::Node& node,
                                           absl::string_view path) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Entry> entries, Entries(node, path));
  for (const Entry& entry : entries) {
    const std::string variable = absl::StrCat(path, ".", entry.key);
    CPPET_ASSIGN_OR_RETURN(const Literal literal, Value(entry.value, variable));
    CPPET_RETURN_IF_ERROR(
        Placed(entry.value, variable,
               SetResourceSlots(entry.key, literal, spec_.environment)));
  }
  return absl::OkStatus();
}

absl::Status SpecReader::ReadTimeout(const YAML::Node& node) {
  CPPET_ASSIGN_OR_RETURN(const Literal literal, Value(node, "timeout"));
  const absl::StatusOr<double> seconds = literal.value.As<double>();
  if (!seconds.ok() || !(*seconds > 0)) {
    return Error(node, "timeout", "needs a number of seconds above 0");
  }
  spec_.timeout = absl::Seconds(*seconds);
  return absl::OkStatus();
}

absl::StatusOr<Spec> SpecReader::Read(const std::string& text) {
  spec_.environment.add_time = false;
  spec_.environment.multiproc = true;
  spec_.environment.wrap_mode = WrapMode::kQueue;
  if (!IsValidUtf8(text)) {
    return absl::InvalidArgumentError(absl::StrCat(filename_, " is no UTF-8"));
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
      return Error(documents[1], "", "there is a second document");
    }
    const YAML::Node root = documents.empty() ? YAML::Node() : documents[0];
    if (!root.IsMap()) {
      return Error(root, "", "needs entries such as `trajectory: name`");
    }
    CPPET_RETURN_IF_ERROR(ReadTopLevel(root));
    EnvironmentOptions& environment = spec_.environment;
    if (!has_use_pool_) {
      environment.use_pool = environment.cpu_cap >= 1 &&
                             environment.memory_cap >= 1 &&
                             environment.swap_cap >= 1;
    }
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(Where(error.mark, ""), ": ", error.msg));
  }
  return std::move(spec_);
}

}  // namespace

absl::StatusOr<Spec> ParseSpec(const std::string& text,
                               const std::string& filename) {
  return SpecReader(filename).Read(text);
}

absl::StatusOr<Spec> ReadSpec(const std::string& filename) {
  CPPET_ASSIGN_OR_RETURN(const std::string text,
                         ReadFile(filename, {.max_bytes = kMaxSpecBytes}));
  return ParseSpec(text, filename);
}

}  // namespace cppet
