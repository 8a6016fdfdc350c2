// experiments/heat/parts/verification/coefficients.hpp
//
// Conductivities that vary in space, with direction or with the temperature: manufactured solutions, layers
// of high contrast, Barenblatt's fronts.
#pragma once

#include "core/core/progress.hpp"
#include "experiments/heat/parts/sweep.hpp"

namespace attune::experiments::heat::verification {

struct Coefficients {
  std::vector<Index> cells{16, 16, 8};  // of the coarsest grid along each axis, by D
  Index doublings = 2;
  double end = 0.02;
  std::vector<double> contrasts{1, 1e3, 1e6};
  std::vector<double> powers{1, 2};
  double stretch = 1.6;
  std::vector<Index> spread_cells{160, 64, 40};  // by D
  double newton_step = 10;
};

void describe_coefficients(auto& field, Coefficients& p) {
  field("manufactured_cells", p.cells, "1",
        "cells along each axis of the coarsest grid of manufactured solutions, for D = 1, 2, 3",
        between(4, 4096), length(3));
  field("manufactured_doublings", p.doublings, "1", "how often that grid is refined by two", between(1, 6));
  field("manufactured_end", p.end, "s",
        "time at which manufactured solutions are compared, kappa about 1 m^2/s", above(0), at_most(10));
  field("contrasts", p.contrasts, "1", "largest over smallest conductivity of layers in series",
        between(1, 1e12), length(1, 16));
  field("powers", p.powers, "1", "m of the conductivity u^m in which heat spreads", between(0.25, 4),
        length(1, 8));
  field("stretch", p.stretch, "1", "front of the heat at the end over that at the start", above(1),
        at_most(10));
  field("spread_cells", p.spread_cells, "1", "cells along each axis in which heat spreads, for D = 1, 2, 3",
        between(8, 4096), length(3));
  field("newton_step", p.newton_step, "1",
        "step of backward Euler over Newton's method in which heat spreads, over the largest explicit one",
        above(0), at_most(1e4));
}

// How often study_coefficients() tells of progress.
Index parts_of(const Coefficients& p, const Sweep& sweep);

// Writes errors and orders, claims the orders, the steady flux, and how fronts move. In double. Collective.
void study_coefficients(const Coefficients& p, const Sweep& sweep, const Domain& world, Results& results,
                        Progress& progress);

}  // namespace attune::experiments::heat::verification
