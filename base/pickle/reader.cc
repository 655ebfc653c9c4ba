#include "cppet/base/pickle/reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cppet/base/pickle/escapes.h"
#include "cppet/base/pickle/input.h"
#include "cppet/base/pickle/integer.h"
#include "cppet/base/pickle/module_names.h"
#include "cppet/base/pickle/opcodes.h"
#include "cppet/base/pickle/plain_call.h"
#include "cppet/base/pickle/stack_machine.h"
#include "cppet/base/status_macros.h"

namespace cppet::pickle {
namespace {

// Python's own limit, too.
constexpr size_t kMaxDecimalDigits = 4300;
// Of classes within classes.
constexpr int kMaxNesting = 20;

absl::StatusOr<Integer> Decimal(absl::string_view digits) {
  if (digits.size() > kMaxDecimalDigits) {
    return Unsupported(
        absl::StrCat("an int of ", digits.size(), " decimal digits"));
  }
  std::optional<Integer> integer = Integer::FromDecimal(digits);
  if (!integer.has_value()) return Broken("an int is no number");
  return *std::move(integer);
}

class Reader {
 public:
  explicit Reader(absl::string_view pickle)
      : input_(pickle), budget_(pickle.size()), machine_(&budget_) {}

  absl::StatusOr<ObjectPtr> Run() {
    for (;;) {
      CPPET_ASSIGN_OR_RETURN(const uint64_t byte, input_.TakeNumber(1));
      const Opcode opcode = static_cast<Opcode>(byte);
      if (opcode == Opcode::kStop) break;
      CPPET_RETURN_IF_ERROR(Step(opcode));
    }
    return machine_.Finish();
  }

 private:
  absl::Status Step(Opcode opcode);

  // Instructions about the pickle itself.
  absl::Status ReadProtocol();
  absl::Status ReadFrame();

  absl::StatusOr<uint64_t> IndexOnLine();

  // Atoms.
  // Pushes as many bytes as the next `size` ones tell.
  absl::Status PushSized(int size,
                         absl::Status (Reader::*push)(absl::string_view));
  absl::Status PushNumber(int size, bool is_signed);
  absl::Status PushLong(absl::string_view bytes);
  absl::Status PushIntLine();
  absl::Status PushLongLine();
  absl::Status PushFloatLine();
  absl::Status PushBinFloat();
  absl::Status PushText(absl::string_view bytes);
  absl::Status PushOldString(absl::string_view bytes);
  absl::Status PushBytes(absl::string_view bytes);
  absl::Status PushByteArray(absl::string_view bytes);

  // Classes and functions.
  absl::Status PushGlobal(absl::string_view module, absl::string_view name);
  absl::Status PushGlobalOnLines();
  absl::Status StackGlobal();

