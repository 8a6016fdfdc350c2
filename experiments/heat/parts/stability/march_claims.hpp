// experiments/heat/parts/stability/march_claims.hpp
//
// What the rollouts of all contestants of a case are judged by.
#pragma once

#include <string>

#include "core/results/results.hpp"
#include "experiments/heat/parts/stability/march.hpp"

namespace attune::experiments::heat::stability {

struct MarchVerdicts {
  double disagreement = 0;  // largest, of all rollouts
  double excess = 0;  // largest of the heads of one sign, over its bound
  double growth_apart = 0;  // largest |measured / predicted growth - 1| over its round-off
  double grid_bound = 0, grid_distance = 0;  // measured growth / max |g| of the grid - 1: above, either side
  double growth_round_off = 1e-12, growth_slack = 0;  // of these two
  double left_apart = 0;  // steps between leaving and the prediction
};

// softmax_over_free: errors at the end from white noise, 0 where the free convolution has blown up.
void claim_marches(const std::string& name, const MarchVerdicts& verdicts, double softmax_over_free,
                   Results& results);

}  // namespace attune::experiments::heat::stability
