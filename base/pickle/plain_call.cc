#include "cppet/base/pickle/plain_call.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/escapes.h"
#include "cppet/base/status_macros.h"

namespace cppet::pickle {
namespace {

using Data = decltype(Object::data);

bool IsLatin1(const Object& object) {
  const Text* text = object.As<Text>();
  return text != nullptr && (text->utf8 == "latin1" || text->utf8 == "latin-1");
}

// The bytes that a text and the name of its encoding stand for.
template <typename T>
absl::StatusOr<Data> Encoded(const Text& text, CopyBudget* budget) {
  CPPET_RETURN_IF_ERROR(budget->Spend(text.utf8.size()));
  CPPET_ASSIGN_OR_RETURN(std::string bytes, Utf8ToLatin1(text.utf8));
  return T{std::move(bytes)};
}

template <typename T>
absl::StatusOr<Data> SetOf(const List& list, CopyBudget* budget) {
  CPPET_RETURN_IF_ERROR(budget->Spend(list.items.size()));
  return T{list.items};
}

absl::StatusOr<Data> NewObject(const std::vector<ObjectPtr>& items,
                               CopyBudget* budget) {
  CPPET_RETURN_IF_ERROR(budget->Spend(items.size()));
  Call call;
  call.callable = items[0];
  call.arguments = Make(Tuple{{items.begin() + 1, items.end()}});
  call.is_new = true;
  return call;
}

}  // namespace

CopyBudget::CopyBudget(size_t pickle_size)
    : left_(8 * pickle_size + (1 << 16)) {}

absl::Status CopyBudget::Spend(size_t steps) {
  if (steps > left_) {
    return absl::UnimplementedError(
        "a pickle that copies its parts again and again cannot be read");
  }
  left_ -= steps;
  return absl::OkStatus();
}

absl::StatusOr<Data> PlainCall(const ObjectPtr& callable,
                               const ObjectPtr& arguments, CopyBudget* budget) {
  Call call;
  call.callable = callable;
  call.arguments = arguments;
  const std::vector<ObjectPtr>& args = call.args();
  const auto is = [&callable](absl::string_view module,
                              absl::string_view name) {
    return IsGlobal(*callable, module, name);
  };
  const bool is_byte_array = is("builtins", "bytearray");
  if (args.empty()) {
    if (is("builtins", "bytes")) return Bytes();
    if (is_byte_array) return ByteArray();
    return call;
  }
  const Text* text = args[0]->As<Text>();
  if (args.size() == 2 && text != nullptr && IsLatin1(*args[1])) {
    if (is("_codecs", "encode")) return Encoded<Bytes>(*text, budget);
    if (is_byte_array) return Encoded<ByteArray>(*text, budget);
  }
  if (args.size() == 1) {
    if (const Bytes* bytes = args[0]->As<Bytes>();
        bytes != nullptr && is_byte_array) {
      CPPET_RETURN_IF_ERROR(budget->Spend(bytes->data.size()));
      return ByteArray{bytes->data};
    }
    if (const List* list = args[0]->As<List>(); list != nullptr) {
      if (is("builtins", "set")) return SetOf<Set>(*list, budget);
      if (is("builtins", "frozenset")) return SetOf<FrozenSet>(*list, budget);
    }
  }
  if (is("copyreg", "__newobj__")) return NewObject(args, budget);
  if (is("copyreg", "__newobj_ex__") && args.size() == 3 &&
      args[1]->As<Tuple>() != nullptr && args[2]->As<Dict>() != nullptr) {
    call.callable = args[0];
    call.arguments = args[1];
    call.keywords = args[2];
    call.is_new = true;
  }
  return call;
}

}  // namespace cppet::pickle