  Input input_;
  CopyBudget budget_;
  StackMachine machine_;
  int protocol_ = 0;
  const NodePtr none_ = MakeNode(None());
  const NodePtr true_ = MakeNode(true);
  const NodePtr false_ = MakeNode(false);
};

absl::Status Reader::ReadProtocol() {
  CPPET_ASSIGN_OR_RETURN(protocol_, input_.TakeNumber(1));
  if (protocol_ > kMaxProtocol) {
    return Unsupported(absl::StrCat("protocol ", protocol_));
  }
  return absl::OkStatus();
}

absl::Status Reader::ReadFrame() {
  CPPET_ASSIGN_OR_RETURN(const uint64_t size, input_.TakeNumber(8));
  if (size > input_.size()) return Broken("it ends within a frame");
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Reader::IndexOnLine() {
  CPPET_ASSIGN_OR_RETURN(const absl::string_view line, input_.TakeLine());
  uint64_t index;
  if (!absl::SimpleAtoi(line, &index)) {
    return Broken("the number of a shared object is none");
  }
  return index;
}

absl::Status Reader::PushSized(
    int size, absl::Status (Reader::*push)(absl::string_view)) {
  CPPET_ASSIGN_OR_RETURN(const absl::string_view bytes, input_.TakeSized(size));
  return (this->*push)(bytes);
}

absl::Status Reader::PushNumber(int size, bool is_signed) {
  CPPET_ASSIGN_OR_RETURN(const uint64_t number, input_.TakeNumber(size));
  return machine_.PushData(Int{is_signed ? static_cast<int32_t>(number)
                                         : static_cast<int64_t>(number)});
}

absl::Status Reader::PushLong(absl::string_view bytes) {
  return machine_.PushData(Int{Integer::FromBytes(bytes), /*is_long=*/true});
}

absl::Status Reader::PushIntLine() {
  CPPET_ASSIGN_OR_RETURN(const absl::string_view line, input_.TakeLine());
  if (line == "00" || line == "01")
    return machine_.Push(line == "01" ? true_ : false_);
  CPPET_ASSIGN_OR_RETURN(Integer integer, Decimal(line));
  return machine_.PushData(Int{std::move(integer)});
}

absl::Status Reader::PushLongLine() {
  CPPET_ASSIGN_OR_RETURN(absl::string_view line, input_.TakeLine());
  absl::ConsumeSuffix(&line, "L");
  CPPET_ASSIGN_OR_RETURN(Integer integer, Decimal(line));
  return machine_.PushData(Int{std::move(integer), /*is_long=*/true});
}

absl::Status Reader::PushFloatLine() {
  CPPET_ASSIGN_OR_RETURN(const absl::string_view line, input_.TakeLine());
  double number;
  if (!absl::SimpleAtod(line, &number)) return Broken("a float is no number");
  return machine_.PushData(number);
}

absl::Status Reader::PushBinFloat() {
  CPPET_ASSIGN_OR_RETURN(const absl::string_view bytes, input_.Take(8));
  uint64_t bits = 0;  // the highest byte comes first
  for (const char byte : bytes) bits = bits << 8 | static_cast<uint8_t>(byte);
  double number;
  std::memcpy(&number, &bits, sizeof(number));
  return machine_.PushData(number);
}

absl::Status Reader::PushText(absl::string_view bytes) {
  CPPET_ASSIGN_OR_RETURN(std::string text, CheckedUtf8(bytes));
  return machine_.PushData(Text{std::move(text)});
}

absl::Status Reader::PushOldString(absl::string_view bytes) {
  if (std::all_of(bytes.begin(), bytes.end(), absl::ascii_isascii)) {
    return machine_.PushData(Text{std::string(bytes)});
  }
  return machine_.PushData(Bytes{std::string(bytes)});
}

absl::Status Reader::PushBytes(absl::string_view bytes) {
  return machine_.PushData(Bytes{std::string(bytes)});
}

absl::Status Reader::PushByteArray(absl::string_view bytes) {
  return machine_.PushData(ByteArray{std::string(bytes)});
}

absl::Status Reader::PushGlobal(absl::string_view module,
                                absl::string_view name) {
  CPPET_ASSIGN_OR_RETURN(std::string module_text, CheckedUtf8(module));
  CPPET_ASSIGN_OR_RETURN(std::string name_text, CheckedUtf8(name));
  // In older protocols each part is a call for the next one.
  if (std::count(name_text.begin(), name_text.end(), '.') > kMaxNesting) {
    return Unsupported(absl::StrCat("a class that is within more than ",
                                    kMaxNesting, " others"));
  }
  Global global{std::move(module_text), std::move(name_text)};
  if (protocol_ < 3) global = FromPython2(std::move(global));
  return machine_.PushData(std::move(global));
}

absl::Status Reader::PushGlobalOnLines() {
  CPPET_ASSIGN_OR_RETURN(const absl::string_view module, input_.TakeLine());
  CPPET_ASSIGN_OR_RETURN(const absl::string_view name, input_.TakeLine());
  return PushGlobal(module, name);
}

absl::Status Reader::StackGlobal() {
  CPPET_ASSIGN_OR_RETURN(const NodePtr name, machine_.Pop());
  CPPET_ASSIGN_OR_RETURN(const NodePtr module, machine_.Pop());
  const Text* const name_text = name->As<Text>();
  const Text* const module_text = module->As<Text>();
  if (name_text == nullptr || module_text == nullptr) {
    return Broken("a class's name is no text");
  }
  CPPET_RETURN_IF_ERROR(
      budget_.Spend(name_text->utf8.size() + module_text->utf8.size()));
  return PushGlobal(module_text->utf8, name_text->utf8);
}

absl::Status Reader::Step(Opcode opcode) {
  switch (opcode) {
    case Opcode::kProto:
      return ReadProtocol();
    case Opcode::kFrame:
      return ReadFrame();

    case Opcode::kMark:
      return machine_.PushMark();
    case Opcode::kPop:
      return machine_.Discard();
    case Opcode::kPopMark:
      return machine_.DiscardToMark();
    case Opcode::kDup:
      return machine_.PushCopyOfTop();

    case Opcode::kPut: {
      CPPET_ASSIGN_OR_RETURN(const uint64_t index, IndexOnLine());
      return machine_.Put(index);
    }
    case Opcode::kBinPut: {
      CPPET_ASSIGN_OR_RETURN(const uint64_t index, input_.TakeNumber(1));
      return machine_.Put(index);
    }
    case Opcode::kLongBinPut: {
      CPPET_ASSIGN_OR_RETURN(const uint64_t index, input_.TakeNumber(4));
      return machine_.Put(index);
    }
    case Opcode::kMemoize:
      return machine_.PutNext();
    case Opcode::kGet: {
      CPPET_ASSIGN_OR_RETURN(const uint64_t index, IndexOnLine());
      return machine_.Get(index);
    }
    case Opcode::kBinGet: {
      CPPET_ASSIGN_OR_RETURN(const uint64_t index, input_.TakeNumber(1));
      return machine_.Get(index);
    }
    case Opcode::kLongBinGet: {
      CPPET_ASSIGN_OR_RETURN(const uint64_t index, input_.TakeNumber(4));
      return machine_.Get(index);
    }

    case Opcode::kNone:
      return machine_.Push(none_);
    case Opcode::kNewTrue:
      return machine_.Push(true_);
    case Opcode::kNewFalse:
      return machine_.Push(false_);
    case Opcode::kInt:
      return PushIntLine();
    case Opcode::kBinInt:
      return PushNumber(4, /*is_signed=*/true);
    case Opcode::kBinInt1:
      return PushNumber(1, /*is_signed=*/false);
    case Opcode::kBinInt2:
      return PushNumber(2, /*is_signed=*/false);
    case Opcode::kLong:
      return PushLongLine();
    case Opcode::kLong1:
      return PushSized(1, &Reader::PushLong);
    case Opcode::kLong4:
      return PushSized(4, &Reader::PushLong);
    case Opcode::kFloat:
      return PushFloatLine();
    case Opcode::kBinFloat:
      return PushBinFloat();
    case Opcode::kString: {
      CPPET_ASSIGN_OR_RETURN(const absl::string_view line, input_.TakeLine());
      CPPET_ASSIGN_OR_RETURN(const std::string bytes, UnquoteBytes(line));
      return PushOldString(bytes);
    }
    case Opcode::kBinString:
      return PushSized(4, &Reader::PushOldString);
    case Opcode::kShortBinString:
      return PushSized(1, &Reader::PushOldString);
    case Opcode::kUnicode: {
      CPPET_ASSIGN_OR_RETURN(const absl::string_view line, input_.TakeLine());
      CPPET_ASSIGN_OR_RETURN(std::string text, UnescapeText(line));
      return machine_.PushData(Text{std::move(text)});
    }
    case Opcode::kShortBinUnicode:
      return PushSized(1, &Reader::PushText);
    case Opcode::kBinUnicode:
      return PushSized(4, &Reader::PushText);
    case Opcode::kBinUnicode8:
      return PushSized(8, &Reader::PushText);
    case Opcode::kShortBinBytes:
      return PushSized(1, &Reader::PushBytes);
    case Opcode::kBinBytes:
      return PushSized(4, &Reader::PushBytes);
    case Opcode::kBinBytes8:
      return PushSized(8, &Reader::PushBytes);
    case Opcode::kByteArray8:
      return PushSized(8, &Reader::PushByteArray);

    case Opcode::kEmptyTuple:
      return machine_.PopToTuple(0);
    case Opcode::kTuple1:
      return machine_.PopToTuple(1);
    case Opcode::kTuple2:
      return machine_.PopToTuple(2);
    case Opcode::kTuple3:
      return machine_.PopToTuple(3);
    case Opcode::kTuple: {
      CPPET_ASSIGN_OR_RETURN(Nodes items, machine_.PopToMark());
      return machine_.PushTuple(std::move(items));
    }
    case Opcode::kEmptyList:
      return machine_.PushData(List());
    case Opcode::kList: {
      CPPET_ASSIGN_OR_RETURN(Nodes items, machine_.PopToMark());
      return machine_.PushList(std::move(items));
    }
    case Opcode::kAppend: {
      CPPET_ASSIGN_OR_RETURN(NodePtr item, machine_.Pop());
      return machine_.Append({std::move(item)});
    }
    case Opcode::kAppends: {
      CPPET_ASSIGN_OR_RETURN(const Nodes items, machine_.PopToMark());
      return machine_.Append(items);
    }
    case Opcode::kEmptySet:
      return machine_.PushData(Set());
    case Opcode::kAddItems: {
      CPPET_ASSIGN_OR_RETURN(const Nodes items, machine_.PopToMark());
      return machine_.AddToSet(items);
    }
    case Opcode::kFrozenSet: {
      CPPET_ASSIGN_OR_RETURN(Nodes items, machine_.PopToMark());
      return machine_.PushFrozenSet(std::move(items));
    }
    case Opcode::kEmptyDict:
      return machine_.PushData(Dict());
    case Opcode::kDict: {
      CPPET_ASSIGN_OR_RETURN(const Nodes items, machine_.PopToMark());
      CPPET_RETURN_IF_ERROR(machine_.PushData(Dict()));
      return machine_.SetItems(items);
    }
    case Opcode::kSetItem: {
      CPPET_ASSIGN_OR_RETURN(NodePtr value, machine_.Pop());
      CPPET_ASSIGN_OR_RETURN(NodePtr key, machine_.Pop());
      return machine_.SetItems({std::move(key), std::move(value)});
    }
    case Opcode::kSetItems: {
      CPPET_ASSIGN_OR_RETURN(const Nodes items, machine_.PopToMark());
      return machine_.SetItems(items);
    }

    case Opcode::kGlobal:
      return PushGlobalOnLines();
    case Opcode::kStackGlobal:
      return StackGlobal();
    case Opcode::kReduce:
      return machine_.Reduce();
    case Opcode::kNewObj: {
      CPPET_ASSIGN_OR_RETURN(const NodePtr arguments, machine_.Pop());
      CPPET_ASSIGN_OR_RETURN(const NodePtr type, machine_.Pop());
      return machine_.PushNew(type, arguments, nullptr);
    }
    case Opcode::kNewObjEx: {
      CPPET_ASSIGN_OR_RETURN(const NodePtr keywords, machine_.Pop());
      CPPET_ASSIGN_OR_RETURN(const NodePtr arguments, machine_.Pop());
      CPPET_ASSIGN_OR_RETURN(const NodePtr type, machine_.Pop());
      return machine_.PushNew(type, arguments, keywords);
    }
    case Opcode::kInst: {
      CPPET_RETURN_IF_ERROR(PushGlobalOnLines());
      CPPET_ASSIGN_OR_RETURN(const NodePtr type, machine_.Pop());
      CPPET_ASSIGN_OR_RETURN(Nodes items, machine_.PopToMark());
      return machine_.PushInstance(type, std::move(items));
    }
    case Opcode::kObj: {
      CPPET_ASSIGN_OR_RETURN(Nodes items, machine_.PopToMark());
      if (items.empty()) return Broken("a class is missing");
      const NodePtr type = items[0];
      items.erase(items.begin());
      return machine_.PushInstance(type, std::move(items));
    }
    case Opcode::kBuild:
      return machine_.Build();

    case Opcode::kPersId:
    case Opcode::kBinPersId:
      return Unsupported("the persistent id of an object");
    case Opcode::kExt1:
    case Opcode::kExt2:
    case Opcode::kExt4:
      return Unsupported("an extension code");
    case Opcode::kNextBuffer:
    case Opcode::kReadOnlyBuffer:
      return Unsupported("a buffer outside of it");
    case Opcode::kStop:
      break;
  }
  return Broken("an instruction is none");
}

}  // namespace

absl::StatusOr<ObjectPtr> Read(absl::string_view pickle) {
  return Reader(pickle).Run();
}

}  // namespace cppet::pickle
