// experiments/traffic/parts/saturation.hpp
//
// What becomes of one vehicle shifted on a ring that uniform flow does not survive: the state in which growth
// ends, its statistics over vehicles and time, and whether integrators agree on it as dt -> 0.
//
//   semi-implicit, ballistic: f(dt) = f + c dt + ..., so 2 f(dt / 2) - f(dt) is of order 2
#pragma once

#include "core/results/results.hpp"
#include "experiments/traffic/parts/lone_ring.hpp"

namespace attune::experiments::traffic {

struct Saturation {
  double dt = 0.05, shift = 0.1, seconds = 1500, from = 700, shown_seconds = 700, shown_every = 2;
};

void describe(auto& field, Saturation& s) {
  field("saturation_dt", s.dt, "s", "dt of the ring with one shifted vehicle, and half of it", above(0.0));
  field("saturation_shift", s.shift, "m", "how far that vehicle is shifted", above(0.0));
  field("saturation_seconds", s.seconds, "s", "how long the ring is driven", above(0.0));
  field("saturation_from", s.from, "s", "when statistics begin", at_least(0.0));
  field("shown_seconds", s.shown_seconds, "s", "how much of it is stored, from the start", above(0.0));
  field("shown_every", s.shown_every, "s", "time between two records stored", above(0.0));
}

void study_saturation(const Saturation& s, const solver::Laws& laws, const std::string& law,
                      const RingShape& shape, const Domain& world, Results& results);

}  // namespace attune::experiments::traffic
