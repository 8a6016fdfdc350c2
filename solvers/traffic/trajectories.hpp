// solvers/traffic/trajectories.hpp
//
// Recorded trajectories of vehicles on one road, on one clock: sample k of vehicle n was taken at
// start + (begin_n + k) dt.
//
// Shapes  position, speed, leader: (samples of the vehicle)
// Units   [m], [m/s], [s]
#pragma once

#include <string>
#include <vector>

#include "core/core/views.hpp"

namespace attune::traffic {

inline constexpr Index nobody = -1;

struct Trajectory {
  std::string name;  // as the file calls the vehicle
  Index begin = 0;
  double length = 0;
  std::vector<double> position, speed;  // of the front
  std::vector<Index> leader;  // who drives ahead at that time, `nobody` if none is known

  Index samples() const { return static_cast<Index>(position.size()); }
  Index end() const { return begin + samples(); }
  bool covers(Index k) const { return k >= begin && k < end(); }
};

struct Trajectories {
  double start = 0, dt = 0;
  double circumference = 0;  // of a ring, whose positions go on growing; 0: an open road
  std::vector<Trajectory> vehicles;
};

}  // namespace attune::traffic
