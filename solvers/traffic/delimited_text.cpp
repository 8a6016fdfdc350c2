// solvers/traffic/delimited_text.cpp
#include "solvers/traffic/delimited_text.hpp"

#include <charconv>
#include <cmath>
#include <filesystem>

namespace attune::traffic {
namespace {

constexpr std::uintmax_t most_bytes = std::uintmax_t(1) << 31;
constexpr std::size_t most_characters = 65536, most_fields = 4096;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

char separator_of(const std::string& text) {
  for (const char c : {',', ';', '\t'})
    if (text.find(c) != std::string::npos) return c;
  return 0;
}

std::string shown(const std::string& word) {
  constexpr std::size_t most = 40;
  std::string text;
  for (const char c : word.substr(0, most)) text += std::isprint(static_cast<unsigned char>(c)) ? c : '?';
  return "'" + text + (word.size() > most ? "..." : "") + "'";
}

// From `at` to the end of the field; moves `at` there. A quote closes before a separator or the end.
std::string quoted(const std::string& text, std::size_t& at) {
  std::string word;
  for (++at; at < text.size(); ++at) {
    if (text[at] != '"') {
      word += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      word += text[++at];
    } else {
      ++at;
      break;
    }
  }
  return word;
}

}  // namespace

DelimitedText::DelimitedText(const std::string& path) : path_(path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) refuse("not a file that can be read");
  const auto bytes = std::filesystem::file_size(path, error);
  if (error || bytes > most_bytes) refuse("more than 2 GiB");
  file_.open(path);
  if (!file_) refuse("cannot be opened");
}

bool DelimitedText::next() {
  for (std::string text; std::getline(file_, text);) {
    ++line_;
    if (line_ == 1 && text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    if (!text.empty() && text.back() == '\r') text.pop_back();
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string::npos || text[first] == '#') continue;
    fields_.clear();
    columns_.clear();
    if (text.size() > most_characters) refuse(0, "a line of more than 65536 characters");
    if (!knows_separator_) separator_ = separator_of(text);
    knows_separator_ = true;
    split(text);
    return true;
  }
  if (file_.bad()) refuse("cannot be read to its end");
  return false;
}

void DelimitedText::split(const std::string& text) {
  for (std::size_t at = 0; at <= text.size();) {
    while (at < text.size() && is_blank(text[at]) && text[at] != separator_) ++at;
    if (separator_ == 0 && at == text.size()) return;
    columns_.push_back(at + 1);
    std::string word;
    if (at < text.size() && text[at] == '"') word = quoted(text, at);
    while (at < text.size() && (separator_ != 0 ? text[at] != separator_ : !is_blank(text[at])))
      word += text[at++];
    while (!word.empty() && is_blank(word.back())) word.pop_back();
    fields_.push_back(word);
    if (fields_.size() > most_fields) refuse(most_fields, "more than 4096 fields in a row");
    ++at;
  }
}

const std::string& DelimitedText::word(std::size_t field) const {
  if (field >= fields_.size())
    refuse(field, "the row has " + std::to_string(fields_.size()) + " fields; field " +
                      std::to_string(field + 1) + " is needed");
  return fields_[field];
}

double DelimitedText::number(std::size_t field) const {
  const std::string& text = word(field);
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* end = text.data() + text.size();
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) refuse(field, shown(text) + " is not a number");
  if (!std::isfinite(value)) refuse(field, shown(text) + " is not finite");
  return value;
}

void DelimitedText::refuse(std::size_t field, const std::string& reason) const {
  const std::size_t column = field < columns_.size() ? columns_[field]
                             : columns_.empty()      ? 1
                                                     : columns_.back();
  throw InputError(Exit::input,
                   path_ + ":" + std::to_string(line_) + ":" + std::to_string(column) + ": " + reason);
}

void DelimitedText::refuse(const std::string& reason) const {
  throw InputError(Exit::input, path_ + ": " + reason);
}

}  // namespace attune::traffic
