// experiments/heat/parts/rollout_claims.cpp
#include "experiments/heat/parts/rollout_claims.hpp"

namespace attune::experiments::heat {

void claim_rollout(const std::string& name, const RolloutAudit& audit, Results& results) {
  const std::string absent =
      audit.predicted.empty() ? "no closed form: the stencil is not symmetric and the grid has walls" : "";
  results.claim(
      {"rollout_field_" + name,
       "The field after all steps equals the closed form, within the round-off that the steps can make",
       audit.deviation, Kind::at_most, audit.round_off, 0, "1", "T12", Role::identity, Scale::smoke, absent});
  results.claim({"rollout_error_" + name,
                 "Its distance from the heat equation is the predicted one, in units of that round-off",
                 audit.disagreement, Kind::at_most, 1, 0, "1", "T12", Role::identity, Scale::smoke, absent});
  results.claim({"maximum_principle_" + name,
                 "No step leaves the initial range by more than steps (points + 2) eps range", audit.excess,
                 Kind::at_most, audit.excess_bound, 0, "1", "T8", Role::identity});
}

}  // namespace attune::experiments::heat
