// experiments/traffic/parts/sumo/ring_files.hpp
//
// A ring road for SUMO [lopez2018]: four arcs without inner links, so that its length is exactly the circumference, and
// vehicles of the intelligent driver model, numbered along the road.
//
// Units   [m], [m/s]
#pragma once

#include <string>
#include <vector>

#include "solvers/traffic/idm.hpp"

namespace attune::experiments::traffic::sumo {

struct Ring {
  double circumference = 230;
  attune::traffic::Idm law;
  std::vector<double> place;  // of fronts at the start, in [0, circumference)
  double speed = 0;  // of all at the start
};

inline constexpr int arcs = 4;

std::string nodes_file(const Ring& ring);
std::string edges_file(const Ring& ring);
std::string routes_file(const Ring& ring, double seconds);  // with rounds for so long a run

}  // namespace attune::experiments::traffic::sumo
