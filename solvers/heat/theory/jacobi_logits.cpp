// solvers/heat/theory/jacobi_logits.cpp
//
// Quotients of sums of positive numbers, in extended precision.
#include "solvers/heat/theory/jacobi_logits.hpp"

#include <cmath>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

using Long = long double;

Long around(const PerAxis& r) {
  Long sum = 0;
  for (const double rate : r) {
    require(rate >= 0 && std::isfinite(rate), "rates are not negative");
    sum += 2 * Long(rate);
  }
  return sum;
}

}  // namespace

Stencil pairwise_softmax(const PerAxis& r, double centre_logit) {
  const Long centre = std::exp(Long(centre_logit)), total = centre + around(r);
  Stencil stencil{{Triple{0, 0, 0}}, {static_cast<double>(centre / total)}};
  for (int axis = 0; axis < 3; ++axis) {
    if (r[axis] == 0) continue;
    for (const int side : {-1, 1}) {
      Triple offset{0, 0, 0};
      offset[axis] = side;
      stencil.offsets.push_back(offset);
      stencil.weights.push_back(static_cast<double>(r[axis] / total));
    }
  }
  return stencil;
}

PerAxis effective_rates(const PerAxis& r, double centre_logit) {
  const Long total = std::exp(Long(centre_logit)) + around(r);
  PerAxis effective{0, 0, 0};
  for (int a = 0; a < 3; ++a) effective[a] = static_cast<double>(r[a] / total);
  return effective;
}

double consistent_centre_logit(const PerAxis& r) {
  const Long sum = around(r);
  require(sum < 1, "one head follows FTCS below its limit only");
  return static_cast<double>(std::log1p(-sum));
}

}  // namespace attune::heat::theory
