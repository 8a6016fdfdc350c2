// core/deck/source.hpp
//
// What the user gave: the tree of the deck's file, the overrides of the command line and the scale; and what
// a table of parameters comes to when they are laid over one another:
//
//   [params]  <  [scale.X.params] of the scale in use  <  params.key=value
//   seed, precision at the top  <  in [scale.X]  <  seed=value, precision=value
//
// Everything given is checked, the tables of scales not in use too.
#pragma once

#include "core/deck/node.hpp"
#include "core/deck/parameter.hpp"

namespace attune::deck {

struct Override {
  std::string table;  // "params", or "" for the top level
  std::string key;
  std::string argument;  // as given: table.key=value
  std::string raw;  // what stands right of '=', blanks at its ends removed
  Node node;  // the same as TOML; a string where it is none, so that words need no quotes
};

// Throws InputError: usage if there is no '=', deck if the value looks like a string or list and is
// malformed.
Override read_override(const std::string& argument);

struct Source {
  std::string path;
  Node file;
  std::string scale;  // "", smoke, quick or paper
  std::vector<Override> overrides;
};

inline const std::vector<std::string> scales{"smoke", "quick", "paper"};

// The file's tables stand where they may and are tables; no other key stands beside them at the top or in
// [scale].
void check_structure(const Source& source);

// The value as given, of the parameter's type and within its limits; otherwise InputError. `from` is null for
// a value of the file; `label` names its table in messages, "[params]".
struct Given {
  const Source& source;
  const std::string& label;
  const Node& node;
  const Override* from;
};
Value converted(const Given& given, const Parameter& parameter);

// Gives the parameters of a table, "params" or "" for the top level, the values that the user gave.
void fill(const Source& source, const std::string& table, std::vector<Parameter>& parameters);

// Where the value in use was given, as the beginning of a message: "FILE:7:1: 'reach' in [params]".
std::string origin(const Source& source, const std::string& table, const std::string& key);

}  // namespace attune::deck
