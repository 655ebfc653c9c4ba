#include "cppet/sumatra/python_json.h"

#include <cmath>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "cppet/base/python_repr.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using Type = nlohmann::json::value_t;

std::string FloatText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  return PythonFloatRepr(value);
}

absl::Status AppendText(absl::string_view text, std::string* out) {
  if (!IsValidUtf8(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", ReplaceInvalidUtf8(text), "\" is not UTF-8"));
  }
  out->push_back('"');
  while (!text.empty()) {
    const uint32_t code = TakeCodePoint(&text);
    switch (code) {
      case '"':
      case '\\':
        out->push_back('\\');
        out->push_back(static_cast<char>(code));
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      case '\b':
        *out += "\\b";
        break;
      case '\f':
        *out += "\\f";
        break;
      default:
        if (code >= 0x20 && code < 0x7f) {
          out->push_back(static_cast<char>(code));
        } else if (code < 0x10000) {
          absl::StrAppendFormat(out, "\\u%04x", code);
        } else {
          absl::StrAppendFormat(out, "\\u%04x\\u%04x",
                                0xd800 + ((code - 0x10000) >> 10),
                                0xdc00 + ((code - 0x10000) & 0x3ff));
        }
    }
  }
  out->push_back('"');
  return absl::OkStatus();
}

class Writer {
 public:
  explicit Writer(PythonJsonForm form)
      : indents_(form == PythonJsonForm::kIndented) {}

  absl::Status Append(const nlohmann::json& value, int depth) {
    switch (value.type()) {
      case Type::null:
        out_ += "null";
        return absl::OkStatus();
      case Type::boolean:
        out_ += value.get<bool>() ? "true" : "false";
        return absl::OkStatus();
      case Type::number_integer:
        absl::StrAppend(&out_, value.get<int64_t>());
        return absl::OkStatus();
      case Type::number_unsigned:
        absl::StrAppend(&out_, value.get<uint64_t>());
        return absl::OkStatus();
      case Type::number_float:
        out_ += FloatText(value.get<double>());
        return absl::OkStatus();
      case Type::string:
        return AppendText(value.get_ref<const std::string&>(), &out_);
      case Type::array:
      case Type::object:
        return AppendItems(value, depth);
      case Type::binary:
      case Type::discarded:
        break;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("JSON has no ", value.type_name()));
  }

  std::string TakeText() { return std::move(out_); }

 private:
  absl::Status AppendItems(const nlohmann::json& value, int depth) {
    const bool is_object = value.is_object();
    out_.push_back(is_object ? '{' : '[');
    bool first = true;
    for (const auto& item : value.items()) {
      if (!first) out_ += indents_ ? "," : ", ";
      first = false;
      AppendLineBreak(depth + 1);
      if (is_object) {
        CPPET_RETURN_IF_ERROR(AppendText(item.key(), &out_));
        out_ += ": ";
      }
      CPPET_RETURN_IF_ERROR(Append(item.value(), depth + 1));
    }
    if (!first) AppendLineBreak(depth);
    out_.push_back(is_object ? '}' : ']');
    return absl::OkStatus();
  }

  void AppendLineBreak(int depth) {
    if (indents_) absl::StrAppend(&out_, "\n", std::string(depth * 4, ' '));
  }

  const bool indents_;
  std::string out_;
};

}  // namespace

absl::StatusOr<std::string> PythonJson(const nlohmann::json& value,
                                       PythonJsonForm form) {
  Writer writer(form);
  CPPET_RETURN_IF_ERROR(writer.Append(value, 0));
  return writer.TakeText();
}

std::string PythonLiteral(const nlohmann::ordered_json& value) {
  switch (value.type()) {
    case Type::boolean:
      return value.get<bool>() ? "True" : "False";
    case Type::number_integer:
      return absl::StrCat(value.get<int64_t>());
    case Type::number_unsigned:
      return absl::StrCat(value.get<uint64_t>());
    case Type::number_float:
      return PythonFloatRepr(value.get<double>());
    case Type::string:
      return PythonTextRepr(value.get_ref<const std::string&>(),
                            PythonText::kStr);
    case Type::array:
    case Type::object: {
      const bool is_object = value.is_object();
      std::string out = is_object ? "{" : "[";
      for (const auto& item : value.items()) {
        if (out.size() > 1) out += ", ";
        if (is_object) {
          absl::StrAppend(&out, PythonTextRepr(item.key(), PythonText::kStr),
                          ": ");
        }
        out += PythonLiteral(item.value());
      }
      return out + (is_object ? "}" : "]");
    }
    case Type::null:
    case Type::binary:
    case Type::discarded:
      break;
  }
  return "None";
}

}  // namespace cppet
