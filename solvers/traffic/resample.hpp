// solvers/traffic/resample.hpp
//
// Rows as recorded, each vehicle at its own times, on one clock.
#pragma once

#include <map>

#include "solvers/traffic/trajectories.hpp"

namespace attune::traffic {

struct RawTrajectory {
  std::string name;
  double length = 0;
  std::vector<double> time{}, position{}, speed{};  // time increases
  std::vector<std::string> leader{};  // names, or nothing: the nearest ahead is looked for
};

// Linear between rows, the leader that of the row before; a vehicle is there from its first row to its last. A clock of
// interval 0 ticks at the least time between two rows, made to divide the longest of their spans. No vehicles where
// that would take more than 50 million samples, or where none has two.
Trajectories resampled(const std::vector<RawTrajectory>& raws,
                       const std::map<std::string, std::size_t>& names, double interval,
                       double circumference);

}  // namespace attune::traffic
