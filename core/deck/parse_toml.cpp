// core/deck/parse_toml.cpp
//
// The one file that knows toml++, which is slow to compile.
#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <tuple>

#include "core/deck/nesting.hpp"
#include "core/deck/node.hpp"

namespace attune::deck {

namespace {

Position position_of(const toml::source_region& region) {
  const auto [line, column] = region.begin;
  return {static_cast<int>(line), static_cast<int>(column)};
}

Node node_of(const toml::node& given);

Node::List list_of(const toml::array& given) {
  if (given.size() > most_entries)
    throw SyntaxError{
        position_of(given.source()),
        fmt::format("a list of {} entries; at most {} are accepted", given.size(), most_entries)};
  Node::List list;
  for (const auto& entry : given) list.push_back(node_of(entry));
  return list;
}

Node::Table table_of(const toml::table& given) {
  Node::Table table;
  for (const auto& [key, node] : given)
    table.push_back({std::string(key.str()), position_of(key.source()), node_of(node)});
  const auto earlier = [](const Node::Entry& a, const Node::Entry& b) {
    return std::tie(a.position.line, a.position.column) < std::tie(b.position.line, b.position.column);
  };
  std::stable_sort(table.begin(), table.end(), earlier);
  return table;
}

Node node_of(const toml::node& given) {
  Node node{Node::Date{}, position_of(given.source())};
  if (const auto* truth = given.as_boolean())
    node.value = truth->get();
  else if (const auto* integer = given.as_integer())
    node.value = integer->get();
  else if (const auto* number = given.as_floating_point())
    node.value = number->get();
  else if (const auto* text = given.as_string())
    node.value = text->get();
  else if (const auto* list = given.as_array())
    node.value = list_of(*list);
  else if (const auto* table = given.as_table())
    node.value = table_of(*table);
  return node;
}

}  // namespace

Node parse_toml(const std::string& text) {
  if (const auto place = too_deep(text, most_nesting))
    throw SyntaxError{*place,
                      fmt::format("nested more than {} deep; a deck needs no more than lists of lists and"
                                  " [scale.smoke.params]",
                                  most_nesting)};
  try {
    return node_of(toml::parse(text));
  } catch (const toml::parse_error& error) {
    throw SyntaxError{position_of(error.source()), std::string(error.description())};
  }
}

}  // namespace attune::deck
