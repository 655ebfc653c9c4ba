#include "cppet/tools/lib/where.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/status_macros.h"
#include "cppet/tools/lib/literal.h"

namespace cppet {
namespace {

// Deeper ones are no conditions that anybody typed.
constexpr int kMaxDepth = 200;

enum class Operator {
  kValue,
  kColumn,
  kNot,
  kAnd,
  kOr,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
};

struct OperatorText {
  absl::string_view text;
  Operator op;
};
// One that begins like another stands before it.
constexpr OperatorText kComparisons[] = {
    {"==", Operator::kEqual},        {"!=", Operator::kNotEqual},
    {"<=", Operator::kLessEqual},    {"<", Operator::kLess},
    {">=", Operator::kGreaterEqual}, {">", Operator::kGreater},
};

absl::Status ErrorAt(size_t position, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("at ", position + 1, ": ", what));
}

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
}

// The sign of a - b; nothing if one is nan.
template <typename T>
std::optional<int> Sign(const T& a, const T& b) {
  if (a < b) return -1;
  if (b < a) return 1;
  if (a == b) return 0;
  return std::nullopt;
}

bool Holds(Operator op, std::optional<int> sign) {
  if (!sign.has_value()) return op == Operator::kNotEqual;
  switch (op) {
    case Operator::kEqual:
      return *sign == 0;
    case Operator::kNotEqual:
      return *sign != 0;
    case Operator::kLess:
      return *sign < 0;
    case Operator::kLessEqual:
      return *sign <= 0;
    case Operator::kGreater:
      return *sign > 0;
    default:
      return *sign >= 0;
  }
}

bool IsBool(const Value& value) {
  return value.is_scalar() && value.dtype() == DType::kBool;
}

bool IsFloat(const Value& value) {
  return value.dtype() == DType::kFloat32 || value.dtype() == DType::kFloat64;
}

bool IsText(const Value& value) { return value.is_scalar() && value.is_text(); }

absl::StatusOr<bool> Compare(const Value& a, const Value& b, Operator op,
                             size_t position) {
  if (IsText(a) && IsText(b)) {
    return Holds(op, Sign(a.texts()[0], b.texts()[0]));
  }
  if (IsBool(a) && IsBool(b)) {
    return Holds(op, Sign(*a.As<bool>(), *b.As<bool>()));
  }
  if (!IsText(a) && !IsText(b)) {
    // Ints as such, since not all of them are doubles.
    if (!IsFloat(a) && !IsFloat(b)) {
      const auto int_a = a.As<int64_t>(), int_b = b.As<int64_t>();
      if (int_a.ok() && int_b.ok()) return Holds(op, Sign(*int_a, *int_b));
    }
    const auto float_a = a.As<double>(), float_b = b.As<double>();
    if (float_a.ok() && float_b.ok()) {
      return Holds(op, Sign(*float_a, *float_b));
    }
  }
  return ErrorAt(position, absl::StrCat("cannot compare ", a.TypeDescription(),
                                        " with ", b.TypeDescription()));
}

}  // namespace

struct Where::Expression {
  Operator op;
  size_t position;
  Value value;
  size_t column = 0;
  std::unique_ptr<const Expression> left;
  std::unique_ptr<const Expression> right;
};

// Recursive descent; each function reads what its name says.
class Where::Parser {
 public:
  using Result = absl::StatusOr<std::unique_ptr<const Expression>>;

  Parser(absl::string_view text, absl::Span<const std::string> columns)
      : text_(text), columns_(columns) {}

  Result Parse() {
    CPPET_ASSIGN_OR_RETURN(auto expression, Or());
    SkipBlanks();
    if (position_ < text_.size()) return Unexpected();
    return expression;
  }

 private:
  Result Or() {
    CPPET_ASSIGN_OR_RETURN(auto left, And());
    while (Consume("||")) {
      const size_t position = position_ - 2;
      CPPET_ASSIGN_OR_RETURN(auto right, And());
      left = Make(Operator::kOr, position, std::move(left), std::move(right));
    }
    return left;
  }

