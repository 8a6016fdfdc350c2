// solvers/traffic/law_choice.hpp
//
// One law of the list, chosen by a deck with the parameters of the deck:
//
//   law = "idm"
//   idm_time_gap = 1.2       and so on: the name of the law before that of its parameter
//
//   with_law(choice, action)   action(law) of the chosen one
//
// Errors  InputError where refusal() has something to say of it
#pragma once

#include "core/deck/describe.hpp"
#include "solvers/traffic/law_list.hpp"
#include "solvers/traffic/prefixed.hpp"
#include "solvers/traffic/refusal.hpp"

namespace attune::traffic {

struct LawChoice {
  std::string law = Idm::name;
  Laws laws{};
};

void describe(auto& field, LawChoice& choice) {
  field("law", choice.law, "1", "which car-following law drives", one_of(law_names()));
  const auto list = [&field](auto& law) {
    Prefixed prefixed{field, law.name};
    prefixed.prefix += "_";
    describe(prefixed, law);
  };
  std::apply([&list](auto&... law) { (list(law), ...); }, choice.laws);
}

template <class Action> void with_law(const LawChoice& choice, Action&& action) {
  with_law(choice.laws, choice.law, [&action](const auto& law) {
    const std::string reason = refusal(law);
    if (!reason.empty()) throw InputError(Exit::deck, std::string("the law ") + law.name + ": " + reason);
    action(law);
  });
}

}  // namespace attune::traffic
