// solvers/traffic/theory/discrete_dispersion.cpp
#include "solvers/traffic/theory/discrete_dispersion.hpp"

#include <cmath>
#include <utility>

#include "core/core/require.hpp"

namespace attune::traffic::theory {
namespace {

// ln(1 + y) without loss where y is small: |1 + y|^2 - 1 = 2 Re y + |y|^2.
Complex log_one_plus(Complex y) {
  return {0.5 * std::log1p(2 * y.real() + std::norm(y)), std::atan2(y.imag(), 1 + y.real())};
}

std::array<Complex, 2> differences(const Symbol& s, TimeStep scheme, double dt) {
  const Complex P = s.speed[0], Q = s.distance[0];
  if (scheme == TimeStep::semi_implicit) return quadratic_roots(P + dt * Q, Q);
  if (scheme == TimeStep::ballistic) return quadratic_roots(P + 0.5 * dt * Q, Q);
  auto roots = quadratic_roots(P, Q);
  for (Complex& y : roots) {
    const Complex w = dt * y;
    y *= 1.0 + w / 2.0 * (1.0 + w / 3.0 * (1.0 + w / 4.0));
  }
  return roots;
}

}  // namespace

std::array<Complex, 2> discrete_roots(const Linearisation& law, double theta, TimeStep scheme, double dt) {
  require(dt > 0, "a time step is positive");
  auto roots = differences(symbol(law, theta), scheme, dt);
  for (Complex& root : roots) root = log_one_plus(dt * root) / dt;
  if (roots[1].real() > roots[0].real()) std::swap(roots[0], roots[1]);
  return roots;
}

RingMode fastest_discrete_mode(const Linearisation& law, int vehicles, TimeStep scheme, double dt) {
  require(vehicles >= 2, "a ring of one vehicle has no mode to grow");
  RingMode fastest;
  for (int m = 1; 2 * m <= vehicles; ++m) {
    const double theta = mode_angle(m, vehicles);
    const Complex root = discrete_roots(law, theta, scheme, dt)[0];
    if (fastest.mode == 0 || root.real() > fastest.root.real()) fastest = {m, theta, root};
  }
  return fastest;
}

}  // namespace attune::traffic::theory
