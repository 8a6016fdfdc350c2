// core/deck/literal.hpp
//
// How values stand in text: as TOML that reads back to the same value, and as one visible line in a message.
#pragma once

#include "core/deck/parameter.hpp"

namespace attune::deck {

std::string literal(bool value);
std::string literal(int value);
std::string literal(std::int64_t value);
std::string literal(double value);  // the shortest digits that round to the same double; 1.0, never 1
std::string literal(const std::string& value);  // reads back if it is UTF-8
std::string literal(const Value& value);

// UTF-8 without control characters: no NUL, no line break, nothing that reorders or hides text.
bool is_plain(const std::string& text);

// The text on one line: what is not plain is escaped.
std::string visible(const std::string& text);

// At most `most` characters of a UTF-8 text, its end replaced by "..." where it is longer.
std::string shortened(const std::string& text, std::size_t most = 60);

// How many characters (code points) a UTF-8 text has.
std::size_t characters(const std::string& text);

}  // namespace attune::deck
