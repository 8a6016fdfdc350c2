// core/deck/nesting.cpp
#include "core/deck/nesting.hpp"

#include <algorithm>
#include <string_view>

namespace attune::deck {

namespace {

// One past the string that a quote opens at `at`. A string of one line ends at the line's end if it is never
// closed.
std::size_t past_string(const std::string& text, std::size_t at) {
  const char quote = text[at];
  const std::string three(3, quote);
  const bool many_lines = text.compare(at, 3, three) == 0;
  std::size_t i = at + (many_lines ? 3 : 1);
  for (; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"')
      ++i;
    else if (many_lines ? text.compare(i, 3, three) == 0 : text[i] == quote || text[i] == '\n')
      break;
  }
  i = std::min(text.size(), i + (many_lines ? 3 : i < text.size() && text[i] == quote ? 1 : 0));
  for (int inner = 0; many_lines && inner < 2 && i < text.size() && text[i] == quote; ++inner) ++i;
  return i;
}

Position position_of(const std::string& text, std::size_t at) {
  Position position;
  for (std::size_t i = 0; i < at; ++i) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80;  // inside a UTF-8 character
    if (text[i] == '\n')
      position = {position.line + 1, 1};
    else if (!continues)
      ++position.column;
  }
  return position;
}

}  // namespace

std::optional<Position> too_deep(const std::string& text, int most) {
  int brackets = 0, dots = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = past_string(text, at);
      continue;
    }
    if (c == '#') {
      at = std::min(text.size(), text.find('\n', at));
      continue;
    }
    if (c == '.') ++dots;
    if (c == '[' || c == '{') ++brackets;
    if ((c == ']' || c == '}') && brackets > 0) --brackets;
    if (std::string_view("[]{},=\n").find(c) != std::string_view::npos) dots = 0;
    if (brackets > most || dots > most) return position_of(text, at);
    ++at;
  }
  return std::nullopt;
}

}  // namespace attune::deck
