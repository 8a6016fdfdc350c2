// core/deck/nearest.hpp
//
// The name a user may have meant: the one fewest slips of the keyboard away (a letter changed, missing,
// extra, or two swapped), if that is at most a third of its letters.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace attune {

std::size_t slips(const std::string& a, const std::string& b);

// Of several equally near names the first; nothing if none is near.
std::optional<std::string> nearest(const std::string& given, const std::vector<std::string>& names);

}  // namespace attune
