// tests/solvers/heat/problem.hpp
//
// White noise on a divided grid, and what a step of a known symbol makes of it.
#pragma once

#include <string>

#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/spectral.hpp"
#include "tests/support/fields.hpp"

namespace attune::test {

struct HeatProblem {
  heat::Boundaries boundaries;
  Domain domain;
  int dimensions;
  Field<double> u;  // one layer of ghosts along the axes of the grid

  Field<double> field() const { return domain.field<double>("test::field", u.halo); }
};

// On the ranks of `over`: Domain::world(), or Domain::alone() for the same problem on each rank by itself.
inline HeatProblem heat_noise(const std::vector<Index>& cells, const std::vector<std::string>& words,
                              const Domain& over = Domain::world()) {
  const int dimensions = static_cast<int>(cells.size());
  const auto boundaries = heat::boundaries_of(words, dimensions);
  const Domain domain = over.split(grid_box(cells), heat::periodic_axes(boundaries));
  HeatProblem problem{boundaries, domain, dimensions,
                      domain.field<double>("test::u", {dimensions > 2, dimensions > 1, 1})};
  heat::white_noise(problem.u, domain.whole(), Random{8, 0});
  return problem;
}

// Different rates along the axes: 2 r, 1.5 r, r along z, y, x.
inline heat::Rates heat_rates(double r, int dimensions) {
  heat::Rates rates{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) rates[a] = r * (2 - 0.5 * a);
  return rates;
}

// 4 r_a sin^2(theta_a / 2) per axis.
inline Kokkos::Array<double, 3> stiffness(const heat::Angles& theta, const heat::Rates& r) {
  Kokkos::Array<double, 3> s;
  for (int a = 0; a < 3; ++a) s[a] = 4 * r[a] * std::pow(std::sin(theta[a] / 2), 2);
  return s;
}

// The own values of the problem's noise after every mode has been multiplied by the symbol.
inline std::vector<double> symbol_of_noise(const HeatProblem& problem, const heat::Symbol& symbol) {
  const auto u = problem.field();
  heat::white_noise(u, problem.domain.whole(), Random{8, 0});
  heat::apply_symbol(u, problem.domain, problem.boundaries, symbol);
  return own_values(u);
}

}  // namespace attune::test
