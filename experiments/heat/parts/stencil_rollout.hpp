// experiments/heat/parts/stencil_rollout.hpp
//
// A learned stencil stepped from each start and audited.
#pragma once

#include "experiments/heat/parts/learned_stencil.hpp"
#include "experiments/heat/parts/rollout_claims.hpp"

namespace attune::experiments::heat {

struct RolloutParams {
  std::string picture = "brick.png";
  Index picture_crop = 0;
  std::vector<std::string> starts{"picture", "white"};
  Index steps = 1000;
  int records = 25;
};

void describe_rollout(auto& field, RolloutParams& p) {
  field("picture", p.picture, "1", "photograph or map that diffuses: PNG, PGM or FILE.h5:/dataset");
  field("picture_crop", p.picture_crop, "1",
        "side of the centred square of the picture that is used; 0: all of it", at_least(0));
  field("starts", p.starts, "1", "fields that rollouts start from",
        one_of({"picture", "white", "fourier", "gaussian"}), length(1, 4));
  field("rollout_steps", p.steps, "1", "steps of a rollout", between(1, 1e7));
  field("records", p.records, "1", "steps at which a rollout is compared", between(1, 1000));
}

// Rolls the offsets with the trained logits out on the picture's grid. r is the rate of the heat propagator
// it is measured against.
template <class Scalar>
RolloutAudit roll_out(const RolloutParams& p, const Setting& setting, const Map& picture,
                      const std::string& start, double r, const LearnedStencil& learned,
                      const StencilWeights& weights, const Random& random) {
  const RolloutPlan plan{start, p.steps, record_steps(p.steps, p.records), r, learned.stencil(weights)};
  return audited_rollout<Scalar>(setting, learned.halo(), plan, picture, random,
                                 [&](const Field<Scalar>& u, const Field<Scalar>& next) {
                                   attune::heat::fill_ghosts(u, setting.domain, setting.boundaries);
                                   learned.apply(u, weights, next);
                                 });
}

}  // namespace attune::experiments::heat
