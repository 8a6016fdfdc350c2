// core/deck/admissible.cpp
#include "core/deck/admissible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/deck/literal.hpp"

namespace attune::deck {

namespace {

// long double holds every int64_t exactly where it has 64 bits or more, so that bounds near 2^53 and beyond
// are sharp.
bool lies_within(const Range& range, long double value) {
  const bool low = range.least_excluded ? value > range.least : value >= range.least;
  const bool high = range.most_excluded ? value < range.most : value <= range.most;
  return low && high;
}

std::string span(const Range& range) {
  const bool low = std::isfinite(range.least), high = std::isfinite(range.most);
  const auto least = fmt::format("{} {}", range.least_excluded ? ">" : ">=", range.least);
  const auto most = fmt::format("{} {}", range.most_excluded ? "<" : "<=", range.most);
  if (low && high && !range.least_excluded && !range.most_excluded)
    return fmt::format(" between {} and {}", range.least, range.most);
  if (low && high) return " " + least + " and " + most;
  if (low) return " " + least;
  return high ? " " + most : "";
}

std::string words(const Choice& choice) {
  std::string text = "one of ";
  for (const auto& word : choice.words) text += (&word == &choice.words.front() ? "" : ", ") + literal(word);
  return text;
}

std::string count(const Length& length) {
  const bool bounded = length.most != Length{}.most;
  if (bounded && length.least == length.most) return fmt::format("{} ", length.least);
  if (bounded && length.least > 0) return fmt::format("{} to {} ", length.least, length.most);
  if (bounded) return fmt::format("at most {} ", length.most);
  return length.least > 0 ? fmt::format("at least {} ", length.least) : "";
}

struct Phrase {
  const Limits& limits;

  std::string operator()(bool) const { return "true or false"; }
  std::string operator()(int) const { return "an integer" + span(limits.range); }
  std::string operator()(std::int64_t) const { return "an integer" + span(limits.range); }
  std::string operator()(double) const { return "a number" + span(limits.range); }
  std::string operator()(const std::string&) const {
    return limits.choice.words.empty() ? "a string" : words(limits.choice);
  }

  std::string operator()(const Integers&) const { return list("integer", "integers") + span(limits.range); }
  std::string operator()(const std::vector<double>&) const {
    return list("number", "numbers") + span(limits.range);
  }
  std::string operator()(const std::vector<std::string>&) const {
    return list("string", "strings") + (limits.choice.words.empty() ? "" : ", each " + words(limits.choice));
  }
  std::string operator()(const std::vector<Integers>&) const {
    return list("list of integers", "lists of integers") + span(limits.range);
  }

  std::string list(const char* one, const char* many) const {
    const bool single = limits.length.most == 1;
    return "a list of " + count(limits.length) + (single ? one : many);
  }
};

}  // namespace

bool admits(const Limits&, bool) { return true; }
bool admits(const Limits& limits, int value) { return lies_within(limits.range, value); }
bool admits(const Limits& limits, std::int64_t value) { return lies_within(limits.range, value); }
bool admits(const Limits& limits, double value) {
  return std::isfinite(value) && lies_within(limits.range, value);
}
bool admits(const Limits& limits, const std::string& value) {
  const auto& allowed = limits.choice.words;
  return is_plain(value) &&
         (allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end());
}
bool admits(const Length& length, std::size_t entries) {
  return entries >= length.least && entries <= length.most;
}

template <class Entry> static bool admits(const Limits& limits, const std::vector<Entry>& list) {
  return std::all_of(list.begin(), list.end(), [&](const Entry& entry) { return admits(limits, entry); });
}

bool admits(const Parameter& parameter) {
  return std::visit(
      [&](const auto& value) {
        using Type = std::decay_t<decltype(value)>;
        if constexpr (limit_fits<Type, Length>()) {
          if (!admits(parameter.limits.length, value.size())) return false;
        }
        return admits(parameter.limits, value);
      },
      parameter.value);
}

std::string phrase(const Parameter& parameter) {
  return std::visit(Phrase{parameter.limits}, parameter.value);
}

}  // namespace attune::deck
