// experiments/heat/parts/stability/march_claims.cpp
#include "experiments/heat/parts/stability/march_claims.hpp"

namespace attune::experiments::heat::stability {

void claim_marches(const std::string& name, const MarchVerdicts& verdicts, double softmax_over_free,
                   Results& results) {
  results.claim(
      {"rollouts_predicted_" + name,
       "The error of every rollout of every contestant is that of the closed form; largest distance "
       "over the round-off that its steps can make",
       verdicts.disagreement, Kind::at_most, 1, 0, "1", "T12", Role::identity});
  results.claim({"maximum_principle_" + name,
                 "Softmax and Gaussian heads leave the range of no data by more than steps (points + 2) eps "
                 "range; largest excess over it",
                 verdicts.excess, Kind::at_most, 1, 0, "1", "T8", Role::identity});
  results.claim({"growth_bound_" + name,
                 "White noise grows by no more than the certified max |g| of the grid, relative",
                 verdicts.grid_bound, Kind::at_most, 0, verdicts.growth_round_off, "1", "T8",
                 Role::identity});
  results.claim(
      {"growth_reached_" + name,
       "and at last by that: n steps bring it within 2 D / n, eight times what a smooth peak of |g| "
       "over a flat spectrum leaves",
       verdicts.grid_distance, Kind::at_most, 0, verdicts.growth_slack, "1", "T8", Role::convergence});
  results.claim({"growth_predicted_" + name,
                 "and at that step by the closed form's, in units of the round-off of the steps",
                 verdicts.growth_apart, Kind::at_most, 1, 0, "1", "T12", Role::identity});
  results.claim({"leaves_when_predicted_" + name,
                 "White noise leaves its range at the step of the closed form; steps apart",
                 verdicts.left_apart, Kind::equal_abs, 0, 0, "1", "T12", Role::identity});
  results.claim({"softmax_wins_on_noise_" + name,
                 "From white noise softmax ends nearer to the heat equation than the free convolution; ratio",
                 softmax_over_free, Kind::at_most, 1, 0, "1", "T8", Role::empirical});
}

}  // namespace attune::experiments::heat::stability