  Result And() {
    CPPET_ASSIGN_OR_RETURN(auto left, Not());
    while (Consume("&&")) {
      const size_t position = position_ - 2;
      CPPET_ASSIGN_OR_RETURN(auto right, Not());
      left = Make(Operator::kAnd, position, std::move(left), std::move(right));
    }
    return left;
  }

  Result Not() {
    if (!Consume("!")) return Comparison();
    const size_t position = position_ - 1;
    if (++depth_ > kMaxDepth) return TooDeep();
    CPPET_ASSIGN_OR_RETURN(auto operand, Not());
    --depth_;
    return Make(Operator::kNot, position, std::move(operand), nullptr);
  }

  Result Comparison() {
    CPPET_ASSIGN_OR_RETURN(auto left, Operand());
    for (const auto& [text, op] : kComparisons) {
      if (!Consume(text)) continue;
      const size_t position = position_ - text.size();
      CPPET_ASSIGN_OR_RETURN(auto right, Operand());
      return Make(op, position, std::move(left), std::move(right));
    }
    SkipBlanks();
    if (absl::StartsWith(Rest(), "=")) {
      return ErrorAt(position_, "a comparison for equality is ==");
    }
    return left;
  }

  Result Operand() {
    if (Consume("(")) {
      if (++depth_ > kMaxDepth) return TooDeep();
      CPPET_ASSIGN_OR_RETURN(auto expression, Or());
      --depth_;
      if (!Consume(")")) return ErrorAt(position_, "there is no )");
      return expression;
    }
    SkipBlanks();
    if (position_ == text_.size()) {
      return ErrorAt(position_, "a name, number or text is missing");
    }
    const char first = text_[position_];
    if (first == '"' || first == '\'') return Text(first);
    if (absl::ascii_isalpha(first)) return Name();
    if (IsNameCharacter(first) || first == '+') return Number();
    return Unexpected();
  }

  Result Text(char quote) {
    const size_t start = position_;
    const size_t end = text_.find(quote, start + 1);
    if (end == absl::string_view::npos) {
      return ErrorAt(start, "the quote has no end");
    }
    position_ = end + 1;
    return MakeValue(start, text_.substr(start + 1, end - start - 1));
  }

  Result Number() {
    const size_t start = position_;
    if (text_[position_] == '+') ++position_;
    const absl::string_view word = ConsumeWord(start);
    const absl::StatusOr<Literal> literal = PlainLiteral(word);
    if (!literal.ok() || literal->value.is_text()) {
      return ErrorAt(start, absl::StrCat(word, " is no number"));
    }
    return MakeValue(start, literal->value);
  }

