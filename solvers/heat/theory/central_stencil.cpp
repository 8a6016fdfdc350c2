// solvers/heat/theory/central_stencil.cpp
//
// The projection of a star by its coefficients alone: the centre is always kept, the others in falling order.
#include "solvers/heat/theory/central_stencil.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

using Long = long double;

// k_o off the centre, falling.
std::vector<Long> coefficients(const Stencil& unit) {
  std::vector<Long> k(unit.weights.begin() + 1, unit.weights.end());
  std::sort(k.begin(), k.end(), std::greater<>());
  return k;
}

struct Kept {
  int weights = 1;  // the centre is one of them
  Long shift = 0;  // s
};

// The sum of all k_o kept and of the centre -sum k_o has to lose what was thrown away.
Kept keep(const std::vector<Long>& k) {
  Long thrown = 0;
  for (const Long value : k) thrown -= value;
  Kept kept{1, thrown};
  for (std::size_t i = 0; i < k.size(); ++i) {
    thrown += k[i];
    const Long shift = thrown / static_cast<Long>(i + 2);
    if (k[i] <= shift) break;
    kept = {static_cast<int>(i) + 2, shift};
  }
  return kept;
}

}  // namespace

Stencil central_step(int order, int dimensions, double r) {
  require(dimensions >= 1 && dimensions <= 3, "a grid has one to three dimensions");
  PerAxis each{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) each[a] = r;
  return euler_step(order, each);
}

double negative_weight(const Stencil& stencil) {
  Long total = 0;
  for (const double weight : stencil.weights) total -= std::min(weight, 0.0);
  return static_cast<double>(total);
}

CentralFloor central_floor(int order, int dimensions) {
  const Stencil unit = central_step(order, dimensions, 1);
  const std::vector<Long> k = coefficients(unit);
  Long centre = 0, negative = 0;
  for (const Long value : k) {
    centre += value;
    negative -= std::min(value, Long(0));
  }
  const auto [weights, shift] = keep(k);

  Long loss = weights * shift * shift, update = centre * centre;
  for (std::size_t i = 0; i < k.size(); ++i) {
    update += k[i] * k[i];
    if (static_cast<int>(i) + 1 >= weights) loss += k[i] * k[i];
  }
  return {static_cast<double>(loss), static_cast<double>(std::sqrt(loss / update)),
          static_cast<double>(1 / (centre + shift)), static_cast<double>(negative), weights};
}

}  // namespace attune::heat::theory
