// experiments/traffic/parts/mixed_ring.hpp
//
// Automated vehicles among human drivers on a ring: where all drive at one speed, and what becomes of small
// departures from it.
//
//   every vehicle: u(h_i, v) = 0,   sum h_i = L;   an automated one that wants no more speed takes the room
//   left over J of theory/dense_spectrum.hpp with a row of its own for every vehicle; abscissa: the largest
//   real part of its eigenvalues but the zero of all vehicles moved alike
//
// A controller that heeds nobody at that speed cuts the ring open: J is then triangular in blocks, one for
// each vehicle, and its eigenvalues are those of the blocks, lambda^2 - f_v lambda + f_s = 0; a dense solver
// would spoil them, for they coincide.
//
// Units   [1/s], [m], [m/s]
// Limits  no two automated vehicles next to each other
#pragma once

#include "experiments/traffic/parts/follower_stopper.hpp"
#include "experiments/traffic/parts/lone_ring.hpp"
#include "solvers/traffic/mixed.hpp"
#include "solvers/traffic/theory/symbol.hpp"

namespace attune::experiments::traffic {

struct Controllers {
  solver::Acc acc{.time_gap = 8, .gap_gain = 0.23, .speed_gain = 0.5};
  solver::Bilateral bilateral{
      .distance_gain = 0.02, .speed_gain = 0.5, .cruise_gain = 0.2, .desired_speed = 4.5};
  FollowerStopper follower_stopper{};
};

inline std::vector<std::string> controller_names() { return {"acc", "bilateral", "follower_stopper"}; }

struct MixedRing {
  solver::Idm human{};
  Controllers controllers{};
  std::string controller = "acc";
  Index vehicles = 22, automated = 1;
  double length = 260;

  bool is_automated(Index i) const;  // as evenly spread as whole numbers allow, vehicle 0 first
};

struct MixedFlow {
  double speed = 0;  // of all
  std::vector<double> headway;  // (N), zero room is refused by whoever drives
};
MixedFlow uniform_flow(const MixedRing& ring);

struct MixedSpectrum {
  bool cut_open = false;
  attune::traffic::theory::Complex rate;  // the one of largest real part
  std::vector<attune::traffic::theory::Complex>
      left;  // w: w^H (x, v) grows as exp(rate t); empty where the ring is cut open
};
MixedSpectrum mixed_spectrum(const MixedRing& ring);

// All human where `engaged` is false.
LoneRing mixed_lone_ring(const MixedRing& ring, bool engaged, const solver::Driving& driving);

}  // namespace attune::experiments::traffic
