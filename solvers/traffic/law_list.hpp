// solvers/traffic/law_list.hpp
//
// The car-following laws, one a row. A new law is a file and a row: decks name it by its name, tests and
// theory visit it with the others.
//
//   for_each_law(action)           action(Law{}) of every row, in order
//   with_law(name, action)         action(Law{}) of the row of that name
//   with_law(laws, name, action)   the same of any list, with the parameters that it holds
//   names_of(laws)
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "core/core/require.hpp"
#include "solvers/traffic/acc.hpp"
#include "solvers/traffic/bilateral.hpp"
#include "solvers/traffic/cacc.hpp"
#include "solvers/traffic/fvdm.hpp"
#include "solvers/traffic/gipps.hpp"
#include "solvers/traffic/hdm.hpp"
#include "solvers/traffic/idm.hpp"
#include "solvers/traffic/krauss.hpp"
#include "solvers/traffic/lenz.hpp"
#include "solvers/traffic/ovm.hpp"

namespace attune::traffic {

// clang-format off
using Laws = std::tuple<
    Idm,
    Ovm,
    Fvdm,
    Krauss,
    Gipps,
    Acc,
    Cacc,
    Hdm,
    Lenz,
    Bilateral>;
// clang-format on

template <class Action> void for_each_law(Action&& action) {
  std::apply([&action](const auto&... law) { (action(law), ...); }, Laws{});
}

// For one_of() in a deck.
template <class... Law> std::vector<std::string> names_of(const std::tuple<Law...>&) {
  return {Law::name...};
}
inline std::vector<std::string> law_names() { return names_of(Laws{}); }

template <class... Law, class Action>
void with_law(const std::tuple<Law...>& laws, const std::string& name, Action&& action) {
  bool found = false;
  const auto ask = [&](const auto& law) {
    if (name != law.name) return;
    found = true;
    action(law);
  };
  std::apply([&ask](const auto&... law) { (ask(law), ...); }, laws);
  if (found) return;
  std::string known;
  for (const auto& each : names_of(laws)) known += (known.empty() ? "" : ", ") + each;
  throw InputError(Exit::deck, "no car-following law is called '" + name + "'; there are " + known);
}
template <class Action> void with_law(const std::string& name, Action&& action) {
  with_law(Laws{}, name, action);
}

}  // namespace attune::traffic
