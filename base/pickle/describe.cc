#include "cppet/base/pickle/describe.h"

#include <cmath>
#include <cstdint>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cppet/base/utf8.h"

namespace cppet::pickle {
namespace {

void AppendLetter(uint32_t code, std::string* out) {
  if (code == '\'' || code == '\\') {
    absl::StrAppendFormat(out, "\\%c", code);
  } else if (code >= 0x20 && code < 0x7F) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x100) {
    absl::StrAppendFormat(out, "\\x%02x", code);
  } else if (code < 0x10000) {
    absl::StrAppendFormat(out, "\\u%04x", code);
  } else {
    absl::StrAppendFormat(out, "\\U%08x", code);
  }
}

std::string Items(const std::vector<ObjectPtr>& items) {
  return absl::StrJoin(items, ", ",
                       [](std::string* out, const ObjectPtr& item) {
                         absl::StrAppend(out, Describe(*item));
                       });
}

std::string Pairs(const std::vector<ObjectPair>& items) {
  return absl::StrJoin(items, ", ",
                       [](std::string* out, const ObjectPair& item) {
                         absl::StrAppend(out, Describe(*item.first), ": ",
                                         Describe(*item.second));
                       });
}

struct Describer {
  std::string operator()(None) { return "None"; }
  std::string operator()(bool value) { return value ? "True" : "False"; }
  std::string operator()(const Int& integer) {
    return integer.value.ToInt64().has_value() ? integer.value.ToDecimal()
                                               : integer.value.ToHex();
  }
  std::string operator()(double number) {
    return std::isnan(number) ? "nan" : absl::StrFormat("%.17g", number);
  }
  std::string operator()(const Text& text) {
    std::string out = "'";
    for (absl::string_view rest = text.utf8; !rest.empty();) {
      AppendLetter(TakeCodePoint(&rest), &out);
    }
    return out + "'";
  }
  std::string operator()(const Bytes& bytes) {
    std::string out = "b'";
    for (const char byte : bytes.data) {
      AppendLetter(static_cast<uint8_t>(byte), &out);
    }
    return out + "'";
  }
  std::string operator()(const ByteArray& bytes) {
    return absl::StrCat("bytearray(", (*this)(Bytes{bytes.data}), ")");
  }
  std::string operator()(const List& list) {
    return absl::StrCat("[", Items(list.items), "]");
  }
  std::string operator()(const Tuple& tuple) {
    return absl::StrCat("(", Items(tuple.items),
                        tuple.items.size() == 1 ? ",)" : ")");
  }
  std::string operator()(const Dict& dict) {
    return absl::StrCat("{", Pairs(dict.items), "}");
  }
  std::string operator()(const Set& set) {
    return absl::StrCat("set({", Items(set.items), "})");
  }
  std::string operator()(const FrozenSet& set) {
    return absl::StrCat("frozenset({", Items(set.items), "})");
  }
  std::string operator()(const Global& global) {
    return absl::StrCat("<", global.module, ".", global.name, ">");
  }
  std::string operator()(const Call& call) {
    std::string out =
        absl::StrCat(call.is_new ? "new " : "", Describe(*call.callable), "(",
                     Items(call.args()));
    if (call.keywords != nullptr) {
      absl::StrAppend(&out, " **", Describe(*call.keywords));
    }
    absl::StrAppend(&out, ")");
    if (!call.appended.empty()) {
      absl::StrAppend(&out, " + [", Items(call.appended), "]");
    }
    if (!call.set_items.empty()) {
      absl::StrAppend(&out, " + {", Pairs(call.set_items), "}");
    }
    if (call.state != nullptr) {
      absl::StrAppend(&out, " state ", Describe(*call.state));
    }
    return out;
  }
};

}  // namespace

std::string Describe(const Object& object) {
  return std::visit(Describer(), object.data);
}

}  // namespace cppet::pickle
