// experiments/traffic/parts/calibration/recorded_fits.hpp
//
// Laws fitted to recordings of a user, which may not be redistributed and so may be absent: then the claims about them
// are not evaluated, and say which file was skipped.
#pragma once

#include "core/domain/domain.hpp"
#include "core/results/results.hpp"
#include "experiments/traffic/parts/calibration/recordings.hpp"
#include "experiments/traffic/parts/calibration/study.hpp"

namespace attune::experiments::traffic::calibration {

struct RecordedParams {
  std::vector<std::string> files;
  attune::traffic::Layout layout;
  double least_duration = 60;
  Index most_followers = 20;
};

void describe_recorded(auto& field, RecordedParams& p) {
  field("recordings", p.files, "1",
        "trajectories of real vehicles, looked for in --data; an absent one is skipped", length(0, 16));
  describe(field, p.layout);
  field("least_duration", p.least_duration, "s", "of followers that are fitted", above(0));
  field("most_followers", p.most_followers, "1", "of one recording, those seen longest", between(1, 10000));
}

// Reads, fits, writes and claims, of every recording. Collective.
void study_recordings(const RecordedParams& p, const Study& study, const Domain& world, Results& results);

}  // namespace attune::experiments::traffic::calibration
