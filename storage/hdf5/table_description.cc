#include "cppet/storage/hdf5/table_description.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/attribute.h"
#include "cppet/storage/hdf5/error.h"
#include "cppet/storage/hdf5/pickle.h"
#include "cppet/storage/hdf5/pickle_tree.h"

namespace cppet::hdf5 {
namespace {

using Kind = PickleNode::Kind;

// The unit of time of dates that pandas calls ns.
constexpr int64_t kNanoseconds = 10;

// pandas has fewer notes about a column.
constexpr size_t kMaxNotes = 64;

absl::Status Damaged(absl::string_view problem) {
  return absl::DataLossError(problem);
}

absl::Status Unsupported(absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("pandas' ", what, " cannot be read here"));
}

// A pickle without its end, as part of a larger one.
std::string Part(const Value& value) {
  std::string pickle = Pickle(value);
  pickle.pop_back();
  return pickle;
}

Value List(const Value& array) {
  if (array.is_text()) {
    return Value::TextCollection(Form::kList, array.dtype(), Flavor::kPython,
                                 {array.size()},
                                 {array.texts().begin(), array.texts().end()});
  }
  const absl::string_view bytes = array.bytes();
  return Value::Collection(Form::kList, array.dtype(), Flavor::kPython,
                           {array.size()}, {bytes.begin(), bytes.end()});
}

// What pandas notes of each axis and column.
std::string PickleNotes(const TableDescription& description) {
  const std::optional<std::string>& columns_name = description.columns_name;
  std::string out =
      absl::StrCat("(dI1\n(d", Part("names"), "(l",
                   columns_name.has_value() ? Part(*columns_name) : "N", "as",
                   Part("type"), Part("Index"), "ss", Part("index"), "(d");
  if (description.index_name.has_value()) {
    absl::StrAppend(&out, Part("index_name"), Part(*description.index_name),
                    "s");
  }
  absl::StrAppend(&out, "s");
  for (const std::string& column : description.value_columns) {
    absl::StrAppend(&out, Part(column), "(ds");
  }
  return absl::StrCat(out, ".");
}

absl::StatusOr<PickleTree> ReadPickle(hid_t object, const std::string& name) {
  const std::optional<std::string> pickle = ReadText(object, name.c_str());
  if (!pickle.has_value()) return Damaged("it is not there");
  return PickleTree::Parse(*pickle);
}

// `status` with the name of the attribute that it is about.
absl::Status AtAttribute(hid_t object, absl::string_view name,
                         const absl::Status& status) {
  return StatusAt(object,
                  absl::StrCat("the attribute ", name, ": ", status.message()),
                  status.code());
}

// A date without time zone, of which the pickle is a call with its nanoseconds.
bool IsDate(const PickleNode& node) {
  if (node.kind != Kind::kCall ||
      node.items[0]->text !=
          "pandas._libs.tslibs.timestamps._unpickle_timestamp") {
    return false;
  }
  const std::vector<const PickleNode*>& arguments = node.items[1]->items;
  return arguments.size() >= 3 && arguments[0]->kind == Kind::kInteger &&
         arguments[2]->kind == Kind::kNone &&
         (arguments.size() == 3 || arguments[3]->integer == kNanoseconds);
}

absl::StatusOr<Value> DateLabels(const PickleNode& list) {
  std::vector<char> bytes;
  for (const PickleNode* const item : list.items) {
    if (!IsDate(*item)) return Unsupported("labels that are objects");
    const int64_t date = item->items[1]->items[0]->integer;
    const char* const begin = reinterpret_cast<const char*>(&date);
    bytes.insert(bytes.end(), begin, begin + sizeof(date));
  }
  return Value::Collection(Form::kArray, DType::kDatetime64, Flavor::kNumpy,
                           {static_cast<int64_t>(list.items.size())},
                           std::move(bytes));
}

absl::StatusOr<Value> Labels(const PickleNode& list) {
  if (list.kind != Kind::kList) return Damaged("it is no list of labels");
  const Kind kind = list.items.empty() ? Kind::kText : list.items[0]->kind;
  std::vector<std::string> texts;
  std::vector<int64_t> integers;
  std::vector<double> numbers;
  for (const PickleNode* const item : list.items) {
    if (item->kind != kind) return Unsupported("labels of several types");
    if (kind == Kind::kText) texts.push_back(item->text);
    if (kind == Kind::kInteger) integers.push_back(item->integer);
    if (kind == Kind::kFloat) numbers.push_back(item->number);
  }
  switch (kind) {
    case Kind::kText:
      return Value(texts);
    case Kind::kInteger:
      return Value(integers);
    case Kind::kFloat:
      return Value(numbers);
    default:
      return DateLabels(list);
  }
}

// The value of a key in a dict, or null.
const PickleNode* Find(const PickleNode& dict, absl::string_view key) {
  if (dict.kind != Kind::kDict) return nullptr;
  for (size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    if (dict.items[i]->kind == Kind::kText && dict.items[i]->text == key) {
      return dict.items[i + 1];
    }
  }
  return nullptr;
}

bool IsSet(const PickleNode* node) {
  return node != nullptr && node->kind != Kind::kNone;
}

absl::StatusOr<std::optional<std::string>> NameIn(const PickleNode* node) {
  if (!IsSet(node)) return std::nullopt;
  if (node->kind != Kind::kText) return Unsupported("names that are no text");
  return node->text;
}

// The rows are those of the first axis, and have one label each.
absl::Status CheckIndexColumns(const PickleNode& list) {
  if (list.kind != Kind::kList || list.items.size() != 1 ||
      list.items[0]->kind != Kind::kTuple || list.items[0]->items.size() != 2) {
    return Unsupported("tables with several indexes");
  }
  const std::vector<const PickleNode*>& column = list.items[0]->items;
  if (column[0]->kind != Kind::kInteger || column[0]->integer != 0 ||
      column[1]->kind != Kind::kText || column[1]->text != "index") {
    return Unsupported("tables that are not indexed by their rows");
  }
  return absl::OkStatus();
}

absl::StatusOr<Value> ColumnLabels(const PickleNode& list) {
  if (list.kind != Kind::kList || list.items.size() != 1 ||
      list.items[0]->kind != Kind::kTuple || list.items[0]->items.size() != 2) {
    return Damaged("it is no axis");
  }
  return Labels(*list.items[0]->items[1]);
}

absl::Status ReadNotes(const PickleNode& notes, TableDescription* description) {
  const PickleNode* axis = nullptr;
  if (notes.kind != Kind::kDict) return Damaged("it is no dict");
  for (size_t i = 0; i + 1 < notes.items.size(); i += 2) {
    const PickleNode& key = *notes.items[i];
    if (key.kind == Kind::kInteger && key.integer == 1) {
      axis = notes.items[i + 1];
    }
    const PickleNode& column = *notes.items[i + 1];
    if (column.items.size() > kMaxNotes)
      return Damaged("it has too many notes");
    if (IsSet(Find(column, "tz"))) return Unsupported("time zones");
  }
  if (axis != nullptr) {
    const PickleNode* const type = Find(*axis, "type");
    if (type != nullptr && type->text == "MultiIndex") {
      return Unsupported("columns of several levels");
    }
    const PickleNode* const names = Find(*axis, "names");
    if (names != nullptr && names->kind == Kind::kList &&
        names->items.size() == 1) {
      CPPET_ASSIGN_OR_RETURN(description->columns_name,
                             NameIn(names->items[0]));
    }
  }
  const PickleNode* const index = Find(notes, "index");
  if (index == nullptr) return absl::OkStatus();
  description->has_frequency = IsSet(Find(*index, "freq"));
  CPPET_ASSIGN_OR_RETURN(description->index_name,
                         NameIn(Find(*index, "index_name")));
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteTableDescription(hid_t group,
                                   const TableDescription& description) {
  CPPET_RETURN_IF_ERROR(WriteText(
      group, "table_type",
      description.is_series ? "appendable_series" : "appendable_frame"));
  CPPET_RETURN_IF_ERROR(WriteInteger(group, "levels", 1));
  CPPET_RETURN_IF_ERROR(WriteText(group, "nan_rep", description.missing_text));
  const std::string value_columns =
      Pickle(Value::List(description.value_columns));
  CPPET_RETURN_IF_ERROR(WriteAscii(group, "values_cols", value_columns));
  CPPET_RETURN_IF_ERROR(WriteAscii(
      group, "data_columns", description.is_series ? value_columns : "(l."));
  CPPET_RETURN_IF_ERROR(WriteAscii(
      group, "index_cols", absl::StrCat("(l(I0\n", Part("index"), "ta.")));
  CPPET_RETURN_IF_ERROR(WriteAscii(
      group, "non_index_axes",
      absl::StrCat("(l(I1\n", Part(List(description.column_labels)), "ta.")));
  return WriteAscii(group, "info", PickleNotes(description));
}

absl::StatusOr<TableDescription> ReadTableDescription(hid_t group) {
  TableDescription description;
  const std::string type = ReadText(group, "table_type").value_or("");
  description.is_series = type == "appendable_series";
  if (type != "appendable_series" && type != "appendable_frame") {
    return StatusAt(
        group,
        absl::StrCat("pandas' table of type '", type, "' cannot be read here"),
        absl::StatusCode::kUnimplemented);
  }
  description.missing_text = ReadText(group, "nan_rep").value_or("nan");
  const auto read = [&](const std::string& name, auto function) {
    const absl::StatusOr<PickleTree> tree = ReadPickle(group, name);
    const absl::Status status =
        tree.ok() ? function(tree->root()) : tree.status();
    return status.ok() ? status : AtAttribute(group, name, status);
  };
  CPPET_RETURN_IF_ERROR(read("index_cols", CheckIndexColumns));
  CPPET_RETURN_IF_ERROR(read("non_index_axes", [&](const PickleNode& list) {
    CPPET_ASSIGN_OR_RETURN(description.column_labels, ColumnLabels(list));
    return absl::OkStatus();
  }));
  CPPET_RETURN_IF_ERROR(read("info", [&](const PickleNode& notes) {
    return ReadNotes(notes, &description);
  }));
  CPPET_ASSIGN_OR_RETURN(const Value columns, ReadLabels(group, "values_cols"));
  if (columns.dtype() != DType::kString) {
    return AtAttribute(group, "values_cols", Damaged("it is no list of names"));
  }
  description.value_columns.assign(columns.texts().begin(),
                                   columns.texts().end());
  return description;
}

std::string PickleLabels(const Value& labels) { return Pickle(List(labels)); }

absl::StatusOr<Value> ReadLabels(hid_t object, const std::string& name) {
  const absl::StatusOr<PickleTree> tree = ReadPickle(object, name);
  if (!tree.ok()) return AtAttribute(object, name, tree.status());
  absl::StatusOr<Value> labels = Labels(tree->root());
  if (!labels.ok()) return AtAttribute(object, name, labels.status());
  return labels;
}

}  // namespace cppet::hdf5
