// core/deck/node.cpp
#include "core/deck/node.hpp"

#include <type_traits>

#include "core/deck/literal.hpp"

namespace attune::deck {

namespace {

// Stops once the text is longer than any message shows: a list may be long.
std::string written(const Node& node) {
  return std::visit(
      [](const auto& value) -> std::string {
        using Type = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Type, Node::Table>)
          return "a table";
        else if constexpr (std::is_same_v<Type, Node::Date>)
          return "a date or time";
        else if constexpr (std::is_same_v<Type, Node::List>) {
          std::string text = "[";
          for (const auto& entry : value) {
            if (text.size() > 400) break;
            text += (&entry == value.data() ? "" : ", ") + written(entry);
          }
          return text + "]";
        } else
          return literal(value);
      },
      node.value);
}

}  // namespace

const Node::Entry* find(const Node::Table& table, const std::string& key) {
  for (const auto& entry : table)
    if (entry.key == key) return &entry;
  return nullptr;
}

std::string shown(const Node& node) { return shortened(written(node)); }

}  // namespace attune::deck
