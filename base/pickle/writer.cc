#include "cppet/base/pickle/writer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/escapes.h"
#include "cppet/base/pickle/integer.h"
#include "cppet/base/pickle/module_names.h"
#include "cppet/base/pickle/opcodes.h"
#include "cppet/base/pickle/shared_objects.h"

namespace cppet::pickle {
namespace {

// With more bytes than this, an int has more decimal digits than Python reads.
constexpr size_t kMaxDecimalBytes = 1700;

bool IsIdentifierLine(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isgraph);
}

class Writer {
 public:
  Writer(const Object& object, int protocol)
      : protocol_(protocol < 2   ? 0
                  : protocol < 4 ? 2
                                 : 4),
        shared_(object) {
    if (protocol_ >= 2) {
      Put(Opcode::kProto);
      out_.push_back(static_cast<char>(protocol_));
    }
    Write(object);
    Put(Opcode::kStop);
  }

  std::string Take() && { return std::move(out_); }

  // Writes each kind of object.
  void operator()(None) { Put(Opcode::kNone); }
  void operator()(bool value);
  void operator()(const Int& integer);
  void operator()(double number);
  void operator()(const Text& text);
  void operator()(const Bytes& bytes);
  void operator()(const ByteArray& bytes);
  void operator()(const List& list);
  void operator()(const Tuple& tuple);
  void operator()(const Dict& dict);
  void operator()(const Set& set) { WriteSet("set", set.items); }
  void operator()(const FrozenSet& set) { WriteSet("frozenset", set.items); }
  void operator()(const Global& global);
  void operator()(const Call& call);

 private:
  void Write(const Object& object);

  void Put(Opcode opcode) { out_.push_back(static_cast<char>(opcode)); }
  // An instruction and the line that belongs to it.
  void PutLine(Opcode opcode, absl::string_view line);
  // The lowest `size` bytes of `number`, the lowest first.
  void PutNumber(uint64_t number, int size);
  // The first of the instructions whose length is wide enough: of 1, 4 and 8
  // bytes.
  void PutSized(std::optional<Opcode> opcode1, Opcode opcode4, Opcode opcode8,
                absl::string_view bytes);

  void PutMemo();
  void GetMemo(uint64_t index);

  void WriteLatin1(absl::string_view bytes);
  void WriteHugeInt(const Integer& integer);
  void WriteTuple(const std::vector<const Object*>& items);
  void WriteSet(absl::string_view type, const std::vector<ObjectPtr>& items);
  void WriteAppended(const std::vector<ObjectPtr>& items);
  void WriteSetItems(const std::vector<ObjectPair>& items);
  void WriteNew(const Call& call);
  void WriteAttribute(const Global& global);

