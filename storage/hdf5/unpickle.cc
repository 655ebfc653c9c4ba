#include <algorithm>
#include <complex>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/code_points.h"
#include "cppet/storage/hdf5/pickle.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

// Lists within lists: the rank of an array.
constexpr int kMaxDepth = 40;

// What the machine that reads pickles has on its stack.
struct Object {
  enum class Kind {
    kMark,
    kScalar,
    kList,
    kTuple,
    kGlobal,  // a function or class, by its name
    kArray,
  };
  Kind kind = Kind::kMark;
  int depth = 0;  // of lists and tuples within it
  Value scalar;   // or array
  std::string global;
  std::vector<std::shared_ptr<Object>> items;
};
using ObjectPtr = std::shared_ptr<Object>;

ObjectPtr Scalar(Value value) {
  auto object = std::make_shared<Object>();
  object->kind = Object::Kind::kScalar;
  object->scalar = std::move(value);
  return object;
}

absl::Status Broken() { return absl::DataLossError("it is no whole pickle"); }

absl::Status Unsupported(absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("a pickled ", what, " cannot be read here"));
}

absl::StatusOr<std::string> Unescape(absl::string_view line) {
  std::string text;
  while (!line.empty()) {
    const bool is_short = absl::StartsWith(line, "\\u");
    if (!is_short && !absl::StartsWith(line, "\\U")) {
      AppendCodePoint(static_cast<unsigned char>(line[0]), &text);
      line.remove_prefix(1);
      continue;
    }
    const size_t digits = is_short ? 4 : 8;
    uint32_t code = 0;
    if (line.size() < 2 + digits ||
        !absl::SimpleHexAtoi(line.substr(2, digits), &code) ||
        code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
      return Broken();
    }
    AppendCodePoint(code, &text);
    line.remove_prefix(2 + digits);
  }
  return text;
}

// The value of a whole number's line; kBool for I00 and I01.
absl::StatusOr<Value> Integer(absl::string_view line) {
  if (line == "00" || line == "01") return Value(line == "01");
  int32_t small;
  if (absl::SimpleAtoi(line, &small)) return Value(small);
  int64_t number;
  if (absl::SimpleAtoi(line, &number)) return Value(number);
  return Unsupported("int of more than 64 bits");
}

absl::StatusOr<Value> LongInteger(absl::string_view line) {
  if (absl::EndsWith(line, "L")) line.remove_suffix(1);
  int64_t number;
  if (absl::SimpleAtoi(line, &number)) return Value(number);
  uint64_t large;
  if (absl::SimpleAtoi(line, &large)) {
    return Value::Scalar(DType::kUInt64, Flavor::kPython,
                         {reinterpret_cast<const char*>(&large), 8});
  }
  return Unsupported("int of more than 64 bits");
}

std::optional<DType> DTypeNamed(absl::string_view name) {
  for (int i = 0; i <= static_cast<int>(DType::kComplex128); ++i) {
    const DType dtype = static_cast<DType>(i);
    if (name == DTypeName(dtype)) return dtype;
  }
  if (name == "bool_") return DType::kBool;
  return std::nullopt;
}

// A Python number as the scalar of another type.
absl::StatusOr<Value> Converted(const Value& number, DType dtype,
                                Flavor flavor) {
  alignas(16) char bytes[16];
  if (number.is_text()) return Unsupported("number made of text");
  const size_t size = ItemSize(dtype);
  if (value_internal::ConvertNumber(number.dtype(), number.bytes().data(),
                                    dtype, bytes)) {
    return Value::Scalar(dtype, flavor, {bytes, size});
  }
  if (dtype == DType::kFloat32 && number.dtype() == DType::kFloat64) {
    const float rounded = static_cast<float>(*number.As<double>());
    return Value::Scalar(
        dtype, flavor,
        {reinterpret_cast<const char*>(&rounded), sizeof(float)});
  }
  return Unsupported("number that does not fit its type");
}

// Scalars of one type side by side.
absl::StatusOr<Value> Joined(const std::vector<Value>& scalars, Form form,
                             std::vector<int64_t> shape) {
  DType dtype = DType::kFloat64;
  Flavor flavor = Flavor::kPython;
  if (!scalars.empty()) {
    dtype = scalars[0].dtype();
    flavor = scalars[0].flavor();
  }
  // Python has one int: the widest of all.
  for (const Value& scalar : scalars) {
    if (scalar.dtype() == DType::kInt64 && dtype == DType::kInt32) {
      dtype = DType::kInt64;
    }
  }
  std::vector<char> bytes;
  std::vector<std::string> texts;
  for (const Value& scalar : scalars) {
    if (scalar.flavor() != flavor || scalar.is_text() != scalars[0].is_text() ||
        (scalar.is_text() && scalar.dtype() != dtype)) {
      return Unsupported("list of different types");
    }
    if (scalar.is_text()) {
      texts.push_back(scalar.texts()[0]);
      continue;
    }
    if (scalar.dtype() != dtype &&
        !(scalar.dtype() == DType::kInt32 && dtype == DType::kInt64)) {
      return Unsupported("list of different types");
    }
    CPPET_ASSIGN_OR_RETURN(const Value same, Converted(scalar, dtype, flavor));
    bytes.insert(bytes.end(), same.bytes().begin(), same.bytes().end());
  }
  if (form == Form::kArray || form == Form::kMatrix) flavor = Flavor::kNumpy;
  if (!texts.empty()) {
    return Value::TextCollection(form, dtype, flavor, std::move(shape),
                                 std::move(texts));
  }
  return Value::Collection(form, dtype, flavor, std::move(shape),
                           std::move(bytes));
}