  Result Name() {
    const size_t start = position_;
    const absl::string_view name = ConsumeWord(start);
    if (name == "true" || name == "false") {
      return MakeValue(start, name == "true");
    }
    std::vector<size_t> found;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] == name) {
        found = {i};
        break;
      }
      if (absl::EndsWith(columns_[i], absl::StrCat(".", name))) {
        found.push_back(i);
      }
    }
    if (found.size() == 1) {
      auto expression = std::make_unique<Expression>();
      expression->op = Operator::kColumn;
      expression->position = start;
      expression->column = found[0];
      return expression;
    }
    if (found.size() > 1) {
      return ErrorAt(start, absl::StrCat(name, " may be ", columns_[found[0]],
                                         " or ", columns_[found[1]]));
    }
    const std::string near = NearestName(
        name, std::vector<std::string>(columns_.begin(), columns_.end()));
    return ErrorAt(
        start,
        absl::StrCat("there is no ", name, near.empty() ? "; there are " : "",
                     near.empty() ? absl::StrJoin(columns_, ", ")
                                  : absl::StrCat("; do you mean ", near, "?")));
  }

  absl::string_view Rest() const { return text_.substr(position_); }

  void SkipBlanks() {
    while (position_ < text_.size() && absl::ascii_isspace(text_[position_])) {
      ++position_;
    }
  }

  bool Consume(absl::string_view token) {
    SkipBlanks();
    if (!absl::StartsWith(Rest(), token)) return false;
    position_ += token.size();
    return true;
  }

  absl::string_view ConsumeWord(size_t start) {
    while (position_ < text_.size()) {
      const char c = text_[position_];
      const bool exponent = c == '+' && position_ > start &&
                            absl::ascii_tolower(text_[position_ - 1]) == 'e';
      if (!IsNameCharacter(c) && !exponent) break;
      ++position_;
    }
    return text_.substr(start, position_ - start);
  }

  absl::Status Unexpected() const {
    return ErrorAt(position_, absl::StrCat("unexpected '",
                                           text_.substr(position_, 1), "'"));
  }
  absl::Status TooDeep() const {
    return ErrorAt(position_, "it is nested too deeply");
  }

  static std::unique_ptr<const Expression> Make(
      Operator op, size_t position, std::unique_ptr<const Expression> left,
      std::unique_ptr<const Expression> right) {
    auto expression = std::make_unique<Expression>();
    expression->op = op;
    expression->position = position;
    expression->left = std::move(left);
    expression->right = std::move(right);
    return expression;
  }
  static std::unique_ptr<const Expression> MakeValue(size_t position,
                                                     Value value) {
    auto expression = std::make_unique<Expression>();
    expression->op = Operator::kValue;
    expression->position = position;
    expression->value = std::move(value);
    return expression;
  }

  const absl::string_view text_;
  const absl::Span<const std::string> columns_;
  size_t position_ = 0;
  int depth_ = 0;
};

Where::Where(std::unique_ptr<const Expression> expression)
    : expression_(std::move(expression)) {}
Where::Where(Where&&) = default;
Where& Where::operator=(Where&&) = default;
Where::~Where() = default;

absl::StatusOr<Where> Where::Parse(absl::string_view text,
                                   absl::Span<const std::string> columns) {
  CPPET_ASSIGN_OR_RETURN(auto expression, Parser(text, columns).Parse());
  return Where(std::move(expression));
}

absl::StatusOr<bool> Where::EvaluateBool(const Expression& e, const Row& row) {
  CPPET_ASSIGN_OR_RETURN(const std::optional<Value> value, Evaluate(e, row));
  if (!value.has_value()) return false;
  if (!IsBool(*value)) {
    return ErrorAt(e.position, absl::StrCat(value->TypeDescription(),
                                            " is neither true nor false"));
  }
  return *value->As<bool>();
}

absl::StatusOr<std::optional<Value>> Where::Evaluate(const Expression& e,
                                                     const Row& row) {
  switch (e.op) {
    case Operator::kValue:
      return e.value;
    case Operator::kColumn:
      return row(e.column);
    case Operator::kNot: {
      CPPET_ASSIGN_OR_RETURN(const bool operand, EvaluateBool(*e.left, row));
      return Value(!operand);
    }
    case Operator::kAnd:
    case Operator::kOr: {
      CPPET_ASSIGN_OR_RETURN(const bool left, EvaluateBool(*e.left, row));
      if (left == (e.op == Operator::kOr)) return Value(left);
      CPPET_ASSIGN_OR_RETURN(const bool right, EvaluateBool(*e.right, row));
      return Value(right);
    }
    default:
      break;
  }
  CPPET_ASSIGN_OR_RETURN(const std::optional<Value> left,
                         Evaluate(*e.left, row));
  CPPET_ASSIGN_OR_RETURN(const std::optional<Value> right,
                         Evaluate(*e.right, row));
  if (!left.has_value() || !right.has_value()) return Value(false);
  CPPET_ASSIGN_OR_RETURN(const bool holds,
                         Compare(*left, *right, e.op, e.position));
  return Value(holds);
}

absl::StatusOr<bool> Where::Matches(const Row& row) const {
  return EvaluateBool(*expression_, row);
}

}  // namespace cppet
