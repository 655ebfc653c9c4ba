#include "cppet/storage/hdf5/object_array.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/pickle_tree.h"

namespace cppet::hdf5 {
namespace {

using Kind = PickleNode::Kind;

// numpy has no more dimensions.
constexpr size_t kMaxRank = 32;

// `number` in `size` bytes, the least significant first.
void AppendNumber(uint64_t number, int size, std::string* out) {
  for (int i = 0; i < size; ++i, number >>= 8) {
    out->push_back(static_cast<char>(number));
  }
}

void AppendText(absl::string_view text, std::string* out) {
  if (text.size() < 0x100) {
    out->push_back('\x8c');
    AppendNumber(text.size(), 1, out);
  } else {
    out->push_back('\x8d');
    AppendNumber(text.size(), 8, out);
  }
  out->append(text.data(), text.size());
}

void AppendGlobal(absl::string_view module, absl::string_view name,
                  std::string* out) {
  AppendText(module, out);
  AppendText(name, out);
  out->push_back('\x93');
}

void AppendShape(absl::Span<const int64_t> shape, std::string* out) {
  out->push_back('(');
  for (const int64_t length : shape) {
    out->append("\x8a\x08");
    AppendNumber(length, 8, out);
  }
  out->push_back('t');
}

absl::Status NoTexts(absl::string_view what) {
  return absl::UnimplementedError(absl::StrCat(
      "an array of Python objects that are ", what, " cannot be read here"));
}

// True if `node` is what the function `name` of numpy returns, with that many
// arguments at least.
bool IsCall(const PickleNode& node, absl::string_view name, size_t arguments) {
  return node.kind == Kind::kCall && node.items[0]->text == name &&
         node.items[1]->items.size() >= arguments;
}

bool IsNewArray(const PickleNode& node) {
  // numpy 2 has moved it.
  return IsCall(node, "numpy.core.multiarray._reconstruct", 3) ||
         IsCall(node, "numpy._core.multiarray._reconstruct", 3);
}

bool IsTypeOfObjects(const PickleNode& node) {
  if (!IsCall(node, "numpy.dtype", 1)) return false;
  const std::string& name = node.items[1]->items[0]->text;
  return name == "O8" || name == "O" || name == "|O";
}

absl::StatusOr<std::vector<int64_t>> Shape(const PickleNode& node,
                                           size_t num_elements) {
  const absl::Status wrong = absl::DataLossError(
      absl::StrCat("an array of Python objects is of a shape that does not fit "
                   "its ",
                   num_elements, " objects"));
  if (node.kind != Kind::kTuple || node.items.size() > kMaxRank) return wrong;
  std::vector<int64_t> shape;
  uint64_t product = 1;
  bool empty = false;
  for (const PickleNode* const length : node.items) {
    if (length->kind != Kind::kInteger || length->integer < 0) return wrong;
    shape.push_back(length->integer);
    empty = empty || length->integer == 0;
  }
  for (const int64_t length : shape) {
    if (empty) break;
    if (static_cast<uint64_t>(length) > num_elements / product) return wrong;
    product *= length;
  }
  if ((empty ? 0 : product) != num_elements) return wrong;
  return shape;
}

}  // namespace

std::string PickleTexts(const Value& array) {
  std::string out("\x80\x05");
  // An array of no objects, ...
  AppendGlobal("numpy.core.multiarray", "_reconstruct", &out);
  out.push_back('(');
  AppendGlobal("numpy", "ndarray", &out);
  out.append("(K");
  out.push_back('\0');
  out.append(
      "tC\x01"
      "btR");
  // ... which then gets a version, a shape, ...
  out.append("(K\x01");
  AppendShape(array.shape(), &out);
  // ... a type of objects, the state of which are a version, an order of bytes,
  // no fields, and sizes that are not known, ...
  AppendGlobal("numpy", "dtype", &out);
  out.push_back('(');
  AppendText("O8", &out);
  out.append("\x89\x88tR(K\x03");
  AppendText("|", &out);
  out.append("NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb");
  // ... the order of C, and the objects.
  out.append("\x89](");
  for (const std::string& text : array.texts()) AppendText(text, &out);
  out.append("etb.");
  return out;
}

absl::StatusOr<Value> UnpickleTexts(absl::string_view pickle) {
  CPPET_ASSIGN_OR_RETURN(const PickleTree tree, PickleTree::Parse(pickle));
  const PickleNode& array = tree.root();
  if (!IsNewArray(array) || array.state == nullptr ||
      array.state->kind != Kind::kTuple || array.state->items.size() != 5) {
    return NoTexts("no array of numpy");
  }
  const std::vector<const PickleNode*>& state = array.state->items;
  if (!IsTypeOfObjects(*state[2]) || state[4]->kind != Kind::kList) {
    return NoTexts("of another type");
  }
  const std::vector<const PickleNode*>& objects = state[4]->items;
  CPPET_ASSIGN_OR_RETURN(std::vector<int64_t> shape,
                         Shape(*state[1], objects.size()));
  std::vector<std::string> texts;
  texts.reserve(objects.size());
  for (const PickleNode* const object : objects) {
    if (object->kind != Kind::kText) return NoTexts("not all text");
    texts.push_back(object->text);
  }
  return Value::TextCollection(Form::kArray, DType::kString, Flavor::kNumpy,
                               std::move(shape), std::move(texts));
}

}  // namespace cppet::hdf5
