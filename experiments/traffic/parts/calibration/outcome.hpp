// experiments/traffic/parts/calibration/outcome.hpp
//
// What comes of one fit, and many fits dealt out among the ranks.
#pragma once

#include "core/core/communicator.hpp"
#include "experiments/traffic/parts/calibration/bootstrap.hpp"

namespace attune::experiments::traffic::calibration {

struct Outcome {
  double rms = std::numeric_limits<double>::quiet_NaN(), held_out = rms;  // [m]; NaN: no answer
  Stability stability;
  std::vector<double> values, start_rms;
  std::vector<Interval> intervals;  // where asked for
};

// How many numbers the largest of them has.
struct OutcomeSize {
  std::size_t parameters = 0, starts = 0;
};

// outcome(n) for n < tasks, each worked out by one rank and then known to all. Collective.
std::vector<Outcome> dealt_outcomes(std::size_t tasks, const OutcomeSize& size, const Communicator& ranks,
                                    const std::function<Outcome(std::size_t)>& outcome);

// The fit, and its stability at this speed [m/s].
Outcome outcome_of(const Contender& one, const Record& record, const Fit& fit, double speed);

}  // namespace attune::experiments::traffic::calibration
