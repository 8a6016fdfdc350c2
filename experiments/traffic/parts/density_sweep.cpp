// experiments/traffic/parts/density_sweep.cpp
#include "experiments/traffic/parts/density_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "experiments/traffic/parts/speed_statistics.hpp"

namespace attune::experiments::traffic {
namespace {

using Numbers = std::vector<double>;

double length_of(const RingState& state) {
  return std::accumulate(state.headway.begin(), state.headway.end(), 0.0);
}

// The mean of all places, not folded.
double mean_place(const RingState& state) {
  double x = 0, sum = 0;  // from vehicle 0
  for (const double h : state.headway) {
    sum += x;
    x += h;
  }
  return state.place.front() + sum / static_cast<double>(state.headway.size());
}

// Stretches all gaps alike, then shifts vehicle `who` towards the next by a share of its gap.
void stretch(LoneRing& ring, double headway, double length, double share, std::size_t who) {
  RingState state = ring.see();
  const double count = static_cast<double>(state.headway.size());
  const double factor = (headway - length) / (length_of(state) / count - length);
  for (double& h : state.headway) h = length + factor * (h - length);
  const double shift = share * std::min(headway - length, state.headway[who] - length);
  state.headway[who] -= shift;
  state.headway[(who + state.headway.size() - 1) % state.headway.size()] += shift;
  ring.set(state.headway, state.speed);
}

Flow measured(LoneRing& ring, const Sweep& sweep, double dt, double density) {
  const Index every = steps_of(sweep.picture, dt);
  const Index pictures = 1 + std::max<Index>(2, steps_of(sweep.window, dt) / every);
  const RingState before = ring.see();
  const RingFilm film = film_of(ring, pictures, every);
  const RingState after = ring.see();
  Flow flow;
  flow.mean_speed = (mean_place(after) - mean_place(before)) / (after.time - before.time);
  flow.flow = density * flow.mean_speed;
  Spread spread;
  spread.absorb(film.speed);
  flow.deviation = spread.deviation();
  flow.jam = jam_passage(film, 0.05 * std::max(flow.mean_speed, 0.1));
  flow.length_drift = std::abs(length_of(after) / length_of(before) - 1);
  flow.collisions = ring.counters().collisions;
  return flow;
}

}  // namespace

std::vector<Flow> swept(const solver::Laws& laws, const Sweep& sweep, const SweptRing& who) {
  LoneRing ring = lone_ring(laws, who.law, {1, sweep.vehicles, 1 / who.density.front()}, who.driving);
  std::vector<Flow> flows;
  for (std::size_t n = 0; n < who.density.size(); ++n) {
    stretch(ring, 1 / who.density[n], who.vehicle_length, sweep.shift,
            7 * n % static_cast<std::size_t>(sweep.vehicles));
    ring.advance(steps_of(sweep.settle, who.driving.dt));
    flows.push_back(measured(ring, sweep, who.driving.dt, who.density[n]));
  }
  return flows;
}

}  // namespace attune::experiments::traffic
