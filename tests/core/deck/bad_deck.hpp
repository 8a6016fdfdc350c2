// tests/core/deck/bad_deck.hpp
//
// A table of decks that are wrong, each with the one line that says so, and what compares them.
#pragma once
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "core/core/require.hpp"
#include "core/deck/deck.hpp"

namespace attune::bad_deck {

struct Params {
  bool periodic = true;
  int steps = 10;
  std::int64_t particles = 1000;
  double kappa = 0.1, cutoff = 1;
  std::string start = "cold", label = "none";
  std::vector<std::int64_t> cells{64, 64};
  std::vector<double> times{0.5};
  std::vector<std::string> methods{"direct"};
  std::vector<std::vector<std::int64_t>> offsets{{0, 1}};
  std::vector<double> origin{0, 0};
};

void describe(auto& field, Params& p) {
  field("periodic", p.periodic, "1", "the axes close");
  field("steps", p.steps, "1", "time steps", at_least(0));
  field("particles", p.particles, "1", "how many", between(1, 1e9));
  field("kappa", p.kappa, "m^2/s", "diffusivity", above(0));
  field("cutoff", p.cutoff, "m", "reach of the force", above(0), below(2));
  field("start", p.start, "1", "initial field", one_of({"cold", "warm"}));
  field("label", p.label, "1", "free text");
  field("cells", p.cells, "1", "cells along each axis", between(1, 1 << 20), length(1, 3));
  field("times", p.times, "s", "when to write", at_most(9.5));
  field("methods", p.methods, "1", "what to compare", one_of({"direct", "tiled"}));
  field("offsets", p.offsets, "1", "neighbours", between(-8, 8));
  field("origin", p.origin, "m", "lower corner", length(2));
}

struct Bad {
  const char* what;
  std::string deck;
  std::vector<std::string> overrides;
  std::string says;  // exactly; up to a final '*', where toml++ words the rest
};

inline const std::string head = "experiment = 'f/e'\n";

inline std::string refusal(const Bad& bad, const std::string& scale, Exit code) {
  try {
    Deck::parse({"x.toml", bad.deck, scale, bad.overrides, {}}).read<Params>();
  } catch (const InputError& error) {
    CHECK(error.code == code);
    return error.what();
  }
  return "accepted";
}

inline void check(const std::vector<Bad>& table, Exit code = Exit::deck) {
  for (const auto& bad : table) {
    INFO(bad.what);
    auto says = refusal(bad, "", code);
    CHECK(says.find('\n') == std::string::npos);
    auto expected = bad.says;
    if (expected.ends_with('*')) {
      expected.pop_back();
      CHECK(says.size() > expected.size());
      says.resize(std::min(says.size(), expected.size()));
    }
    CHECK(says == expected);
  }
}

inline std::string params(const std::string& line) { return head + "[params]\n" + line + "\n"; }

inline const std::string all =
    "periodic, steps, particles, kappa, cutoff, start, label, cells, times, methods, offsets, origin";

}  // namespace attune::bad_deck
