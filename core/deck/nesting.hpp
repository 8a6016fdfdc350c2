// core/deck/nesting.hpp
//
// Where a TOML text nests too deeply, found without recursion: parsing and freeing a.a.a.a... recurse once a
// level, so this is asked before either.
#pragma once

#include <optional>

#include "core/deck/node.hpp"

namespace attune::deck {

// The first place with more than `most` open brackets or more than `most` dots in one key. Exact up to the
// first syntax error, where a parser stops.
std::optional<Position> too_deep(const std::string& text, int most);

}  // namespace attune::deck
