// experiments/traffic/parts/mixed_growth.hpp
//
// How fast the fastest small wave of a ring with automated vehicles grows, measured: one vehicle is shifted a
// little from uniform flow, and the departures y of all are projected on the left eigenvector of that wave,
//
//   A(t) = w^H y(t),   growth = the slope of Re ln A
//
// by which the other waves are out of the way from the start.
#pragma once

#include "experiments/traffic/parts/mixed_ring.hpp"

namespace attune::experiments::traffic {

struct CloseRun {
  double dt = 0.05, seconds = 200, amplitude = 1e-6;  // Runge-Kutta [s]; followed at most [s]; shift [m]
};

// NaN where the ring is cut open: its eigenvalues coincide, and no wave grows by itself.
double measured_growth(const MixedRing& mixed, const MixedSpectrum& spectrum, const CloseRun& run);

}  // namespace attune::experiments::traffic
