// tests/solvers/heat/lattice.hpp
//
// A divided grid with boundary conditions, the eigenvalues of its star Laplacians by solvers/heat/theory, and
// the cases that explicit solvers are tested on.
#pragma once

#include <catch2/generators/catch_generators.hpp>

#include "core/core/blocks.hpp"
#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/theory/stencil.hpp"
#include "tests/support/fields.hpp"

namespace attune::test {

struct Lattice {
  heat::Boundaries boundaries;
  Domain domain;
  heat::theory::Grid grid;
  int dimensions;
};

inline Lattice lattice(const std::vector<Index>& cells, const std::vector<std::string>& words) {
  const int dimensions = static_cast<int>(cells.size());
  const auto boundaries = heat::boundaries_of(words, dimensions);
  const Box whole = grid_box(cells);
  heat::theory::Grid grid{whole.shape(), {}};
  for (int a = 0; a < 3; ++a) {
    if (boundaries[a] == heat::Boundary::dirichlet) grid.boundary[a] = heat::theory::Boundary::dirichlet;
    if (boundaries[a] == heat::Boundary::neumann) grid.boundary[a] = heat::theory::Boundary::neumann;
  }
  return {boundaries, Domain::world().split(whole, heat::periodic_axes(boundaries)), grid, dimensions};
}

// One to three dimensions, one past a block, all boundaries alike and mixed; each cell count of at least 8.
inline Lattice each_lattice() {
  const auto cells =
      GENERATE(std::vector<Index>{lanes + 1}, std::vector<Index>{9, 12}, std::vector<Index>{8, 9, 10});
  const std::string word = GENERATE("periodic", "dirichlet", "neumann", "mixed");
  if (word != "mixed") return lattice(cells, {word});
  const std::vector<std::string> mixed{"neumann", "dirichlet", "periodic"};
  return lattice(cells, {mixed.end() - static_cast<std::ptrdiff_t>(cells.size()), mixed.end()});
}

// Mode numbers of low, middle and high frequency on a lattice; axes in another order of numbers each.
inline std::vector<Triple> some_modes(const Lattice& on) {
  std::vector<Triple> modes;
  for (const auto& numbers : {Triple{1, 1, 1}, Triple{1, 2, 3}, Triple{3, 1, 4}}) {
    Triple mode{0, 0, 0};
    for (int a = 3 - on.dimensions; a < 3; ++a) mode[a] = numbers[a];
    modes.push_back(mode);
  }
  return modes;
}

// The eigenvalue of the star Laplacian of a mode, at most 0.
inline double eigenvalue(const Lattice& on, const Triple& mode, const heat::Rates& rate, int order) {
  heat::theory::PerAxis theta;
  for (int a = 0; a < 3; ++a)
    theta[a] = static_cast<double>(heat::theory::angle(on.grid.boundary[a], on.grid.cells[a], mode[a]));
  const auto star = heat::theory::euler_step(order, {rate[0], rate[1], rate[2]});
  return heat::theory::symbol(star, theta).real() - 1;
}

// Rates that differ from axis to axis, of the order of one.
inline heat::Rates uneven_rates(int dimensions) {
  heat::Rates rate{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) rate[a] = 0.5 + 0.25 * a;
  return rate;
}

inline std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& x : values) x *= factor;
  return values;
}

template <class Scalar> double root_mean_square(const Domain& domain, const Field<Scalar>& u) {
  const auto all = domain.gather(u);
  double sum = 0;
  for (const double x : all) sum += x * x;
  return std::sqrt(sum / static_cast<double>(all.size()));
}

// Root mean square of a - b over all cells.
template <class Scalar>
double distance(const Domain& domain, const Field<Scalar>& a, const Field<Scalar>& b) {
  const auto left = domain.gather(a), right = domain.gather(b);
  double sum = 0;
  for (std::size_t n = 0; n < left.size(); ++n) sum += std::pow(left[n] - right[n], 2);
  return std::sqrt(sum / static_cast<double>(left.size()));
}

}  // namespace attune::test
