// experiments/traffic/parts/ring_modes.hpp
//
// How fast every mode of a ring grows, measured: a road for each mode m = 1 .. (N - 1) / 2, started along the
// mode,
//
//   x_i = x_i(uniform) + eps Re z^i,   v_i = v_e + eps Re (V z^i),   z = exp(2 pi i m / N)
//
// and its amplitude A(t) = (2 / N) sum_i (h_i - h) z^-i followed. The rate is the slope of a straight line
// through ln A, by least squares. V is that of the growing root, so that the other one is absent from the
// start.
//
// Units   rates [1/s]: growth + i frequency
// Limits  m = N / 2 is left out: its two roots do not separate in a real ring
#pragma once

#include "experiments/traffic/parts/lone_ring.hpp"
#include "solvers/traffic/theory/discrete_dispersion.hpp"

namespace attune::experiments::traffic {

namespace theory = attune::traffic::theory;

struct ModeRun {
  double amplitude = 1e-6;  // eps [m]
  double seconds = 100;  // followed at most so long
  double folds = 3;  // a mode that decays is followed until it has fallen by exp(-folds),
  double largest = 3e-4;  // one that grows up to this amplitude [m]: beyond it waves are no longer small
};

inline Index measurable_modes(Index vehicles) { return (vehicles - 1) / 2; }

theory::TimeStep scheme_of(solver::Integrator integrator);

// The rates by theory, entry m - 1.
std::vector<theory::Complex> expected_rates(const theory::Linearisation& law, Index vehicles,
                                            const solver::Driving& driving);

// The measured ones.
std::vector<theory::Complex> measured_rates(const solver::Laws& laws, const std::string& law,
                                            const RingShape& shape, const solver::Driving& driving,
                                            const ModeRun& run);

// The slope of ln A against t over the first so many records, the phase unwrapped.
theory::Complex fitted_slope(const std::vector<double>& time, const std::vector<theory::Complex>& amplitude,
                             std::size_t records);

}  // namespace attune::experiments::traffic
