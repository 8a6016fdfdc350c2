// experiments/command/conduct.hpp
//
// One experiment, from its deck to its result file.
#pragma once

#include "core/results/results.hpp"
#include "experiments/command/assignment.hpp"

namespace attune::command {

struct Outcome {
  double seconds = 0;
  std::string path;  // of the result file
  Tally claims;
};

// "24 hold, 1 red, 3 not evaluated"
std::string text(const Tally& claims);

// Writes DIR/F/E.h5 and DIR/F/E.run.json. Collective.
Outcome conduct(const Assignment& assignment, const Options& options, const Domain& world);

}  // namespace attune::command
