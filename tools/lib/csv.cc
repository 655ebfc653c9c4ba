#include "cppet/tools/lib/csv.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

struct Field {
  std::string text;
  bool quoted = false;
  int column = 0;
};

absl::Status At(int line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

// Takes a field in quotes, and what is before the next comma, off `rest`.
absl::StatusOr<std::string> ConsumeQuoted(absl::string_view* rest, int line) {
  std::string text;
  rest->remove_prefix(1);
  while (true) {
    const size_t quote = rest->find('"');
    if (quote == absl::string_view::npos) {
      return At(line, "a quote has no end (a field ends on its line)");
    }
    absl::StrAppend(&text, rest->substr(0, quote));
    rest->remove_prefix(quote + 1);
    if (!absl::ConsumePrefix(rest, "\"")) break;
    text += '"';
  }
  const size_t comma = std::min(rest->find(','), rest->size());
  if (!absl::StripAsciiWhitespace(rest->substr(0, comma)).empty()) {
    return At(line, "there is more after a quoted field");
  }
  rest->remove_prefix(comma);
  return text;
}

absl::StatusOr<std::vector<Field>> SplitLine(absl::string_view text, int line) {
  std::vector<Field> fields;
  absl::string_view rest = text;
  while (true) {
    rest = absl::StripLeadingAsciiWhitespace(rest);
    Field field;
    field.column = static_cast<int>(text.size() - rest.size()) + 1;
    if (!rest.empty() && rest[0] == '"') {
      field.quoted = true;
      CPPET_ASSIGN_OR_RETURN(field.text, ConsumeQuoted(&rest, line));
    } else {
      const size_t comma = std::min(rest.find(','), rest.size());
      field.text = std::string(
          absl::StripTrailingAsciiWhitespace(rest.substr(0, comma)));
      rest.remove_prefix(comma);
    }
    fields.push_back(std::move(field));
    if (!absl::ConsumePrefix(&rest, ",")) return fields;
  }
}

absl::StatusOr<Literal> ToLiteral(const Field& field, int line) {
  Literal literal{field.text, field.text};
  if (field.text.empty() && !field.quoted)
    return At(line, "a value is missing");
  if (!field.quoted) {
    absl::StatusOr<Literal> plain = PlainLiteral(field.text);
    if (!plain.ok()) return At(line, plain.status().message());
    literal = *std::move(plain);
  }
  literal.line = line;
  literal.column = field.column;
  return literal;
}

// The index of the column that the header calls `name`; -1 if there is none.
int FindColumn(const std::vector<Field>& header, absl::string_view name) {
  const absl::string_view last = name.substr(name.rfind('.') + 1);
  for (const absl::string_view wanted : {name, last}) {
    for (size_t i = 0; i < header.size(); ++i) {
      if (header[i].text == wanted) return static_cast<int>(i);
    }
  }
  return -1;
}

absl::Status NoColumn(const std::vector<Field>& header, absl::string_view name,
                      int line) {
  std::vector<std::string> names;
  for (const Field& field : header) names.push_back(field.text);
  const std::string near = NearestName(name, names);
  return At(
      line,
      absl::StrCat(
          "no column is called ", name, ", only ", absl::StrJoin(names, ", "),
          near.empty() ? "" : absl::StrCat(" (do you mean ", near, "?)")));
}

}  // namespace

absl::StatusOr<std::vector<Literal>> CsvColumn(absl::string_view text,
                                               absl::string_view name) {
  std::vector<Literal> values;
  size_t columns = 0;  // 0 until there was a line
  int wanted = 0;
  int line = 0;
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  for (const absl::string_view raw : absl::StrSplit(text, '\n')) {
    ++line;
    const absl::string_view row = absl::StripTrailingAsciiWhitespace(raw);
    if (row.empty() || row[0] == '#') continue;
    CPPET_ASSIGN_OR_RETURN(const std::vector<Field> fields,
                           SplitLine(row, line));
    if (columns == 0) {
      columns = fields.size();
      const int found = FindColumn(fields, name);
      if (found >= 0) {
        wanted = found;
        continue;
      }
      if (columns > 1) return NoColumn(fields, name, line);
    }
    if (fields.size() != columns) {
      return At(line, absl::StrCat("there are ", fields.size(), " fields, but ",
                                   columns, " before"));
    }
    CPPET_ASSIGN_OR_RETURN(Literal literal, ToLiteral(fields[wanted], line));
    values.push_back(std::move(literal));
  }
  if (values.empty()) {
    return absl::InvalidArgumentError("there are no values");
  }
  return values;
}

std::string CsvField(absl::string_view text, char separator) {
  const absl::StatusOr<Literal> plain = PlainLiteral(text);
  const bool is_plain = plain.ok() && plain->value.is_text();
  const bool is_whole =
      absl::StripAsciiWhitespace(text) == text && !text.empty() &&
      text.find_first_of(absl::StrCat("\"\r\n", std::string(1, separator))) ==
          absl::string_view::npos;
  if (is_plain && is_whole && text[0] != '#') return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace cppet