// The shape of nested lists, as that of the first ones, and all scalars.
void Flatten(const Object& object, size_t depth, std::vector<int64_t>* shape,
             std::vector<Value>* scalars) {
  if (object.kind != Object::Kind::kList) {
    scalars->push_back(object.scalar);
    return;
  }
  if (shape->size() == depth) shape->push_back(object.items.size());
  for (const ObjectPtr& item : object.items) {
    Flatten(*item, depth + 1, shape, scalars);
  }
}

class Unpickler {
 public:
  explicit Unpickler(absl::string_view pickle) : rest_(pickle) {}

  absl::StatusOr<Value> Run() {
    while (!rest_.empty()) {
      const char code = rest_[0];
      rest_.remove_prefix(1);
      if (code == '.') return Finish();
      CPPET_RETURN_IF_ERROR(Step(code));
    }
    return Broken();
  }

 private:
  absl::StatusOr<absl::string_view> Line() {
    const size_t end = rest_.find('\n');
    if (end == absl::string_view::npos) return Broken();
    const absl::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }

  absl::Status Step(char code) {
    switch (code) {
      case '(':
        stack_.push_back(std::make_shared<Object>());
        return absl::OkStatus();
      case 'l':
        return Collect(Object::Kind::kList);
      case 't':
        return Collect(Object::Kind::kTuple);
      case 'a':
        return Append();
      case 'R':
        return Call();
      case 'N':
        return Unsupported("None");
      default:
        break;
    }
    CPPET_ASSIGN_OR_RETURN(const absl::string_view line, Line());
    switch (code) {
      case 'p':
        if (stack_.empty()) return Broken();
        memo_[std::string(line)] = stack_.back();
        return absl::OkStatus();
      case 'g': {
        const auto it = memo_.find(std::string(line));
        if (it == memo_.end()) return Broken();
        // Shared lists could be nested without end.
        if (it->second->kind != Object::Kind::kScalar &&
            it->second->kind != Object::Kind::kGlobal) {
          return Unsupported("object");
        }
        stack_.push_back(it->second);
        return absl::OkStatus();
      }
      case 'I': {
        CPPET_ASSIGN_OR_RETURN(Value value, Integer(line));
        return Push(std::move(value));
      }
      case 'L': {
        CPPET_ASSIGN_OR_RETURN(Value value, LongInteger(line));
        return Push(std::move(value));
      }
      case 'F': {
        double number;
        if (!absl::SimpleAtod(line, &number)) return Broken();
        return Push(Value(number));
      }
      case 'V': {
        CPPET_ASSIGN_OR_RETURN(std::string text, Unescape(line));
        return Push(Value(std::move(text)));
      }
      case 'c': {
        CPPET_ASSIGN_OR_RETURN(const absl::string_view name, Line());
        auto object = std::make_shared<Object>();
        object->kind = Object::Kind::kGlobal;
        object->global = absl::StrCat(line, ".", name);
        stack_.push_back(std::move(object));
        return absl::OkStatus();
      }
      default:
        return Unsupported("object");
    }
  }

  absl::Status Push(Value value) {
    stack_.push_back(Scalar(std::move(value)));
    return absl::OkStatus();
  }

  ObjectPtr Pop() {
    if (stack_.empty()) return nullptr;
    ObjectPtr object = std::move(stack_.back());
    stack_.pop_back();
    return object;
  }

  absl::Status Collect(Object::Kind kind) {
    auto object = std::make_shared<Object>();
    object->kind = kind;
    for (;;) {
      ObjectPtr item = Pop();
      if (item == nullptr) return Broken();
      if (item->kind == Object::Kind::kMark) break;
      object->depth = std::max(object->depth, item->depth + 1);
      object->items.push_back(std::move(item));
    }
    if (object->depth > kMaxDepth) return Unsupported("object");
    std::reverse(object->items.begin(), object->items.end());
    stack_.push_back(std::move(object));
    return absl::OkStatus();
  }

  absl::Status Append() {
    ObjectPtr item = Pop();
    if (item == nullptr || stack_.empty() ||
        stack_.back()->kind != Object::Kind::kList) {
      return Broken();
    }
    Object& list = *stack_.back();
    list.depth = std::max(list.depth, item->depth + 1);
    if (list.depth > kMaxDepth) return Unsupported("object");
    list.items.push_back(std::move(item));
    return absl::OkStatus();
  }

