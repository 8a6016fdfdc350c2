// core/deck/override.cpp
//
// table.key=value of the command line. The value is TOML, except that a word needs no quotes: the shell eats
// them.
#include "core/core/require.hpp"
#include "core/deck/literal.hpp"
#include "core/deck/message.hpp"

namespace attune::deck {

namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// What begins like a string, a list or a table was meant as TOML; anything else may be a word.
bool begins_as_toml(const std::string& raw) {
  return !raw.empty() && std::string("\"'[{").find(raw.front()) != std::string::npos;
}

Node node_of(const Override& from) {
  const Node word{from.raw, {}};
  if (!is_plain(from.raw)) return word;  // a line break would begin another key
  try {
    return parse_toml("v = " + from.raw).as<Node::Table>()->front().node;
  } catch (const SyntaxError& error) {
    if (begins_as_toml(from.raw)) refuse(place(from), visible(error.message));
    return word;
  }
}

}  // namespace

Override read_override(const std::string& argument) {
  const auto equals = argument.find('=');
  if (equals == std::string::npos)
    throw InputError(Exit::usage, "command line: '" + shortened(visible(argument)) +
                                      "' must be table.key=value, such as params.kappa=0.2; it has no '='");
  const auto name = trimmed(argument.substr(0, equals));
  const std::string params = "params.";
  const bool of_params = name.starts_with(params);
  Override from{of_params ? "params" : "",
                of_params ? name.substr(params.size()) : name,
                argument,
                trimmed(argument.substr(equals + 1)),
                {}};
  from.node = node_of(from);
  return from;
}

}  // namespace attune::deck
