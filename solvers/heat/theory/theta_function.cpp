// solvers/heat/theory/theta_function.cpp
//
// Sums over the reciprocal lattice in extended precision, and a zoom on the largest excess.
#include "solvers/heat/theory/theta_function.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

constexpr long double pi = std::numbers::pi_v<long double>;

struct Axis {
  long double head, heat, excess;  // g, exp(-r theta^2) and g - exp(-r theta^2)
};

Axis at(double r, double angle) {
  require(r > 0 && std::isfinite(r), "a Gaussian head has a positive width");
  const long double theta = std::min(std::abs(std::remainder(static_cast<long double>(angle), 2 * pi)), pi);
  const int last = 2 + static_cast<int>(std::sqrt(46 / r) / 6);  // exp(-46) is below an ulp of long double
  long double norm = 1, excess = 0;
  for (int m = last; m >= 1; --m) {
    const long double shift = 2 * pi * m;
    const long double rising = std::expm1(-2 * shift * r * theta);
    norm += 2 * std::exp(-r * shift * shift);
    excess += std::exp(-r * (shift - theta) * (shift - theta)) * rising * rising;
  }
  const long double heat = std::exp(-r * theta * theta);
  return {heat + excess / norm, heat, excess / norm};
}

// prod head - prod heat, term by positive term.
long double excess_of_product(const Axis& z, const Axis& y, const Axis& x) {
  return z.excess * y.head * x.head + z.heat * (y.excess * x.head + y.heat * x.excess);
}

std::vector<double> evenly(double from, double to, int points) {
  std::vector<double> values(points);
  for (int i = 0; i < points; ++i) values[i] = from + (to - from) * i / (points - 1);
  return values;
}

}  // namespace

double gaussian_head_symbol(double r, double theta) { return static_cast<double>(at(r, theta).head); }

double gaussian_head_symbol(double r, const PerAxis& theta) {
  return static_cast<double>(at(r, theta[0]).head * at(r, theta[1]).head * at(r, theta[2]).head);
}

double gaussian_head_excess(double r, double theta) { return static_cast<double>(at(r, theta).excess); }

double gaussian_head_excess(double r, const PerAxis& theta) {
  return static_cast<double>(excess_of_product(at(r, theta[0]), at(r, theta[1]), at(r, theta[2])));
}

Supremum gaussian_head_supremum(double r, const std::array<std::vector<double>, 3>& thetas) {
  std::array<std::vector<Axis>, 3> axes;
  for (int a = 0; a < 3; ++a)
    for (const double theta : thetas[a]) axes[a].push_back(at(r, theta));

  Supremum best;
  for (std::size_t z = 0; z < axes[0].size(); ++z)
    for (std::size_t y = 0; y < axes[1].size(); ++y)
      for (std::size_t x = 0; x < axes[2].size(); ++x) {
        const auto value = static_cast<double>(excess_of_product(axes[0][z], axes[1][y], axes[2][x]));
        if (value > best.value) best = {value, {thetas[0][z], thetas[1][y], thetas[2][x]}};
      }
  return best;
}

Supremum gaussian_head_supremum(double r, int dimensions) {
  require(dimensions >= 1 && dimensions <= 3, "a grid has one to three dimensions");
  constexpr double top = std::numbers::pi;
  constexpr int scan_points = 65, zoom_points = 17, zooms = 14;
  double spacing = top / (scan_points - 1);
  std::array<std::vector<double>, 3> thetas{std::vector<double>{0}, {0}, {0}};
  for (int a = 3 - dimensions; a < 3; ++a) thetas[a] = evenly(0, top, scan_points);

  Supremum best = gaussian_head_supremum(r, thetas);
  for (int zoom = 0; zoom < zooms; ++zoom) {
    for (int a = 3 - dimensions; a < 3; ++a) {
      const double middle = best.theta[a];
      thetas[a] = evenly(std::max(0.0, middle - spacing), std::min(top, middle + spacing), zoom_points);
    }
    const Supremum closer = gaussian_head_supremum(r, thetas);
    if (closer.value > best.value) best = closer;
    spacing *= 2.0 / (zoom_points - 1);
  }
  return best;
}

std::vector<double> grid_angles(const Grid& grid, int axis) {
  const Boundary boundary = grid.boundary[axis];
  const Index cells = grid.cells[axis];
  const Index first = boundary == Boundary::dirichlet ? 1 : 0;
  const Index count = boundary == Boundary::periodic ? cells / 2 + 1 : cells;
  std::vector<double> angles;
  for (Index m = first; m < first + count; ++m)
    angles.push_back(static_cast<double>(angle(boundary, cells, m)));
  return angles;
}

}  // namespace attune::heat::theory
