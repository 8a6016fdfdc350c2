// solvers/heat/theory/symbol_maximum.cpp
//
// A scan of all angles and a zoom on its highest point. g(-theta) is the conjugate of g(theta): one of the
// axes needs half of its angles.
#include "solvers/heat/theory/symbol_maximum.hpp"

#include <algorithm>
#include <cmath>

#include "solvers/heat/theory/extension.hpp"

namespace attune::heat::theory {
namespace {

using Angles = std::array<std::vector<double>, 3>;

std::vector<double> evenly(double from, double to, int points) {
  std::vector<double> values(points);
  for (int i = 0; i < points; ++i) values[i] = from + (to - from) * i / (points - 1);
  return values;
}

void improve(SymbolMaximum& best, const Stencil& stencil, const Angles& thetas) {
  for (const double z : thetas[0])
    for (const double y : thetas[1])
      for (const double x : thetas[2]) {
        const double size = std::abs(symbol(stencil, {z, y, x}));
        if (size > best.size) best = {size, {z, y, x}};
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
