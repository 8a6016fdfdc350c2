// experiments/heat/parts/verification/photograph.hpp
//
// A photograph (a line of it, the picture, a block of it) that diffuses by explicit steps, against its closed
// form.
#pragma once

#include "core/core/progress.hpp"
#include "experiments/heat/parts/sweep.hpp"

namespace attune::experiments::heat::verification {

struct Photograph {
  std::string picture = "brick.png";
  Index crop = 0, steps = 1000;
  int records = 25;
  std::vector<Index> snapshots{0, 10, 100, 1000};
};

void describe_photograph(auto& field, Photograph& p) {
  field("picture", p.picture, "1", "photograph or map that diffuses: PNG, PGM or FILE.h5:/dataset");
  field("picture_crop", p.crop, "1", "side of the centred square of the picture that is used; 0: all of it",
        at_least(0));
  field("rollout_steps", p.steps, "1", "explicit steps from the picture", between(1, 1e7));
  field("records", p.records, "1", "steps at which the rollout is compared", between(1, 1000));
  field("snapshots", p.snapshots, "1",
        "steps of the 2-D rollout to store for ParaView, with the first boundary", at_least(0));
}

void check_photograph(const Photograph& p, const Deck& deck);

// Writes the errors, measured and in closed form, and claims that they agree. stability is 2 D r. Collective.
template <class Scalar>
void study_photograph(const Photograph& p, double stability, const Sweep& sweep, const Domain& world,
                      Results& results, Progress& progress);

}  // namespace attune::experiments::heat::verification
