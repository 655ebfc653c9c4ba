#include "cppet/tools/lib/yaml_literal.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/tools/lib/array_builder.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

// Far beyond any array, and far below what the stack holds.
constexpr int kMaxDepth = 32;

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

Literal At(const YAML::Mark& mark, Literal literal) {
  literal.line = mark.line + 1;
  literal.column = mark.column + 1;
  return literal;
}

absl::StatusOr<Literal> ReadScalar(const YAML::Node& node) {
  const std::string& tag = node.Tag();
  if (tag == "!" || tag == "tag:yaml.org,2002:str") {
    return Literal{node.Scalar(), node.Scalar()};
  }
  if (tag != "?" && !tag.empty()) {
    return Invalid(absl::StrCat("the tag ", tag, " is not known"));
  }
  return PlainLiteral(node.Scalar());
}

absl::Status AddScalar(const Value& value, ArrayBuilder& builder) {
  switch (value.dtype()) {
    case DType::kBool:
      return builder.AddBool(*value.As<bool>());
    case DType::kInt64:
      return builder.AddInt(*value.As<int64_t>());
    case DType::kFloat64:
      return builder.AddFloat(*value.As<double>());
    default:
      return builder.AddString(*value.As<std::string>());
  }
}

absl::Status AddNode(const YAML::Node& node, int depth, ArrayBuilder& builder) {
  if (!node.IsSequence()) {
    CPPET_ASSIGN_OR_RETURN(const Literal literal, ReadLiteral(node));
    return AddScalar(literal.value, builder);
  }
  if (depth == kMaxDepth) return Invalid("the lists are nested too deeply");
  if (node.size() == 0) return Invalid("a list is empty");
  CPPET_RETURN_IF_ERROR(builder.BeginList());
  for (const YAML::Node& child : node) {
    CPPET_RETURN_IF_ERROR(AddNode(child, depth + 1, builder));
  }
  return builder.EndList();
}

absl::StatusOr<YAML::Node> Load(const std::string& text) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    return Invalid(absl::StrCat("'", text, "' is no YAML: ", error.msg));
  }
}

}  // namespace

absl::StatusOr<Literal> ReadLiteral(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar: {
      CPPET_ASSIGN_OR_RETURN(Literal literal, ReadScalar(node));
      return At(node.Mark(), std::move(literal));
    }
    case YAML::NodeType::Sequence: {
      ArrayBuilder builder;
      CPPET_RETURN_IF_ERROR(AddNode(node, 0, builder));
      return At(node.Mark(), {builder.Build(Form::kList), ""});
    }
    case YAML::NodeType::Map:
      return Invalid("a map is no value");
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null:
      break;
  }
  return Invalid("there is no value");
}

absl::StatusOr<Literal> ParseLiteral(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty() || (text[0] != '[' && text[0] != '"' && text[0] != '\'')) {
    return PlainLiteral(text);
  }
  CPPET_ASSIGN_OR_RETURN(const YAML::Node node, Load(std::string(text)));
  return ReadLiteral(node);
}

absl::StatusOr<std::vector<Literal>> ParseLiterals(absl::string_view text) {
  CPPET_ASSIGN_OR_RETURN(const YAML::Node list,
                         Load(absl::StrCat("[", text, "]")));
  if (!list.IsSequence()) {
    return Invalid(absl::StrCat("'", text, "' is no list of values"));
  }
  std::vector<Literal> literals;
  for (const YAML::Node& node : list) {
    CPPET_ASSIGN_OR_RETURN(Literal literal, ReadLiteral(node));
    literals.push_back(std::move(literal));
  }
  return literals;
}

}  // namespace cppet
