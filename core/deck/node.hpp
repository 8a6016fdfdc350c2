// core/deck/node.hpp
//
// A parsed TOML text: values with the places where they stand. Tables keep the order of the text.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace attune::deck {

struct Position {
  int line = 1, column = 1;
};

struct Node {
  struct Entry;
  struct Date {};  // dates and times: no parameter takes one
  using List = std::vector<Node>;
  using Table = std::vector<Entry>;

  std::variant<bool, std::int64_t, double, std::string, Date, List, Table> value;
  Position position;

  template <class Type> const Type* as() const { return std::get_if<Type>(&value); }
};

struct Node::Entry {
  std::string key;
  Position position;  // of the key
  Node node;
};

// The entry of a key, or null.
const Node::Entry* find(const Node::Table& table, const std::string& key);

// The node on one short line: its literal, or "a table".
std::string shown(const Node& node);

struct SyntaxError {
  Position position;
  std::string message;
};

inline constexpr int most_nesting = 16;  // brackets in brackets, and dots in a key
inline constexpr std::size_t most_entries = 1000000;  // of one list

// The table of a TOML text; throws SyntaxError.
Node parse_toml(const std::string& text);

}  // namespace attune::deck
