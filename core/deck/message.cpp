// core/deck/message.cpp
#include "core/deck/message.hpp"

#include <fmt/format.h>

#include "core/core/require.hpp"
#include "core/deck/literal.hpp"
#include "core/deck/nearest.hpp"

namespace attune::deck {

std::string place(const Source& source, const Position& position) {
  return fmt::format("{}:{}:{}: ", visible(source.path), position.line, position.column);
}

std::string place(const Override& from) {
  return fmt::format("command line: '{}': ", shortened(visible(from.argument)));
}

std::string named(const std::string& key, const std::string& label) {
  const auto quoted = fmt::format("'{}'", shortened(visible(key)));
  return label.empty() ? quoted : quoted + " in " + label;
}

std::string advice(const std::string& given, const std::vector<std::string>& accepted) {
  if (const auto name = nearest(given, accepted)) return fmt::format("; did you mean '{}'?", *name);
  if (accepted.empty()) return "; none is accepted there";
  return fmt::format("; accepted: {}", fmt::join(accepted, ", "));
}

void refuse(const std::string& place, const std::string& sentence) {
  throw InputError(Exit::deck, place + sentence);
}

void refuse_unknown(const std::string& place, const std::string& key, const std::string& label,
                    const std::vector<std::string>& accepted) {
  refuse(place, "unknown key " + named(key, label) + advice(key, accepted));
}

}  // namespace attune::deck
