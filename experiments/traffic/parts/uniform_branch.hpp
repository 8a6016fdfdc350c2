// experiments/traffic/parts/uniform_branch.hpp
//
// Uniform flow of one law over a range of densities, by theory: how much flows, how fast the fastest mode of
// the ring grows with the semi-implicit step of the run, and between which densities one does.
//
// Units   densities [1/m], flows [1/s], growth [1/s]
#pragma once

#include "experiments/traffic/parts/lone_ring.hpp"

namespace attune::experiments::traffic {

struct Uniform {
  std::vector<double> density, flow, growth;
  double lower, upper;  // edges of the unstable densities; NaN where they do not lie inside the range
};

Uniform uniform_branch(const solver::Laws& laws, const std::string& law, Index vehicles, double dt,
                       const std::vector<double>& density);

// Where a road that fills in steps leaves uniform flow: past the edge waves grow slowly at first, and density
// has moved on before they are seen. Waves of `start` gaps reach a gap once growth times `seconds` at each
// density, summed from the edge, is -ln start. The last density if they never do.
double delayed_onset(const Uniform& theory, double start, double seconds);

}  // namespace attune::experiments::traffic
