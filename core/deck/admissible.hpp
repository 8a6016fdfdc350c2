// core/deck/admissible.hpp
//
// What a parameter accepts: as a test, and as a phrase that follows "must be".
#pragma once

#include "core/deck/parameter.hpp"

namespace attune::deck {

bool admits(const Limits& limits, bool value);
bool admits(const Limits& limits, int value);
bool admits(const Limits& limits, std::int64_t value);
bool admits(const Limits& limits, double value);
bool admits(const Limits& limits,
            const std::string& value);  // UTF-8 without control characters, one of the words
bool admits(const Length& length, std::size_t entries);

// Does the parameter accept the value it has?
bool admits(const Parameter& parameter);

// "a number >= 0", "a list of 1 to 3 integers between 1 and 64", "one of "cold", "warm"".
std::string phrase(const Parameter& parameter);

}  // namespace attune::deck
