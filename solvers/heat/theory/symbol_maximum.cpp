// solvers/heat/theory/symbol_maximum.cpp
//
// A scan of all angles and a zoom on its highest point. g(-theta) is the conjugate of g(theta): one of the
// axes needs half of its angles. The waves are products over axes of tabled ones.
#include "solvers/heat/theory/symbol_maximum.hpp"

#include <algorithm>
#include <cmath>
#include <complex>

#include "solvers/heat/theory/extension.hpp"

namespace attune::heat::theory {
namespace {

using Angles = std::array<std::vector<double>, 3>;

std::vector<double> evenly(double from, double to, int points) {
  std::vector<double> values(points);
  for (int i = 0; i < points; ++i) values[i] = from + (to - from) * i / (points - 1);
  return values;
}

using LongComplex = std::complex<long double>;

// exp(i o theta) of each angle and offset along one axis, (angles, offsets).
std::vector<LongComplex> phases(const Stencil& stencil, const std::vector<double>& thetas, int axis) {
  std::vector<LongComplex> table;
  for (const double theta : thetas)
    for (const auto& offset : stencil.offsets) {
      const auto phase = static_cast<long double>(offset[axis]) * static_cast<long double>(theta);
      table.emplace_back(std::cos(phase), std::sin(phase));
    }
  return table;
}

void improve(SymbolMaximum& best, const Stencil& stencil, const Angles& thetas) {
  const auto of_z = phases(stencil, thetas[0], 0), of_y = phases(stencil, thetas[1], 1);
  const auto of_x = phases(stencil, thetas[2], 2);
  const std::size_t n = stencil.offsets.size();
  std::vector<LongComplex> weighted(n);
  for (std::size_t z = 0; z < thetas[0].size(); ++z)
    for (std::size_t y = 0; y < thetas[1].size(); ++y) {
      for (std::size_t o = 0; o < n; ++o)
        weighted[o] = static_cast<long double>(stencil.weights[o]) * of_z[z * n + o] * of_y[y * n + o];
      for (std::size_t x = 0; x < thetas[2].size(); ++x) {
        long double real = 0, imaginary = 0;
        for (std::size_t o = 0; o < n; ++o) {
          const LongComplex a = weighted[o], b = of_x[x * n + o];
          real += a.real() * b.real() - a.imag() * b.imag();
          imaginary += a.real() * b.imag() + a.imag() * b.real();
        }
        const auto size = static_cast<double>(std::hypot(real, imaginary));
        if (size > best.size) best = {size, {thetas[0][z], thetas[1][y], thetas[2][x]}};
      }
    }
}

}  // namespace

SymbolMaximum largest_symbol(const Stencil& stencil) {
  constexpr double top = std::numbers::pi;
  constexpr int zoom_points = 9, zooms = 21;
  const Triple reach = reach_of(stencil.offsets);
  Angles thetas{std::vector<double>{0}, {0}, {0}};
  PerAxis spacing{0, 0, 0};
  bool half = true;
  for (int a = 2; a >= 0; --a) {
    if (reach[a] == 0) continue;
    const auto intervals = static_cast<int>(16 * reach[a]);
    thetas[a] = evenly(half ? 0 : -top, top, (half ? intervals / 2 : intervals) + 1);
    spacing[a] = 2 * top / intervals;
    half = false;
  }

  SymbolMaximum best;
  improve(best, stencil, thetas);
  for (int zoom = 0; zoom < zooms; ++zoom) {
    for (int a = 0; a < 3; ++a) {
      if (reach[a] == 0) continue;
      thetas[a] = evenly(best.theta[a] - spacing[a], best.theta[a] + spacing[a], zoom_points);
      spacing[a] *= 2.0 / (zoom_points - 1);
    }
    improve(best, stencil, thetas);
  }
  return best;
}

}  // namespace attune::heat::theory
