// experiments/traffic/parts/calibration/calibration_claims.hpp
//
// What fits to trajectories of known laws must show.
#pragma once

#include "core/results/results.hpp"
#include "experiments/traffic/parts/calibration/study.hpp"

namespace attune::experiments::traffic::calibration {

// Without errors each law has its own parameters and stability back, from several starts.
void claim_recovery(const Study& study, const std::vector<Outcome>& fits, Results& results);

// With errors intervals cover the truth as often as they say.
void claim_coverage(const Study& study, const std::vector<Outcome>& fits, Results& results);

// Does a law that follows well, `close` [m], have the truth's verdict on string stability?
void claim_verdicts(const Study& study, const std::vector<Outcome>& fits, double close, Results& results);

}  // namespace attune::experiments::traffic::calibration
