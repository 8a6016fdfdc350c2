// experiments/traffic/parts/calibration/recordings.hpp
//
// Followers of recorded trajectories: for each vehicle the longest time during which the vehicle ahead of it stays the
// same, with those ahead of that one, and the one behind, as far as they stay the same all that time.
//
// Places of others are moved so that every vehicle has the length of the one ahead: gaps, which drivers keep, stay
// what they were.
#pragma once

#include <string>

#include "experiments/traffic/parts/calibration/record.hpp"
#include "solvers/traffic/read_trajectories.hpp"

namespace attune::experiments::traffic::calibration {

struct Recording {
  std::string name;  // of the follower
  Record record;
};

// Of at least so many seconds, at most so many, the longest first; equal ones as in the file.
std::vector<Recording> followers(const attune::traffic::Trajectories& all, double least_seconds,
                                 std::size_t most, int most_leaders);

}  // namespace attune::experiments::traffic::calibration
