// experiments/heat/parts/verification/spreading.hpp
//
// A spot of heat that spreads where the conductivity is u^m, from Barenblatt's profile until its front is
// `stretch` times as far: by explicit steps, or by backward Euler over Newton's method.
//
//   front     R from the mean square radius of the heat (theory/barenblatt.hpp), over all cells
//   edge      the centre farthest out with u above a thousandth of the height; by theory at
//             R sqrt(1 - 10^(-3 m))
//   distance  int |u - exact| / mass
#pragma once

#include "experiments/heat/parts/setting.hpp"

namespace attune::experiments::heat::verification {

struct Spread {
  int dimensions;
  double power;  // m
  double stretch;
  Index cells;  // along each axis, of a cube 2.2 R wide at the end
  double newton_step = 0;  // over the largest explicit one; 0: explicit steps
};

struct Spreading {
  double exponent = 0,
         exponent_expected = 0;  // log(front at the end / at the start) / log(their times' ratio)
  double edge_off = 0;  // |edge - theory| in cells
  double heat_lost = 0;  // relative
  double distance = 0;
};

Spreading spread_heat(const Domain& world, const Spread& spread);

}  // namespace attune::experiments::heat::verification
