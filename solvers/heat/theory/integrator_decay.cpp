// solvers/heat/theory/integrator_decay.cpp
#include "solvers/heat/theory/integrator_decay.hpp"

#include <cmath>
#include <numbers>

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {
namespace {

using Real = long double;

constexpr Real root = std::numbers::sqrt2_v<Real>;

Real square_of_half_sine(const Grid& grid, const Triple& mode, int axis) {
  const auto a = static_cast<std::size_t>(axis);
  const Real sine = std::sin(angle(grid.boundary[a], grid.cells[axis], mode[axis]) / 2);
  return sine * sine;
}

double power(Real factor, Index steps) {
  return static_cast<double>(std::pow(factor, static_cast<Real>(steps)));
}

Real tr_bdf2_factor(Real s) {
  return (1 - (root - 1) * s) / (1 + (2 - root) * s + (Real(1.5) - root) * s * s);
}

}  // namespace

double star_eigenvalue(const Grid& grid, const Triple& mode, const PerAxis& r, int order) {
  const Stencil star = euler_step(order, r);
  Real z = 0;
  for (std::size_t o = 1; o < star.offsets.size(); ++o) {  // the first is the centre
    Real phase = 0;
    for (int a = 0; a < 3; ++a)
      phase += static_cast<Real>(star.offsets[o][a]) *
               angle(grid.boundary[static_cast<std::size_t>(a)], grid.cells[a], mode[a]);
    z -= 2 * star.weights[o] * std::pow(std::sin(phase / 2), 2);
  }
  return static_cast<double>(z);
}

double explicit_decay(const std::function<double(double)>& polynomial, double z, Index steps) {
  return power(polynomial(z), steps);
}

double tr_bdf2_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps) {
  Real s = 0;
  for (int a = 0; a < 3; ++a) s += 4 * r[static_cast<std::size_t>(a)] * square_of_half_sine(grid, mode, a);
  return power(tr_bdf2_factor(s), steps);
}

double douglas_gunn_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps) {
  Real sum = 0, product = 1;
  for (int a = 0; a < 3; ++a) {
    const Real x = 2 * r[static_cast<std::size_t>(a)] * square_of_half_sine(grid, mode, a);
    sum += x;
    product *= 1 + x;
  }
  return power(1 - 2 * sum / product, steps);
}

double positive_map_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps) {
  Real product = 1;
  for (int a = 0; a < 3; ++a) {
    const Real x = 4 * square_of_half_sine(grid, mode, a), rate = r[static_cast<std::size_t>(a)];
    product *= 1 - rate * (x + x * x / 12) + rate * rate * x * x / 2;
  }
  return power(product, steps);
}

double backward_euler_sensitivity(double s) { return 1 + s; }

double crank_nicolson_sensitivity(double s) { return 1 + s / 2; }

double tr_bdf2_sensitivity(double s) {
  const double half = (2 - std::numbers::sqrt2) * s / 2, c = (std::numbers::sqrt2 - 1) / 2;
  const double first = std::abs(1 - half) * (1 + c) / (1 + half);
  return 1 + half + first / std::abs(static_cast<double>(tr_bdf2_factor(s)));
}

}  // namespace attune::heat::theory
