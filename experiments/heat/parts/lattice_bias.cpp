// experiments/heat/parts/lattice_bias.cpp
#include "experiments/heat/parts/lattice_bias.hpp"

#include <algorithm>
#include <cmath>

#include "solvers/heat/theory/bessel.hpp"

namespace attune::experiments::heat {

namespace theory = attune::heat::theory;

double bessel_weight(int dimensions, double r, const Triple& offset) {
  double weight = 1;
  for (int a = 3 - dimensions; a < 3; ++a)
    weight *= theory::lattice_weight(r, static_cast<int>(std::abs(offset[a])));
  return weight;
}

double largest_bias_error(int dimensions, double r, const theory::Stencil& trained, double least_weight) {
  double worst = 0;
  const double centre = theory::weight_at(trained, {0, 0, 0});
  for (std::size_t o = 0; o < trained.offsets.size(); ++o) {
    if (bessel_weight(dimensions, r, trained.offsets[o]) <= least_weight) continue;
    double expected = 0;
    for (int a = 3 - dimensions; a < 3; ++a)
      expected += theory::lattice_bias(r, static_cast<int>(std::abs(trained.offsets[o][a])));
    worst = std::max(worst, std::abs(std::log(trained.weights[o] / centre) - expected));
  }
  return worst;
}

}  // namespace attune::experiments::heat
