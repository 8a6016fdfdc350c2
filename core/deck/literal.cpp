// core/deck/literal.cpp
#include "core/deck/literal.hpp"

#include <fmt/format.h>

#include <cmath>

namespace attune::deck {

namespace {

struct Character {
  std::int64_t code;  // code point, -1 if the byte begins no UTF-8 sequence
  std::size_t bytes;
};

Character character_at(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + bytes > text.size()) return {-1, 1};
  std::int64_t code = first & (0x7f >> bytes);
  for (std::size_t i = at + 1; i < at + bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {-1, 1};
    code = (code << 6) | (byte(i) & 0x3f);
  }
  const std::int64_t least = bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000;
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least || code > 0x10ffff || surrogate) return {-1, 1};
  return {code, bytes};
}

// Control characters, line and paragraph separators, and those that change the direction of text.
bool is_control(std::int64_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

std::string escaped(std::int64_t code) {
  switch (code) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    default:
      return fmt::format("\\u{:04X}", code);
  }
}

}  // namespace

std::string literal(bool value) { return value ? "true" : "false"; }
std::string literal(int value) { return fmt::format("{}", value); }
std::string literal(std::int64_t value) { return fmt::format("{}", value); }

std::string literal(double value) {
  const auto text = fmt::format("{}", value);
  const bool reads_as_integer = text.find_first_not_of("-0123456789") == std::string::npos;
  return reads_as_integer ? text + ".0" : text;
}

std::string literal(const std::string& value) {
  std::string quoted = "\"";
  for (std::size_t at = 0; at < value.size();) {
    const auto [code, bytes] = character_at(value, at);
    if (code == '"' || code == '\\') quoted += '\\';
    quoted += visible(value.substr(at, bytes));
    at += bytes;
  }
  return quoted + "\"";
}

template <class Entry> static std::string literal(const std::vector<Entry>& list) {
  std::string text = "[";
  for (const auto& entry : list) text += (&entry == list.data() ? "" : ", ") + literal(entry);
  return text + "]";
}

std::string literal(const Value& value) {
  return std::visit([](const auto& typed) { return literal(typed); }, value);
}

bool is_plain(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, bytes] = character_at(text, at);
    if (is_control(code)) return false;  // -1 counts as one
    at += bytes;
  }
  return true;
}

std::string visible(const std::string& text) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, bytes] = character_at(text, at);
    if (code < 0)
      line += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[at]));
    else if (is_control(code))
      line += escaped(code);
    else
      line += text.substr(at, bytes);
    at += bytes;
  }
  return line;
}

std::size_t characters(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += character_at(text, at).bytes) ++count;
  return count;
}

std::string shortened(const std::string& text, std::size_t most) {
  if (characters(text) <= most) return text;
  std::size_t at = 0;
  for (std::size_t kept = 3; kept < most; ++kept) at += character_at(text, at).bytes;
  return text.substr(0, at) + "...";
}

}  // namespace attune::deck
