// experiments/heat/parts/verification/orders.hpp
//
// The orders of solvers, each as the slope of an error over grids or steps refined by two.
//
//   at fixed r   explicit step and positive map against the heat equation, dt ~ h^2
//   in space     star Laplacians of a mode
//   in time      integrators on a fixed grid, against the decay of the semi-discrete equation
#pragma once

#include "core/core/progress.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/verification/solvers.hpp"

namespace attune::experiments::heat::verification {

struct Orders {
  Index coarsest = 8, doublings = 3, coarsest_steps = 4;
  Index time_cells = 16, time_steps = 20, time_doublings = 2;
};

void describe_orders(auto& field, Orders& p) {
  field("coarsest", p.coarsest, "1", "cells along each axis of the coarsest grid of the orders in h",
        between(4, 4096));
  field("doublings", p.doublings, "1", "how often that grid is refined by two", between(1, 10));
  field("coarsest_steps", p.coarsest_steps, "1",
        "steps on the coarsest grid; four times as many at each doubling", between(1, 1e6));
  field("time_cells", p.time_cells, "1", "cells along each axis of the grid on which dt is refined",
        between(6, 64));
  field("time_steps", p.time_steps, "1",
        "coarsest steps in which a mode falls to exp(-1), more where stability asks", between(2, 1e6));
  field("time_doublings", p.time_doublings, "1", "how often dt is halved", between(1, 10));
}

// How often study_orders() tells of progress.
Index parts_of(const Orders& p, const Choice& choice, const Sweep& sweep);

// Writes errors and orders and claims the orders. In double. Collective.
void study_orders(const Orders& p, const Choice& choice, const Sweep& sweep, const Domain& world,
                  Results& results, Progress& progress);

}  // namespace attune::experiments::heat::verification
