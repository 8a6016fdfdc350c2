// experiments/heat/parts/rate_cases.hpp
//
// The cases of an experiment that trains one window for each of some rates r = kappa dt / h^2, in every
// dimension that it visits.
#pragma once

#include "experiments/heat/parts/sweep.hpp"

namespace attune::experiments::heat {

// The number i of a list belongs to the number i of the other.
struct RateCases {
  std::vector<double> fourier_1d, fourier_2d, fourier_3d;
  std::vector<Index> reach_1d, reach_2d, reach_3d;

  const std::vector<double>& fourier(Index D) const {
    return D == 1 ? fourier_1d : D == 2 ? fourier_2d : fourier_3d;
  }
  const std::vector<Index>& reach(Index D) const { return D == 1 ? reach_1d : D == 2 ? reach_2d : reach_3d; }
};

// No rate above `most_fourier`, no half-width above those of `most_reach`, by D.
struct RateLimits {
  double most_fourier;
  Triple most_reach;
};

void describe_rate_cases(auto& field, RateCases& c, const RateLimits& limits) {
  const auto rates = between(0, limits.most_fourier);
  field("fourier_1d", c.fourier_1d, "1", "r = kappa dt / h^2 of one step, D = 1", above(0), rates,
        length(1, 16));
  field("fourier_2d", c.fourier_2d, "1", "the same, D = 2", above(0), rates, length(1, 16));
  field("fourier_3d", c.fourier_3d, "1", "the same, D = 3", above(0), rates, length(1, 16));
  const auto widths = [&](int D) { return between(1, static_cast<double>(limits.most_reach[D - 1])); };
  field("reach_1d", c.reach_1d, "cells", "half-width W of the trained window for each r, D = 1", widths(1),
        length(1, 16));
  field("reach_2d", c.reach_2d, "cells", "the same, D = 2", widths(2), length(1, 16));
  field("reach_3d", c.reach_3d, "cells", "the same, D = 3", widths(3), length(1, 16));
}

// One grid, rate and window.
struct RateCase {
  int dimensions;
  double r;
  Index reach;
  std::string name;  // 2d_r1: the second rate of D = 2
};

std::vector<RateCase> cases_of(const RateCases& c, const std::vector<Index>& dimensions);

// Refuses lists of unequal lengths and a rate that comes twice.
void check_rate_cases(const RateCases& c, Index D, const Deck& deck);

// Writes the coordinates of the axis "case".
void write_cases(const std::vector<RateCase>& cases, Results& results);

}  // namespace attune::experiments::heat
