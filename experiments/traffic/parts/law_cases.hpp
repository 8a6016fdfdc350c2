// experiments/traffic/parts/law_cases.hpp
//
// Laws at headways, as a deck lists them: the n-th law at the n-th headway. A law may come more than once,
// with the same parameters every time, <law>_<parameter> in the deck.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/deck/deck.hpp"
#include "solvers/traffic/law_choice.hpp"
#include "solvers/traffic/theory/linearisation.hpp"

namespace attune::experiments::traffic {

struct LawCases {
  std::vector<std::string> names{"idm"};
  std::vector<double> headways{10};
  attune::traffic::Laws laws{};
};

void describe(auto& field, LawCases& cases) {
  field("laws", cases.names, "1", "car-following laws to visit", one_of(attune::traffic::law_names()),
        length(1, 32));
  field("headways", cases.headways, "m", "the headway of each, front to front", above(0.0), length(1, 32));
  const auto list = [&field](auto& law) {
    attune::traffic::Prefixed prefixed{field, law.name};
    prefixed.prefix += "_";
    describe(prefixed, law);
  };
  std::apply([&list](auto&... law) { (list(law), ...); }, cases.laws);
}

void check_cases(const LawCases& cases, const Deck& deck);

struct LawCase {
  std::string name, id;  // "idm, 10.45 m"; idm, or idm_2 where the law comes again
  attune::traffic::theory::Linearisation law;
  std::function<attune::traffic::theory::Linearisation(double)> at;  // another headway
  double partials_misfit = 0;  // from a complex step, over the largest partial
};

// Throws InputError where a law refuses its parameters or no vehicle moves at its headway.
std::vector<LawCase> law_cases(const LawCases& cases);

}  // namespace attune::experiments::traffic
