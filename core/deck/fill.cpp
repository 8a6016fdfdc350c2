// core/deck/fill.cpp
//
// Lays the tables of a deck and the overrides over the defaults.
#include <algorithm>
#include <set>

#include "core/deck/literal.hpp"
#include "core/deck/message.hpp"

namespace attune::deck {

namespace {

// A table of the file that holds parameters, the lowest first.
struct Layer {
  std::string label;
  const Node::Table* table;
  bool in_use;
};

const Node::Table* table_in(const Node::Table* outer, const std::string& key) {
  const auto* entry = outer ? find(*outer, key) : nullptr;
  return entry ? entry->node.as<Node::Table>() : nullptr;
}

std::vector<Layer> layers(const Source& source, const std::string& table) {
  const auto* top = source.file.as<Node::Table>();
  const auto* all = table_in(top, "scale");
  std::vector<Layer> found;
  if (table.empty())
    found.push_back({"", top, true});
  else
    found.push_back({"[" + table + "]", table_in(top, table), true});
  for (const auto& scale : scales) {
    const auto* of_scale = table_in(all, scale);
    const bool in_use = scale == source.scale;
    if (table.empty())
      found.push_back({"[scale." + scale + "]", of_scale, in_use});
    else
      found.push_back({"[scale." + scale + "." + table + "]", table_in(of_scale, table), in_use});
  }
  std::erase_if(found, [](const Layer& layer) { return !layer.table; });
  return found;
}

std::string label_of(const std::string& table) { return table.empty() ? "" : "[" + table + "]"; }

// The keys of the top level were checked with the structure of the deck; those of overrides are checked here.
void check_names(const Source& source, const std::string& table, const std::vector<Layer>& layers,
                 const std::vector<Parameter>& parameters) {
  std::vector<std::string> names;
  std::set<std::string> known;
  for (const auto& parameter : parameters) names.push_back(parameter.name);
  known.insert(names.begin(), names.end());
  for (const auto& layer : layers) {
    if (table.empty()) break;
    for (const auto& entry : *layer.table)
      if (!known.count(entry.key))
        refuse_unknown(place(source, entry.position), entry.key, layer.label, names);
  }
  if (table.empty()) names.push_back("params.NAME");
  for (const auto& from : source.overrides)
    if (from.table == table && !known.count(from.key))
      refuse_unknown(place(from), from.key, label_of(table), names);
}

}  // namespace

void fill(const Source& source, const std::string& table, std::vector<Parameter>& parameters) {
  const auto found = layers(source, table);
  const auto label = label_of(table);
  check_names(source, table, found, parameters);
  for (auto& parameter : parameters) {
    Value value = parameter.value;
    for (const auto& layer : found) {
      const auto* entry = find(*layer.table, parameter.name);
      if (!entry) continue;
      const auto given = converted({source, layer.label, entry->node, nullptr}, parameter);
      if (layer.in_use) value = given;
    }
    for (const auto& from : source.overrides)
      if (from.table == table && from.key == parameter.name)
        value = converted({source, label, from.node, &from}, parameter);
    parameter.value = value;
  }
}

std::string origin(const Source& source, const std::string& table, const std::string& key) {
  for (const auto& from : source.overrides)
    if (from.table == table && from.key == key) return place(from) + named(key, label_of(table));
  auto found = layers(source, table);
  std::reverse(found.begin(), found.end());
  for (const auto& layer : found) {
    const auto* entry = layer.in_use ? find(*layer.table, key) : nullptr;
    if (entry) return place(source, entry->position) + named(key, layer.label);
  }
  return visible(source.path) + ": " + named(key, label_of(table)) + ", left at its default,";
}

}  // namespace attune::deck
