// tests/solvers/heat/integrators.hpp
//
// What every integrator of du/dt = L u is asked: its error in time, how noise grows, the same bytes as on one
// rank.
#pragma once

#include "solvers/heat/spectral.hpp"
#include "tests/solvers/heat/plain_laplacian.hpp"

namespace attune::test {

inline heat::Laplacian<double> star(const Lattice& on, int order) {
  return {on.domain, on.boundaries, uneven_rates(on.dimensions), order};
}

// du/dt = -u^2 cell by cell, u = u_0 / (1 + u_0 t): an Operator that is not linear.
struct Riccati {
  using Number = double;
  Domain domain;

  double spectral_radius() const { return 4; }
  Field<double> field(const std::string& label) const { return domain.field<double>(label); }
  void apply(const Field<double>& u, const Field<double>& du) const {
    const auto from = u.values, to = du.values;
    Kokkos::parallel_for(
        "test::riccati", every_cell(u.box),
        KOKKOS_LAMBDA(Index k, Index j, Index i) { to(k, j, i) = -from(k, j, i) * from(k, j, i); });
  }
};

// Root-mean-square error at time t = 1 of `steps` steps of Riccati's equation.
template <class Integrator>
double riccati_error(const Riccati& riccati, const Integrator& integrator, int steps) {
  const auto u = riccati.field("u"), exact = riccati.field("exact");
  heat::gaussian(u, riccati.domain.whole(), 0.3);
  std::vector<double> values = own_values(u);
  for (double& x : values) x /= 1 + x;
  heat::assign(exact, values);
  for (int n = 0; n < steps; ++n) integrator(u, 1.0 / steps);
  return distance(riccati.domain, u, exact);
}

// The same of a smooth field on the lattice at time `end`, against the propagator of the second-order star.
template <class Integrator>
double heat_error(const Lattice& on, const Integrator& integrator, double end, int steps) {
  const auto l = star(on, 2);
  const auto u = l.field("u"), exact = l.field("exact");
  for (const auto& field : {u, exact})
    heat::fourier(field, on.domain.whole(), on.boundaries, Random{3, 0}, 1);
  auto r = uneven_rates(on.dimensions);
  for (int a = 0; a < 3; ++a) r[a] *= end;
  heat::apply_symbol(exact, on.domain, on.boundaries, heat::lattice_propagator(r));
  for (int n = 0; n < steps; ++n) integrator(u, end / steps);
  return distance(on.domain, u, exact);
}

// How many times larger the root mean square of noise is after some steps.
template <class Integrator>
double growth_of_noise(const Lattice& on, const Field<double>& u, const Integrator& integrator, int steps) {
  heat::white_noise(u, on.domain.whole(), Random{7, 0});
  const double before = root_mean_square(on.domain, u);
  for (int n = 0; n < steps; ++n) integrator(u);
  return root_mean_square(on.domain, u) / before;
}

// Noise after some steps on the whole lattice, row-major.
template <class Integrator>
std::vector<double> stepped_noise(const Domain& domain, const Field<double>& u,
                                  const Integrator& integrator) {
  heat::white_noise(u, domain.whole(), Random{9, 0});
  for (int n = 0; n < 3; ++n) integrator(u);
  return domain.gather(u);
}
template <class Integrator>
std::vector<double> stepped_noise_alone(const Field<double>& u, const Integrator& integrator) {
  heat::white_noise(u, u.box, Random{9, 0});
  for (int n = 0; n < 3; ++n) integrator(u);
  return own_values(u);
}

}  // namespace attune::test
