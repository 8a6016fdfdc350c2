// experiments/traffic/parts/uniform_branch.cpp
#include "experiments/traffic/parts/uniform_branch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "solvers/traffic/theory/discrete_dispersion.hpp"

namespace attune::experiments::traffic {

Uniform uniform_branch(const solver::Laws& laws, const std::string& law, Index vehicles, double dt,
                       const std::vector<double>& density) {
  namespace theory = attune::traffic::theory;
  const auto growth_at = [&](double rho) {
    const auto scheme = theory::TimeStep::semi_implicit;
    return theory::fastest_discrete_mode(linearised(laws, law, 1 / rho), static_cast<int>(vehicles), scheme,
                                         dt)
        .root.real();
  };
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  Uniform all{density, {}, {}, nothing, nothing};
  for (const double rho : density) {
    all.flow.push_back(rho * linearised(laws, law, 1 / rho).equilibrium_speed);
    all.growth.push_back(growth_at(rho));
  }
  for (std::size_t n = 0; n + 1 < density.size(); ++n) {
    const bool now = all.growth[n] > 0, next = all.growth[n + 1] > 0;
    if (now == next) continue;
    double grows = density[now ? n : n + 1], decays = density[now ? n + 1 : n];
    for (int k = 0; k < 60; ++k) {
      const double middle = 0.5 * (grows + decays);
      (growth_at(middle) > 0 ? grows : decays) = middle;
    }
    if (next && std::isnan(all.lower)) all.lower = decays;
    if (now) all.upper = decays;
  }
  return all;
}

double delayed_onset(const Uniform& theory, double start, double seconds) {
  double folds = 0;
  for (std::size_t n = 0; n < theory.density.size(); ++n) {
    if (theory.density[n] < theory.lower) continue;
    folds += std::max(theory.growth[n], 0.0) * seconds;
    if (folds >= -std::log(start)) return theory.density[n];
  }
  return theory.density.back();
}

}  // namespace attune::experiments::traffic
