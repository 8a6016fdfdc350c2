// experiments/traffic/parts/law_cases.cpp
#include "experiments/traffic/parts/law_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace attune::experiments::traffic {

namespace theory = attune::traffic::theory;

void check_cases(const LawCases& cases, const Deck& deck) {
  if (cases.names.size() != cases.headways.size())
    deck.refuse("params.headways",
                fmt::format("must have {} entries, one for each of 'laws'", cases.names.size()));
  law_cases(cases);
}

namespace {

double farthest(const theory::Linearisation& f, const theory::Linearisation& step) {
  double apart = 0, most = 0;
  const auto compare = [&](double a, double b) {
    apart = std::max(apart, std::abs(a - b));
    most = std::max(most, std::abs(a));
  };
  compare(f.speed, step.speed);
  for (int k = 0; k < f.leaders(); ++k) {
    compare(f.distance[k], step.distance[k]);
    compare(f.leader_speed[k], step.leader_speed[k]);
  }
  compare(f.distance_behind, step.distance_behind);
  compare(f.follower_speed, step.follower_speed);
  return apart / most;
}

template <class Law> LawCase one_case(const Law& law, double headway) {
  const std::string reason = refusal(law);
  if (!reason.empty()) throw InputError(Exit::deck, std::string("the law ") + law.name + ": " + reason);
  LawCase one;
  one.name = fmt::format("{}, {:.4g} m", law.name, headway);
  one.law = theory::linearise(law, headway);
  if (!(one.law.equilibrium_speed > 0))
    throw InputError(Exit::deck, fmt::format("the law {} stands still at the headway {} m of 'headways': it "
                                             "needs a longer one",
                                             law.name, headway));
  one.at = [law](double h) { return theory::linearise(law, h); };
  one.partials_misfit =
      farthest(one.law, theory::linearise_by_complex_step(law, headway, one.law.equilibrium_speed));
  return one;
}

}  // namespace

std::vector<LawCase> law_cases(const LawCases& cases) {
  std::vector<LawCase> list;
  for (std::size_t c = 0; c < cases.names.size(); ++c) {
    attune::traffic::with_law(cases.laws, cases.names[c],
                              [&](const auto& law) { list.push_back(one_case(law, cases.headways[c])); });
    const auto before =
        std::count(cases.names.begin(), cases.names.begin() + static_cast<long>(c), cases.names[c]);
    list.back().id = cases.names[c] + (before > 0 ? "_" + std::to_string(before + 1) : "");
  }
  return list;
}

}  // namespace attune::experiments::traffic