  const int protocol_;
  std::string out_;
  SharedObjects shared_;
  uint64_t memo_size_ = 0;
};

void Writer::Write(const Object& object) {
  std::optional<uint64_t>* const memo = shared_.Find(object);
  if (memo != nullptr && memo->has_value()) return GetMemo(**memo);
  std::visit(*this, object.data);
  if (memo != nullptr) {
    *memo = memo_size_;
    PutMemo();
  }
}

void Writer::PutLine(Opcode opcode, absl::string_view line) {
  Put(opcode);
  absl::StrAppend(&out_, line, "\n");
}

void Writer::PutNumber(uint64_t number, int size) {
  for (int i = 0; i < size; ++i) {
    out_.push_back(static_cast<char>(number >> i * 8));
  }
}

void Writer::PutSized(std::optional<Opcode> opcode1, Opcode opcode4,
                      Opcode opcode8, absl::string_view bytes) {
  if (opcode1.has_value() && bytes.size() < 0x100) {
    Put(*opcode1);
    PutNumber(bytes.size(), 1);
  } else if (bytes.size() <= std::numeric_limits<uint32_t>::max()) {
    Put(opcode4);
    PutNumber(bytes.size(), 4);
  } else {
    Put(opcode8);
    PutNumber(bytes.size(), 8);
  }
  out_.append(bytes.data(), bytes.size());
}

void Writer::PutMemo() {
  const uint64_t index = memo_size_++;
  if (protocol_ == 0) {
    PutLine(Opcode::kPut, absl::StrCat(index));
  } else if (protocol_ == 4) {
    Put(Opcode::kMemoize);
  } else if (index < 0x100) {
    Put(Opcode::kBinPut);
    PutNumber(index, 1);
  } else {
    Put(Opcode::kLongBinPut);
    PutNumber(index, 4);
  }
}

void Writer::GetMemo(uint64_t index) {
  if (protocol_ == 0) {
    PutLine(Opcode::kGet, absl::StrCat(index));
  } else if (index < 0x100) {
    Put(Opcode::kBinGet);
    PutNumber(index, 1);
  } else {
    Put(Opcode::kLongBinGet);
    PutNumber(index, 4);
  }
}

void Writer::operator()(bool value) {
  if (protocol_ == 0) {
    PutLine(Opcode::kInt, value ? "01" : "00");
  } else {
    Put(value ? Opcode::kNewTrue : Opcode::kNewFalse);
  }
}

void Writer::operator()(const Int& integer) {
  const std::string& bytes = integer.value.bytes();
  const bool is_long = integer.is_long || bytes.size() > 4;
  if (protocol_ == 0) {
    if (bytes.size() > kMaxDecimalBytes) return WriteHugeInt(integer.value);
    PutLine(is_long ? Opcode::kLong : Opcode::kInt,
            absl::StrCat(integer.value.ToDecimal(), is_long ? "L" : ""));
  } else if (is_long) {
    PutSized(Opcode::kLong1, Opcode::kLong4, Opcode::kLong4, bytes);
  } else {
    const int64_t value = *integer.value.ToInt64();
    if (value >= 0 && value < 0x100) {
      Put(Opcode::kBinInt1);
      PutNumber(value, 1);
    } else if (value >= 0 && value < 0x10000) {
      Put(Opcode::kBinInt2);
      PutNumber(value, 2);
    } else {
      Put(Opcode::kBinInt);
      PutNumber(value, 4);
    }
  }
}

void Writer::operator()(double number) {
  if (protocol_ == 0) {
    return PutLine(Opcode::kFloat, absl::StrFormat("%.17g", number));
  }
  uint64_t bits;
  std::memcpy(&bits, &number, sizeof(bits));
  Put(Opcode::kBinFloat);
  for (int i = 8; i-- > 0;) out_.push_back(static_cast<char>(bits >> i * 8));
}

void Writer::operator()(const Text& text) {
  if (protocol_ == 0) return PutLine(Opcode::kUnicode, EscapeText(text.utf8));
  PutSized(protocol_ == 4 ? std::make_optional(Opcode::kShortBinUnicode)
                          : std::nullopt,
           Opcode::kBinUnicode, Opcode::kBinUnicode8, text.utf8);
}

// Before there were bytes: a text of the same numbers, and its encoding.
void Writer::WriteLatin1(absl::string_view bytes) {
  Put(Opcode::kMark);
  (*this)(Text{Latin1ToUtf8(bytes)});
  (*this)(Text{"latin1"});
  Put(Opcode::kTuple);
  Put(Opcode::kReduce);
}

void Writer::operator()(const Bytes& bytes) {
  if (protocol_ == 4) {
    return PutSized(Opcode::kShortBinBytes, Opcode::kBinBytes,
                    Opcode::kBinBytes8, bytes.data);
  }
  (*this)(Global{"_codecs", "encode"});
  WriteLatin1(bytes.data);
}

void Writer::operator()(const ByteArray& bytes) {
  (*this)(Global{"builtins", "bytearray"});
  if (protocol_ < 4) return WriteLatin1(bytes.data);
  (*this)(Bytes{bytes.data});
  Put(Opcode::kTuple1);
  Put(Opcode::kReduce);
}

// int("0x...", 16), as only decimal digits have a limit.
void Writer::WriteHugeInt(const Integer& integer) {
  (*this)(Global{"builtins", "int"});
  Put(Opcode::kMark);
  (*this)(Text{integer.ToHex()});
  (*this)(Int{16});
  Put(Opcode::kTuple);
  Put(Opcode::kReduce);
}

void Writer::operator()(const List& list) {
  if (protocol_ == 0) {
    Put(Opcode::kMark);
    Put(Opcode::kList);
  } else {
    Put(Opcode::kEmptyList);
  }
  WriteAppended(list.items);
}

void Writer::operator()(const Tuple& tuple) {
  std::vector<const Object*> items;
  items.reserve(tuple.items.size());
  for (const ObjectPtr& item : tuple.items) items.push_back(item.get());
  WriteTuple(items);
}

void Writer::WriteTuple(const std::vector<const Object*>& items) {
  if (items.empty() && protocol_ > 0) return Put(Opcode::kEmptyTuple);
  const bool has_mark = protocol_ == 0 || items.size() > 3;
  if (has_mark) Put(Opcode::kMark);
  for (const Object* item : items) Write(*item);
  Put(has_mark            ? Opcode::kTuple
      : items.size() == 1 ? Opcode::kTuple1
      : items.size() == 2 ? Opcode::kTuple2
                          : Opcode::kTuple3);
}

void Writer::operator()(const Dict& dict) {
  if (protocol_ == 0) {
    Put(Opcode::kMark);
    Put(Opcode::kDict);
  } else {
    Put(Opcode::kEmptyDict);
  }
  WriteSetItems(dict.items);
}

void Writer::WriteSet(absl::string_view type,
                      const std::vector<ObjectPtr>& items) {
  if (protocol_ == 4) {
    const bool is_frozen = type == "frozenset";
    if (!is_frozen) Put(Opcode::kEmptySet);
    if (!is_frozen && items.empty()) return;
    Put(Opcode::kMark);
    for (const ObjectPtr& item : items) Write(*item);
    return Put(is_frozen ? Opcode::kFrozenSet : Opcode::kAddItems);
  }
  (*this)(Global{"builtins", std::string(type)});
  Put(Opcode::kMark);
  (*this)(List{items});
  Put(Opcode::kTuple);
  Put(Opcode::kReduce);
}

void Writer::WriteAppended(const std::vector<ObjectPtr>& items) {
  if (protocol_ > 0 && items.size() > 1) {
    Put(Opcode::kMark);
    for (const ObjectPtr& item : items) Write(*item);
    return Put(Opcode::kAppends);
  }
  for (const ObjectPtr& item : items) {
    Write(*item);
    Put(Opcode::kAppend);
  }
}

void Writer::WriteSetItems(const std::vector<ObjectPair>& items) {
  const bool at_once = protocol_ > 0 && items.size() > 1;
  if (at_once) Put(Opcode::kMark);
  for (const auto& [key, value] : items) {
    Write(*key);
    Write(*value);
    if (!at_once) Put(Opcode::kSetItem);
  }
  if (at_once) Put(Opcode::kSetItems);
}

void Writer::operator()(const Global& global) {
  const bool is_line =
      IsIdentifierLine(global.module) && IsIdentifierLine(global.name);
  if (protocol_ == 4) {
    (*this)(Text{global.module});
    (*this)(Text{global.name});
    Put(Opcode::kStackGlobal);
  } else if (is_line && !absl::StrContains(global.name, '.')) {
    const Global old = ToPython2(global);
    PutLine(Opcode::kGlobal, old.module);
    absl::StrAppend(&out_, old.name, "\n");
  } else {
    WriteAttribute(global);
  }
}

// getattr(x, "name") of the class or module x that has it, when the name is no
// plain one.
void Writer::WriteAttribute(const Global& global) {
  (*this)(Global{"builtins", "getattr"});
  Put(Opcode::kMark);
  const size_t dot = global.name.rfind('.');
  if (dot != std::string::npos) {
    (*this)(Global{global.module, global.name.substr(0, dot)});
    (*this)(Text{global.name.substr(dot + 1)});
  } else {
    (*this)(Global{"importlib", "import_module"});
    Put(Opcode::kMark);
    (*this)(Text{global.module});
    Put(Opcode::kTuple);
    Put(Opcode::kReduce);
    (*this)(Text{global.name});
  }
  Put(Opcode::kTuple);
  Put(Opcode::kReduce);
}

void Writer::operator()(const Call& call) {
  if (call.is_new) {
    WriteNew(call);
  } else {
    Write(*call.callable);
    Write(*call.arguments);
    Put(Opcode::kReduce);
  }
  WriteAppended(call.appended);
  WriteSetItems(call.set_items);
  if (call.state != nullptr) {
    Write(*call.state);
    Put(Opcode::kBuild);
  }
}

void Writer::WriteNew(const Call& call) {
  if (protocol_ < (call.keywords != nullptr ? 4 : 2)) {
    (*this)(Global{"copyreg",
                   call.keywords != nullptr ? "__newobj_ex__" : "__newobj__"});
    std::vector<const Object*> items = {call.callable.get()};
    if (call.keywords != nullptr) {
      items.push_back(call.arguments.get());
      items.push_back(call.keywords.get());
    } else {
      for (const ObjectPtr& item : call.args()) items.push_back(item.get());
    }
    WriteTuple(items);
    return Put(Opcode::kReduce);
  }
  Write(*call.callable);
  Write(*call.arguments);
  if (call.keywords != nullptr) Write(*call.keywords);
  Put(call.keywords != nullptr ? Opcode::kNewObjEx : Opcode::kNewObj);
}

}  // namespace

std::string Write(const Object& object, int protocol) {
  return Writer(object, protocol).Take();
}

}  // namespace cppet::pickle
