// core/deck/structure.cpp
//
// Which tables a deck may hold: [params], and [scale.X] with [scale.X.params] for the three scales. A
// resolved deck has the word `scale = "smoke"` in place of the tables of scales, which its values already
// include.
#include <fmt/format.h>

#include <algorithm>

#include "core/deck/message.hpp"

namespace attune::deck {

namespace {

void check_keys(const Source& source, const Node::Table& table, const std::string& label,
                const std::vector<std::string>& accepted) {
  for (const auto& entry : table) {
    const bool known = std::find(accepted.begin(), accepted.end(), entry.key) != accepted.end();
    if (!known) refuse_unknown(place(source, entry.position), entry.key, label, accepted);
  }
}

// The table of a key, null if there is none.
const Node::Table* table_at(const Source& source, const Node::Table& outer, const std::string& key,
                            const std::string& label) {
  const auto* entry = find(outer, key);
  if (!entry) return nullptr;
  const auto* table = entry->node.as<Node::Table>();
  if (!table)
    refuse(place(source, entry->node.position),
           named(key, label) + " must be a table; got " + shown(entry->node));
  return table;
}

void check_scale_word(const Source& source, const Node& node, const std::string& word) {
  const auto where = place(source, node.position);
  if (std::find(scales.begin(), scales.end(), word) == scales.end())
    refuse(where, fmt::format("'scale' must be one of \"{}\"; got {}{}", fmt::join(scales, "\", \""),
                              shown(node), advice(word, scales)));
  if (source.scale != word)
    refuse(where,
           fmt::format("'scale' is \"{}\" in this resolved deck and must be the scale asked for; got \"{}\"",
                       word, source.scale));
}

}  // namespace

void check_structure(const Source& source) {
  const auto& top = *source.file.as<Node::Table>();
  check_keys(source, top, "", {"experiment", "seed", "precision", "params", "scale"});
  table_at(source, top, "params", "");
  if (const auto* entry = find(top, "scale")) {
    if (const auto* word = entry->node.as<std::string>()) return check_scale_word(source, entry->node, *word);
  }
  const auto* all = table_at(source, top, "scale", "");
  if (!all) return;
  check_keys(source, *all, "[scale]", scales);
  for (const auto& scale : scales) {
    const auto* table = table_at(source, *all, scale, "[scale]");
    if (!table) continue;
    const auto label = "[scale." + scale + "]";
    check_keys(source, *table, label, {"seed", "precision", "params"});
    table_at(source, *table, "params", label);
  }
}

}  // namespace attune::deck
