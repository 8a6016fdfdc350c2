// core/deck/writer.hpp
//
// A deck as text: complete, for provenance, and explained, for `attune describe`.
#pragma once

#include "core/deck/deck.hpp"

namespace attune {

namespace deck {
std::string resolved(const Deck& deck, const std::vector<Parameter>& parameters);
std::string table(const std::vector<Parameter>& parameters);
}  // namespace deck

// The complete deck, defaults included, as TOML that Deck::parse reads back to the same values. Equal decks
// give equal text. It states its scale as a word: its values already include the tables of that scale.
template <class Params> std::string resolved(const Deck& deck, Params params) {
  return deck::resolved(deck, deck::listed(params));
}

// One line a parameter: name, default, unit, what is accepted, meaning.
template <class Params> std::string describe_table() {
  Params params;
  return deck::table(deck::listed(params));
}

}  // namespace attune