  absl::Status Call() {
    const ObjectPtr arguments = Pop();
    const ObjectPtr function = Pop();
    if (arguments == nullptr || function == nullptr ||
        arguments->kind != Object::Kind::kTuple ||
        function->kind != Object::Kind::kGlobal) {
      return Unsupported("object");
    }
    CPPET_ASSIGN_OR_RETURN(Value value,
                           Result(function->global, arguments->items));
    auto result = Scalar(std::move(value));
    if (!result->scalar.is_scalar()) result->kind = Object::Kind::kArray;
    stack_.push_back(std::move(result));
    return absl::OkStatus();
  }

  static absl::StatusOr<Value> Result(absl::string_view function,
                                      const std::vector<ObjectPtr>& arguments) {
    const auto is_scalar = [&arguments](size_t i) {
      return i < arguments.size() &&
             arguments[i]->kind == Object::Kind::kScalar;
    };
    if ((function == "__builtin__.complex" || function == "builtins.complex") &&
        is_scalar(0) && is_scalar(1)) {
      const absl::StatusOr<double> real = arguments[0]->scalar.As<double>();
      const absl::StatusOr<double> imag = arguments[1]->scalar.As<double>();
      if (!real.ok() || !imag.ok()) return Broken();
      return Value(std::complex<double>(*real, *imag));
    }
    if (function == "_codecs.encode" && is_scalar(0) &&
        arguments[0]->scalar.dtype() == DType::kString) {
      std::string bytes;
      absl::string_view text = arguments[0]->scalar.texts()[0];
      while (!text.empty()) {
        const uint32_t code = TakeCodePoint(&text);
        if (code > 0xFF) return Broken();
        bytes.push_back(static_cast<char>(code));
      }
      return Value(Bytes{std::move(bytes)});
    }
    if (!absl::ConsumePrefix(&function, "numpy.")) {
      return Unsupported("object");
    }
    if (is_scalar(0) && arguments.size() == 1) {
      if (const std::optional<DType> dtype = DTypeNamed(function)) {
        return Converted(arguments[0]->scalar, *dtype, Flavor::kNumpy);
      }
    }
    if (arguments.size() == 2 && is_scalar(1) &&
        arguments[1]->scalar.dtype() == DType::kString) {
      return Array(function, *arguments[0], arguments[1]->scalar.texts()[0]);
    }
    return Unsupported("object");
  }

  static absl::StatusOr<Value> Array(absl::string_view function,
                                     const Object& argument,
                                     absl::string_view dtype_name) {
    std::vector<int64_t> shape;
    std::vector<Value> scalars;
    const std::optional<DType> dtype = DTypeNamed(dtype_name);
    if (function == "zeros" && argument.kind == Object::Kind::kTuple) {
      for (const ObjectPtr& item : argument.items) {
        const absl::StatusOr<int64_t> length = item->scalar.As<int64_t>();
        if (!length.ok() || *length < 0) return Broken();
        shape.push_back(*length);
      }
      if (std::find(shape.begin(), shape.end(), 0) == shape.end()) {
        return Unsupported("array");
      }
      if (dtype.has_value()) {
        return Value::Collection(Form::kArray, *dtype, Flavor::kNumpy,
                                 std::move(shape), {});
      }
      return Value::TextCollection(
          Form::kArray, dtype_name == "U" ? DType::kString : DType::kBytes,
          Flavor::kNumpy, std::move(shape), {});
    }
    if (function != "array" && function != "matrix") {
      return Unsupported("object");
    }
    Flatten(argument, 0, &shape, &scalars);
    int64_t size = 1;
    for (const int64_t length : shape) {
      if (length > static_cast<int64_t>(scalars.size())) return Broken();
      size *= length;
      if (size > static_cast<int64_t>(scalars.size())) return Broken();
    }
    if (size != static_cast<int64_t>(scalars.size())) return Broken();
    if (dtype.has_value()) {
      for (Value& scalar : scalars) {
        CPPET_ASSIGN_OR_RETURN(scalar,
                               Converted(scalar, *dtype, Flavor::kNumpy));
      }
    }
    return Joined(scalars, function == "array" ? Form::kArray : Form::kMatrix,
                  std::move(shape));
  }

  absl::StatusOr<Value> Finish() const {
    if (stack_.size() != 1) return Broken();
    const Object& object = *stack_[0];
    switch (object.kind) {
      case Object::Kind::kScalar:
      case Object::Kind::kArray:
        return object.scalar;
      case Object::Kind::kList:
      case Object::Kind::kTuple:
        break;
      default:
        return Unsupported("object");
    }
    std::vector<Value> scalars;
    for (const ObjectPtr& item : object.items) {
      if (item->kind != Object::Kind::kScalar) return Unsupported("object");
      scalars.push_back(item->scalar);
    }
    const int64_t size = scalars.size();
    return Joined(
        scalars,
        object.kind == Object::Kind::kList ? Form::kList : Form::kTuple,
        {size});
  }

  absl::string_view rest_;
  std::vector<ObjectPtr> stack_;
  absl::flat_hash_map<std::string, ObjectPtr> memo_;
};

}  // namespace

absl::StatusOr<Value> Unpickle(absl::string_view pickle) {
  return Unpickler(pickle).Run();
}

}  // namespace cppet::hdf5
