// experiments/heat/parts/verification/linear_systems.cpp
#include "experiments/heat/parts/verification/linear_systems.hpp"

#include <cmath>

#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/laplacian.hpp"
#include "solvers/heat/multigrid.hpp"

namespace attune::experiments::heat::verification {

namespace solver = attune::heat;

namespace {

using Star = solver::Laplacian<double>;
using Multigrid = solver::Multigrid<double>;

Star star_on(const Setting& s) { return {s.domain, s.boundaries, solver::rates_of(1, s.dimensions), 2}; }

Field<double> noise(const Setting& s) {
  const auto b = s.domain.field<double>("heat::noise");
  solver::white_noise(b, s.domain.whole(), Random{8, 0});
  return b;
}

double true_residual(const Star& l, double a, const Field<double>& b, const Field<double>& x,
                     const Setting& s) {
  const auto slope = l.field("heat::slope");
  l.apply(x, slope);
  solver::combine(slope, {{1, b}, {-1, x}, {a, slope}});
  const auto& ranks = s.domain.communicator();
  return std::sqrt(solver::inner(slope, slope, ranks) / solver::inner(b, b, ranks));
}

template <class Linear> double residual_of(const Linear& linear, const Setting& s, double a) {
  const Star l = star_on(s);
  const auto b = noise(s), x = l.field("heat::x");
  linear.solve(a, b, x);
  return true_residual(l, a, b, x, s);
}

Multigrid multigrid_on(const Setting& s, double tolerance) {
  return {s.domain, s.boundaries, solver::rates_of(1, s.dimensions), {{tolerance, 60}}};
}

double of_gradients(const Setting& s, double a, double tolerance) {
  const solver::Stop stop{tolerance, 100000};
  return residual_of(solver::ConjugateGradients<Star>(star_on(s), s.domain.communicator(), stop), s, a);
}

double of_multigrid(const Setting& s, double a, double tolerance) {
  return residual_of(multigrid_on(s, tolerance), s, a);
}

double of_both(const Setting& s, double a, double tolerance) {
  const solver::ConjugateGradients<Star, Multigrid> linear(star_on(s), s.domain.communicator(),
                                                           {tolerance, 60}, multigrid_on(s, tolerance));
  return residual_of(linear, s, a);
}

}  // namespace

std::vector<LinearRow> linear_rows() {
  return {{"cg", "conjugate gradients", of_gradients},
          {"multigrid", "multigrid", of_multigrid},
          {"cg_multigrid", "conjugate gradients preconditioned by multigrid", of_both}};
}

double multigrid_reduction(const Setting& s, double a) {
  const auto b = noise(s), x = s.domain.field<double>("heat::x");
  const auto first = multigrid_on(s, 1e-4).solve(a, b, x);
  solver::combine<double>(x, {});
  const auto last = multigrid_on(s, 1e-11).solve(a, b, x);
  return std::pow(last.residual / first.residual, 1.0 / (last.iterations - first.iterations));
}

}  // namespace attune::experiments::heat::verification
