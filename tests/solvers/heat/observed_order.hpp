// tests/solvers/heat/observed_order.hpp
//
// The order at which an operator with a source converges to a manufactured solution:
//
//   u' = u + dt (L u + exp(-decay t) s),   s the source at t = 0,   dt = 1 / (2 D kappa_max) h^2 at most
//   order = log2(error(N) / error(2 N)),   error = sqrt(mean (u - exact)^2) at the end
//
// dt / h^2 is fixed, so the first order of the step is of second order in h.
#pragma once

#include <cmath>
#include <functional>

#include "solvers/heat/faces.hpp"
#include "solvers/heat/theory/manufactured.hpp"
#include "tests/support/fields.hpp"

namespace attune::test {

using Sample = std::function<double(const heat::theory::PerAxis&)>;

// Values at the cell centres of a grid over the unit box; collapsed axes at 1/2.
inline Field<double> sampled(const Domain& domain, const Triple& halo, const Sample& f) {
  const auto u = domain.field<double>("test::sampled", halo);
  const auto values = host(u);
  for (Index k = 0; k < u.box.extent(0); ++k)
    for (Index j = 0; j < u.box.extent(1); ++j)
      for (Index i = 0; i < u.box.extent(2); ++i) {
        const Index at[3] = {k, j, i};
        heat::theory::PerAxis x;
        for (std::size_t a = 0; a < 3; ++a) {
          const auto cell = static_cast<double>(at[a] + u.box.lower[a]);
          x[a] = (cell + 0.5) / static_cast<double>(domain.whole().extent(static_cast<int>(a)));
        }
        values(k + halo[0], j + halo[1], i + halo[2]) = f(x);
      }
  Kokkos::deep_copy(u.values, values);
  return u;
}

struct Cube {
  Domain domain;
  heat::Boundaries boundaries;
  heat::Widths h;
};

// The unit box cut into N cells along each of its axes.
inline Cube cube(const std::string& boundary, int dimensions, Index cells) {
  const auto boundaries = heat::boundaries_of({boundary}, dimensions);
  const std::vector<Index> extents(static_cast<std::size_t>(dimensions), cells);
  const double h = 1 / static_cast<double>(cells);
  return {Domain::world().split(grid_box(extents), heat::periodic_axes(boundaries)), boundaries, {h, h, h}};
}

inline heat::theory::Boundary theory_boundary(const std::string& word) {
  using heat::theory::Boundary;
  return word == "periodic"  ? Boundary::periodic
         : word == "neumann" ? Boundary::neumann
                             : Boundary::dirichlet;
}

struct Run {
  heat::theory::Manufactured problem;
  double end, kappa_max;
};

template <class L>
double error_at_end(const L& operation, const Domain& domain, const Run& run, const Sample& source) {
  const Triple none{0, 0, 0};
  const auto u = operation.field("u"), du = domain.field<double>("du");
  heat::combine(
      u, {{1, sampled(domain, none, [&](const auto& x) { return solution(run.problem, x, 0).value; })}});
  const auto s = sampled(domain, none, source);
  const auto cells = static_cast<double>(domain.whole().extent(2));
  const double rate = 2 * run.problem.dimensions * run.kappa_max * cells * cells;
  const int steps = static_cast<int>(std::ceil(run.end * rate));
  const double dt = run.end / steps;
  for (int n = 0; n < steps; ++n) {
    operation.apply(u, du);
    heat::combine(u, {{1, u}, {dt, du}, {dt * std::exp(-run.problem.decay * n * dt), s}});
  }
  const auto exact =
      sampled(domain, none, [&](const auto& x) { return solution(run.problem, x, run.end).value; });
  heat::combine(du, {{1, u}, {-1, exact}});
  return std::sqrt(heat::inner(du, du, domain.communicator()) / static_cast<double>(domain.whole().cells()));
}

}  // namespace attune::test
