#include "cppet/storage/hdf5/pickle_tree.h"

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"

namespace cppet::hdf5 {
namespace {

using Kind = PickleNode::Kind;

absl::Status Broken() { return absl::DataLossError("it is no whole pickle"); }

absl::Status Unsupported(absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("a pickle with ", what, " cannot be read here"));
}

// The machine that a pickle is a program for: a stack, on which there are also
// marks, and a memory.
class Machine {
 public:
  Machine(absl::string_view pickle, std::deque<PickleNode>* nodes)
      : rest_(pickle), nodes_(nodes) {}

  absl::StatusOr<const PickleNode*> Run() {
    while (true) {
      CPPET_ASSIGN_OR_RETURN(const absl::string_view code, Take(1));
      if (code[0] == '.') return Pop();
      CPPET_RETURN_IF_ERROR(Step(code[0]));
    }
  }

 private:
  // In the order of the protocol, from the simple to the composed.
  absl::Status Step(char code) {
    switch (code) {
      case '\x80':  // the number of the protocol
        return Take(1).status();
      case '\x95':  // the size of what follows
        return Take(8).status();
      case 'N':
        return Push(Kind::kNone);
      case '\x88':
      case '\x89':
        return PushInteger(Kind::kBool, code == '\x88');
      case 'I':
      case 'L':
        return PushDecimal();
      case 'F':
        return PushFloatText();
      case 'G':
        return PushFloat();
      case 'K':
        return PushBinaryInteger(1, /*is_signed=*/false);
      case 'M':
        return PushBinaryInteger(2, /*is_signed=*/false);
      case 'J':
        return PushBinaryInteger(4, /*is_signed=*/true);
      case '\x8a':
        return PushLong();
      case 'V':
        return PushEscapedText();
      case '\x8c':
        return PushSized(Kind::kText, 1);
      case 'X':
        return PushSized(Kind::kText, 4);
      case '\x8d':
        return PushSized(Kind::kText, 8);
      case 'C':
        return PushSized(Kind::kBytes, 1);
      case 'B':
        return PushSized(Kind::kBytes, 4);
      case '\x8e':
        return PushSized(Kind::kBytes, 8);
      case 'c':
        return PushGlobal();
      case '\x93':
        return GlobalOfStack();
      default:
        return StepComposed(code);
    }
  }

  absl::Status StepComposed(char code) {
    switch (code) {
      case '(':
        stack_.push_back(nullptr);
        return absl::OkStatus();
      case '0':
        return Pop().status();
      case ']':
        return Push(Kind::kList);
      case '}':
        return Push(Kind::kDict);
      case ')':
        return Push(Kind::kTuple);
      case 'l':
        return Collect(Kind::kList);
      case 'd':
        return Collect(Kind::kDict);
      case 't':
        return Collect(Kind::kTuple);
      case '\x85':
      case '\x86':
      case '\x87':
        return CollectTuple(code - '\x84');
      case 'a':
        return Append(Kind::kList, 1);
      case 's':
        return Append(Kind::kDict, 2);
      case 'e':
        return AppendMarked(Kind::kList);
      case 'u':
        return AppendMarked(Kind::kDict);
      case 'R':
        return Call();
      case 'b':
        return GiveState();
      case 'p':
        return RememberAt(TakeIndex());
      case 'q':
        return RememberAt(TakeNumber(1));
      case 'r':
        return RememberAt(TakeNumber(4));
      case '\x94':
        return RememberAt(memory_.size());
      case 'g':
        return Recall(TakeIndex());
      case 'h':
        return Recall(TakeNumber(1));
      case 'j':
        return Recall(TakeNumber(4));
      default:
        return Unsupported(
            absl::StrCat("opcode ", static_cast<unsigned char>(code)));
    }
  }

  // Reading.

