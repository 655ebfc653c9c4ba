#include "cppet/storage/hdf5/pandas/table_description.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/pickle/reader.h"
#include "cppet/base/pickle/writer.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/python/pickle.h"

namespace cppet::hdf5 {
namespace {

using ::cppet::pickle::Make;
using ::cppet::pickle::Object;
using ::cppet::pickle::ObjectPair;
using ::cppet::pickle::ObjectPtr;

// The unit of time of dates that pandas calls ns.
constexpr int64_t kNanoseconds = 10;

// Objects and bytes in a pickle.
constexpr int64_t kMaxSize = int64_t{1} << 26;

constexpr int kProtocol = 0;

absl::Status Damaged(absl::string_view problem) {
  return absl::DataLossError(problem);
}

absl::Status Unsupported(absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("pandas' ", what, " cannot be read here"));
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

ObjectPtr TextObject(absl::string_view text) {
  return Make(pickle::Text{std::string(text)});
}

ObjectPtr IntObject(int64_t number) { return Make(pickle::Int{number}); }

// None if there is no name.
ObjectPtr NameObject(const std::optional<std::string>& name) {
  return name.has_value() ? TextObject(*name) : Make(pickle::None{});
}

// A list of one pair.
std::string PicklePair(ObjectPtr first, ObjectPtr second) {
  const ObjectPtr pair =
      Make(pickle::Tuple{{std::move(first), std::move(second)}});
  return pickle::Write(Object{pickle::List{{pair}}}, kProtocol);
}

// What pandas notes of each axis and column.
std::string PickleNotes(const TableDescription& description) {
  pickle::Dict columns;
  columns.items = {{TextObject("names"),
                    Make(pickle::List{{NameObject(description.columns_name)}})},
                   {TextObject("type"), TextObject("Index")}};
  pickle::Dict index;
  if (description.index_name.has_value()) {
    index.items = {
        {TextObject("index_name"), TextObject(*description.index_name)}};
  }
  pickle::Dict notes;
  notes.items = {{IntObject(1), Make(std::move(columns))},
                 {TextObject("index"), Make(std::move(index))}};
  for (const std::string& column : description.value_columns) {
    notes.items.emplace_back(TextObject(column), Make(pickle::Dict()));
  }
  return pickle::Write(Object{std::move(notes)}, kProtocol);
}

absl::StatusOr<ObjectPtr> ReadPickle(hid_t object, const std::string& name) {
  const std::optional<std::string> pickle = ReadText(object, name.c_str());
  if (!pickle.has_value()) return Damaged("it is not there");
  CPPET_ASSIGN_OR_RETURN(ObjectPtr root, pickle::Read(*pickle));
  if (pickle::ExpandedSize(*root, kMaxSize) > kMaxSize) {
    return Unsupported(absl::StrCat("description of more than ", kMaxSize,
                                    " objects and bytes"));
  }
  return root;
}

// `status` with the name of the attribute that it is about.
absl::Status AtAttribute(hid_t object, absl::string_view name,
                         const absl::Status& status) {
  return StatusAt(object,
                  absl::StrCat("the attribute ", name, ": ", status.message()),
                  status.code());
}

std::optional<int64_t> AsInteger(const Object& object) {
  const auto* integer = object.As<pickle::Int>();
  return integer == nullptr ? std::nullopt : integer->value.ToInt64();
}

bool IsText(const Object& object, absl::string_view text) {
  const auto* found = object.As<pickle::Text>();
  return found != nullptr && found->utf8 == text;
}

// The nanoseconds of a date without time zone, of which the pickle is a call.
std::optional<int64_t> AsDate(const Object& object) {
  const auto* call = object.As<pickle::Call>();
  if (call == nullptr ||
      !pickle::IsGlobal(*call->callable, "pandas._libs.tslibs.timestamps",
                        "_unpickle_timestamp")) {
    return std::nullopt;
  }
  const std::vector<ObjectPtr>& arguments = call->args();
  if (arguments.size() < 3 || arguments[2]->As<pickle::None>() == nullptr ||
      (arguments.size() > 3 && AsInteger(*arguments[3]) != kNanoseconds)) {
    return std::nullopt;
  }
  return AsInteger(*arguments[0]);
}

absl::StatusOr<Value> DateLabels(const pickle::List& list) {
  std::vector<char> bytes;
  for (const ObjectPtr& item : list.items) {
    const std::optional<int64_t> date = AsDate(*item);
    if (!date.has_value()) return Unsupported("labels that are objects");
    const char* const begin = reinterpret_cast<const char*>(&*date);
    bytes.insert(bytes.end(), begin, begin + sizeof(*date));
  }
  return Value::Collection(Form::kArray, DType::kDatetime64, Flavor::kNumpy,
                           {static_cast<int64_t>(list.items.size())},
                           std::move(bytes));
}

absl::StatusOr<Value> Labels(const Object& object) {
  const auto* list = object.As<pickle::List>();
  if (list == nullptr) return Damaged("it is no list of labels");
  std::vector<std::string> texts;
  std::vector<int64_t> integers;
  std::vector<double> numbers;
  for (const ObjectPtr& item : list->items) {
    if (item->data.index() != list->items[0]->data.index()) {
      return Unsupported("labels of several types");
    }
    if (const auto* text = item->As<pickle::Text>()) {
      texts.push_back(text->utf8);
    } else if (const auto* number = item->As<double>()) {
      numbers.push_back(*number);
    } else if (item->As<pickle::Int>() != nullptr) {
      const std::optional<int64_t> integer = AsInteger(*item);
      if (!integer.has_value()) {
        return Unsupported("labels that are ints of more than 64 bits");
      }
      integers.push_back(*integer);
    } else {
      return DateLabels(*list);
    }
  }
  if (!integers.empty()) return Value(integers);
  if (!numbers.empty()) return Value(numbers);
  return Value(texts);
}

// The value of a key in a dict, or null.
const Object* Find(const Object& object, absl::string_view key) {
  const auto* dict = object.As<pickle::Dict>();
  if (dict == nullptr) return nullptr;
  for (const ObjectPair& item : dict->items) {
    if (IsText(*item.first, key)) return item.second.get();
  }
  return nullptr;
}

bool IsSet(const Object* object) {
  return object != nullptr && object->As<pickle::None>() == nullptr;
}

absl::StatusOr<std::optional<std::string>> NameIn(const Object* object) {
  if (!IsSet(object)) return std::nullopt;
  const auto* text = object->As<pickle::Text>();
  if (text == nullptr) return Unsupported("names that are no text");
  return text->utf8;
}

// The two objects in the one tuple of a list; null if it is something else.
const std::vector<ObjectPtr>* OnlyPair(const Object& object) {
  const auto* list = object.As<pickle::List>();
  if (list == nullptr || list->items.size() != 1) return nullptr;
  const auto* tuple = list->items[0]->As<pickle::Tuple>();
  return tuple == nullptr || tuple->items.size() != 2 ? nullptr : &tuple->items;
}

// The rows are those of the first axis, and have one label each.
absl::Status CheckIndexColumns(const Object& object) {
  const std::vector<ObjectPtr>* const column = OnlyPair(object);
  if (column == nullptr) return Unsupported("tables with several indexes");
  if (AsInteger(*(*column)[0]) != 0 || !IsText(*(*column)[1], "index")) {
    return Unsupported("tables that are not indexed by their rows");
  }
  return absl::OkStatus();
}

absl::StatusOr<Value> ColumnLabels(const Object& object) {
  const std::vector<ObjectPtr>* const axis = OnlyPair(object);
  if (axis == nullptr) return Damaged("it is no axis");
  return Labels(*(*axis)[1]);
}

absl::Status ReadColumnsNotes(const Object& notes,
                              TableDescription* description) {
  const Object* const type = Find(notes, "type");
  if (type != nullptr && IsText(*type, "MultiIndex")) {
    return Unsupported("columns of several levels");
  }
  const Object* const names = Find(notes, "names");
  const auto* list = names == nullptr ? nullptr : names->As<pickle::List>();
  if (list == nullptr || list->items.size() != 1) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(description->columns_name,
                         NameIn(list->items[0].get()));
  return absl::OkStatus();
}

absl::Status ReadNotes(const Object& notes, TableDescription* description) {
  const auto* dict = notes.As<pickle::Dict>();
  if (dict == nullptr) return Damaged("it is no dict");
  const Object* columns = nullptr;
  for (const auto& [key, note] : dict->items) {
    if (AsInteger(*key) == 1) columns = note.get();
    if (IsSet(Find(*note, "tz"))) return Unsupported("time zones");
  }
  if (columns != nullptr) {
    CPPET_RETURN_IF_ERROR(ReadColumnsNotes(*columns, description));
  }
  const Object* const index = Find(notes, "index");
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
      group, "index_cols", PicklePair(IntObject(0), TextObject("index"))));
  CPPET_ASSIGN_OR_RETURN(ObjectPtr labels,
                         ObjectOf(List(description.column_labels)));
  CPPET_RETURN_IF_ERROR(WriteAscii(
      group, "non_index_axes", PicklePair(IntObject(1), std::move(labels))));
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
    const absl::StatusOr<ObjectPtr> root = ReadPickle(group, name);
    const absl::Status status = root.ok() ? function(**root) : root.status();
    return status.ok() ? status : AtAttribute(group, name, status);
  };
  CPPET_RETURN_IF_ERROR(read("index_cols", CheckIndexColumns));
  CPPET_RETURN_IF_ERROR(read("non_index_axes", [&](const Object& list) {
    CPPET_ASSIGN_OR_RETURN(description.column_labels, ColumnLabels(list));
    return absl::OkStatus();
  }));
  CPPET_RETURN_IF_ERROR(read("info", [&](const Object& notes) {
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
  const absl::StatusOr<ObjectPtr> root = ReadPickle(object, name);
  if (!root.ok()) return AtAttribute(object, name, root.status());
  absl::StatusOr<Value> labels = Labels(**root);
  if (!labels.ok()) return AtAttribute(object, name, labels.status());
  return labels;
}

}  // namespace cppet::hdf5
