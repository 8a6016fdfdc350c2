// experiments/traffic/parts/trip.hpp
//
// What a ring of vehicles does over a while, step by step: speeds, fuel, hard braking.
#pragma once

#include "experiments/traffic/parts/fuel.hpp"
#include "experiments/traffic/parts/lone_ring.hpp"
#include "experiments/traffic/parts/speed_statistics.hpp"

namespace attune::experiments::traffic {

struct Trip {
  double deviation = 0, mean = 0;  // [m/s] of speeds, over vehicles and time
  double litres_per_km = 0, brakes_per_km = 0;  // of a vehicle
  Index collisions = 0;
};

// A vehicle brakes hard as long as it slows down by more than `hard` [m/s^2]; beginnings are counted.
inline Trip trip_of(LoneRing& ring, Index steps, double dt, const Fuel& fuel, double hard) {
  const Index before = ring.counters().collisions;
  Spread speeds;
  double litres = 0, metres = 0, brakes = 0;
  RingState state = ring.see();
  std::vector<bool> braking(state.speed.size(), false);
  for (Index n = 0; n < steps; ++n) {
    ring.advance(1);
    const RingState next = ring.see();
    for (std::size_t i = 0; i < next.speed.size(); ++i) {
      const double u = (next.speed[i] - state.speed[i]) / dt;
      litres += dt * fuel.rate(state.speed[i], u);
      metres += dt * next.speed[i];
      brakes += u < -hard && !braking[i];
      braking[i] = u < -hard;
    }
    speeds.absorb(next.speed);
    state = next;
  }
  const double kilometres = std::max(metres, 1e-9) / 1000;
  return {speeds.deviation(), speeds.mean(), litres / kilometres, brakes / kilometres,
          ring.counters().collisions - before};
}

}  // namespace attune::experiments::traffic