  absl::StatusOr<absl::string_view> Take(uint64_t size) {
    if (size > rest_.size()) return Broken();
    const absl::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  absl::StatusOr<absl::string_view> TakeLine() {
    const size_t end = rest_.find('\n');
    if (end == absl::string_view::npos) return Broken();
    CPPET_ASSIGN_OR_RETURN(const absl::string_view line, Take(end + 1));
    return line.substr(0, end);
  }

  // A number of `size` bytes, the least significant first.
  absl::StatusOr<uint64_t> TakeNumber(int size) {
    CPPET_ASSIGN_OR_RETURN(const absl::string_view bytes, Take(size));
    uint64_t number = 0;
    for (int i = size; i-- > 0;) {
      number = number << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return number;
  }

  absl::StatusOr<uint64_t> TakeIndex() {
    CPPET_ASSIGN_OR_RETURN(const absl::string_view line, TakeLine());
    uint64_t index;
    if (!absl::SimpleAtoi(line, &index)) return Broken();
    return index;
  }

  // Values.

  PickleNode& New(Kind kind) {
    PickleNode& node = nodes_->emplace_back();
    node.kind = kind;
    stack_.push_back(&node);
    return node;
  }

  absl::Status Push(Kind kind) {
    New(kind);
    return absl::OkStatus();
  }

  absl::Status PushInteger(Kind kind, int64_t integer) {
    New(kind).integer = integer;
    return absl::OkStatus();
  }

  absl::Status PushDecimal() {
    CPPET_ASSIGN_OR_RETURN(absl::string_view line, TakeLine());
    if (line == "00" || line == "01") {
      return PushInteger(Kind::kBool, line == "01");
    }
    absl::ConsumeSuffix(&line, "L");
    int64_t integer;
    if (!absl::SimpleAtoi(line, &integer)) {
      double large;
      if (!absl::SimpleAtod(line, &large)) return Broken();
      return Unsupported("an int of more than 64 bits");
    }
    return PushInteger(Kind::kInteger, integer);
  }

  absl::Status PushBinaryInteger(int size, bool is_signed) {
    CPPET_ASSIGN_OR_RETURN(const uint64_t number, TakeNumber(size));
    return PushInteger(Kind::kInteger, is_signed
                                           ? static_cast<int32_t>(number)
                                           : static_cast<int64_t>(number));
  }

  absl::Status PushLong() {
    CPPET_ASSIGN_OR_RETURN(const uint64_t size, TakeNumber(1));
    if (size > 8) return Unsupported("an int of more than 64 bits");
    if (size == 0) return PushInteger(Kind::kInteger, 0);
    CPPET_ASSIGN_OR_RETURN(uint64_t number, TakeNumber(size));
    const int unused = 64 - 8 * static_cast<int>(size);
    number <<= unused;
    return PushInteger(Kind::kInteger, static_cast<int64_t>(number) >> unused);
  }

  absl::Status PushFloatText() {
    CPPET_ASSIGN_OR_RETURN(const absl::string_view line, TakeLine());
    double number;
    if (!absl::SimpleAtod(line, &number)) return Broken();
    New(Kind::kFloat).number = number;
    return absl::OkStatus();
  }

  absl::Status PushFloat() {
    CPPET_ASSIGN_OR_RETURN(const absl::string_view bytes, Take(8));
    uint64_t bits = 0;  // the most significant byte comes first
    for (const char byte : bytes) {
      bits = bits << 8 | static_cast<unsigned char>(byte);
    }
    std::memcpy(&New(Kind::kFloat).number, &bits, sizeof(bits));
    return absl::OkStatus();
  }

  absl::Status PushText(Kind kind, std::string text) {
    if (kind == Kind::kText && !IsValidUtf8(text)) {
      return Unsupported("text that is no UTF-8");
    }
    New(kind).text = std::move(text);
    return absl::OkStatus();
  }

  absl::Status PushSized(Kind kind, int size_bytes) {
    CPPET_ASSIGN_OR_RETURN(const uint64_t size, TakeNumber(size_bytes));
    CPPET_ASSIGN_OR_RETURN(const absl::string_view text, Take(size));
    return PushText(kind, std::string(text));
  }

  // A letter is a byte or, escaped, its number.
  absl::Status PushEscapedText() {
    CPPET_ASSIGN_OR_RETURN(absl::string_view line, TakeLine());
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
    return PushText(Kind::kText, std::move(text));
  }

  absl::Status PushGlobal() {
    CPPET_ASSIGN_OR_RETURN(const absl::string_view module, TakeLine());
    CPPET_ASSIGN_OR_RETURN(const absl::string_view name, TakeLine());
    New(Kind::kGlobal).text = absl::StrCat(module, ".", name);
    return absl::OkStatus();
  }

  // The stack.

  absl::StatusOr<PickleNode*> Top() {
    if (stack_.empty() || stack_.back() == nullptr) return Broken();
    return stack_.back();
  }

  absl::StatusOr<PickleNode*> Pop() {
    CPPET_ASSIGN_OR_RETURN(PickleNode* const top, Top());
    stack_.pop_back();
    return top;
  }

  // The last `count` objects.
  absl::StatusOr<std::vector<const PickleNode*>> PopSome(size_t count) {
    std::vector<const PickleNode*> objects(count);
    for (size_t i = count; i-- > 0;) {
      CPPET_ASSIGN_OR_RETURN(objects[i], Pop());
    }
    return objects;
  }

  // The objects from the last mark on, and the mark.
  absl::StatusOr<std::vector<const PickleNode*>> PopMarked() {
    size_t begin = stack_.size();
    while (begin > 0 && stack_[begin - 1] != nullptr) --begin;
    if (begin == 0) return Broken();
    std::vector<const PickleNode*> objects(stack_.begin() + begin,
                                           stack_.end());
    stack_.resize(begin - 1);
    return objects;
  }

  absl::Status Collect(Kind kind) {
    CPPET_ASSIGN_OR_RETURN(std::vector<const PickleNode*> items, PopMarked());
    if (kind == Kind::kDict && items.size() % 2 != 0) return Broken();
    New(kind).items = std::move(items);
    return absl::OkStatus();
  }

  absl::Status CollectTuple(size_t size) {
    CPPET_ASSIGN_OR_RETURN(std::vector<const PickleNode*> items, PopSome(size));
    New(Kind::kTuple).items = std::move(items);
    return absl::OkStatus();
  }

  absl::Status AppendTo(Kind kind,
                        const std::vector<const PickleNode*>& items) {
    CPPET_ASSIGN_OR_RETURN(PickleNode* const target, Top());
    if (target->kind != kind) {
      return Unsupported("a collection that is no list and no dict");
    }
    if (kind == Kind::kDict && items.size() % 2 != 0) return Broken();
    target->items.insert(target->items.end(), items.begin(), items.end());
    return absl::OkStatus();
  }

  absl::Status Append(Kind kind, size_t count) {
    CPPET_ASSIGN_OR_RETURN(const auto items, PopSome(count));
    return AppendTo(kind, items);
  }

  absl::Status AppendMarked(Kind kind) {
    CPPET_ASSIGN_OR_RETURN(const auto items, PopMarked());
    return AppendTo(kind, items);
  }

  absl::Status GlobalOfStack() {
    CPPET_ASSIGN_OR_RETURN(const auto names, PopSome(2));
    if (names[0]->kind != Kind::kText || names[1]->kind != Kind::kText) {
      return Broken();
    }
    New(Kind::kGlobal).text = absl::StrCat(names[0]->text, ".", names[1]->text);
    return absl::OkStatus();
  }

  absl::Status Call() {
    CPPET_ASSIGN_OR_RETURN(auto parts, PopSome(2));
    if (parts[0]->kind != Kind::kGlobal || parts[1]->kind != Kind::kTuple) {
      return Broken();
    }
    New(Kind::kCall).items = std::move(parts);
    return absl::OkStatus();
  }

  absl::Status GiveState() {
    CPPET_ASSIGN_OR_RETURN(const PickleNode* const state, Pop());
    CPPET_ASSIGN_OR_RETURN(PickleNode* const target, Top());
    if (target->kind != Kind::kCall) return Broken();
    target->state = state;
    return absl::OkStatus();
  }

  // The memory.

  absl::Status RememberAt(absl::StatusOr<uint64_t> index) {
    if (!index.ok()) return index.status();
    CPPET_ASSIGN_OR_RETURN(memory_[*index], Top());
    return absl::OkStatus();
  }

  absl::Status Recall(absl::StatusOr<uint64_t> index) {
    if (!index.ok()) return index.status();
    const auto found = memory_.find(*index);
    if (found == memory_.end() || found->second == nullptr) return Broken();
    stack_.push_back(found->second);
    return absl::OkStatus();
  }

  absl::string_view rest_;
  std::deque<PickleNode>* const nodes_;
  std::vector<PickleNode*> stack_;  // null for a mark
  absl::flat_hash_map<uint64_t, PickleNode*> memory_;
};

}  // namespace

absl::StatusOr<PickleTree> PickleTree::Parse(absl::string_view pickle) {
  PickleTree tree;
  CPPET_ASSIGN_OR_RETURN(tree.root_, Machine(pickle, &tree.nodes_).Run());
  return tree;
}

}  // namespace cppet::hdf5
