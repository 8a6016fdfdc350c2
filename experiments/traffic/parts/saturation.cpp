// experiments/traffic/parts/saturation.cpp
#include "experiments/traffic/parts/saturation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "experiments/dealt_numbers.hpp"
#include "experiments/traffic/parts/speed_statistics.hpp"

namespace attune::experiments::traffic {
namespace {

using Numbers = std::vector<double>;

constexpr Dataset step_kind{"saturation_step", "1", "saturation_step",
                            "dt of the saturated ring, or half of it"};
constexpr Dataset mean_speed{"saturated_mean", "m/s", "integrator saturation_step",
                             "mean speed over vehicles and time of the saturated ring"};
constexpr Dataset deviation{"saturated_deviation", "m/s", "integrator saturation_step",
                            "standard deviation of it"};
constexpr Dataset least_speed{"saturated_least", "m/s", "integrator saturation_step", "the least speed"};
constexpr Dataset most_speed{"saturated_most", "m/s", "integrator saturation_step", "the largest speed"};
constexpr Dataset drift{"ring_drift", "1", "integrator saturation_step",
                        "change of the length of the ring, relative"};
constexpr Dataset collisions{"collisions", "1", "integrator saturation_step",
                             "steps of vehicles without a gap"};
constexpr Dataset shown_time{"shown_time", "s", "shown_time", "t of a record of the shifted ring"};
constexpr Dataset shown_place{"shown_place", "m", "shown_time vehicle", "places of fronts, not folded"};
constexpr Dataset shown_speed{"shown_speed", "m/s", "shown_time vehicle", "speeds"};

constexpr std::size_t integrators = 3, steps = 2, values = 6;

solver::Driving driving_of(const Saturation& s, std::size_t task) {
  return {.dt = task % steps == 0 ? s.dt : s.dt / 2,
          .integrator = static_cast<solver::Integrator>(task / steps)};
}

LoneRing shifted_ring(const Saturation& s, const solver::Laws& laws, const std::string& law,
                      const RingShape& shape, const solver::Driving& driving) {
  LoneRing ring = lone_ring(laws, law, shape, driving);
  RingState state = ring.see();
  state.headway.front() -= s.shift;
  state.headway.back() += s.shift;
  ring.set(state.headway, state.speed);
  return ring;
}

double total(const Numbers& headway) { return std::accumulate(headway.begin(), headway.end(), 0.0); }

Numbers saturated(const Saturation& s, LoneRing ring, double dt) {
  const double length = total(ring.see().headway);
  ring.advance(std::llround(s.from / dt));
  const Index every = std::max<Index>(1, static_cast<Index>(std::lround(0.5 / dt)));
  const Index records = static_cast<Index>((s.seconds - s.from) / (static_cast<double>(every) * dt));
  Spread spread;
  for (Index n = 0; n < records; ++n) {
    ring.advance(every);
    spread.absorb(ring.see().speed);
  }
  return {spread.mean(),
          spread.deviation(),
          spread.least(),
          spread.most(),
          std::abs(total(ring.see().headway) / length - 1),
          static_cast<double>(ring.counters().collisions)};
}

// Places and speeds of the semi-implicit ring, the same on every rank.
void show(const Saturation& s, LoneRing ring, double dt, Results& results) {
  const Index every = std::max<Index>(1, static_cast<Index>(std::lround(s.shown_every / dt)));
  const auto records = static_cast<Index>(s.shown_seconds / (static_cast<double>(every) * dt)) + 1;
  Numbers time, place, speed;
  for (Index n = 0; n < records; ++n) {
    if (n > 0) ring.advance(every);
    const RingState state = ring.see();
    time.push_back(state.time);
    double x = state.place.front();
    for (std::size_t i = 0; i < state.speed.size(); ++i) {
      place.push_back(x);
      speed.push_back(state.speed[i]);
      x += state.headway[i];
    }
  }
  const std::size_t vehicles = speed.size() / time.size();
  results.axis(shown_time, time);
  results.write(shown_place, {{time.size(), vehicles}, place});
  results.write(shown_speed, {{time.size(), vehicles}, speed});
}

void claim_agreement(const Numbers& means, const Numbers& deviations, Results& results) {
  const std::size_t fine = 2 * steps + 1;  // Runge-Kutta at half of dt
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string& name = solver::integrator_names[i];
    const std::size_t at = i * steps;
    results.claim({"saturated_mean_" + name,
                   "Mean speed of the saturated ring, extrapolated to dt = 0, is that of Runge-Kutta",
                   2 * means[at + 1] - means[at], Kind::equal_rel, means[fine], 0.01, "m/s", "E4",
                   Role::convergence, Scale::quick});
    results.claim(
        {"saturated_deviation_" + name,
         "Deviation of speeds of the saturated ring, extrapolated to dt = 0, is that of Runge-Kutta",
         2 * deviations[at + 1] - deviations[at], Kind::equal_rel, deviations[fine], 0.01, "m/s", "E4",
         Role::convergence, Scale::quick});
  }
}

}  // namespace

void study_saturation(const Saturation& s, const solver::Laws& laws, const std::string& law,
                      const RingShape& shape, const Domain& world, Results& results) {
  const std::size_t tasks = integrators * steps;
  DealtNumbers dealt(tasks * values);
  deal(tasks, world.communicator(), [&](std::size_t task) {
    const auto driving = driving_of(s, task);
    const Numbers all = saturated(s, shifted_ring(s, laws, law, shape, driving), driving.dt);
    for (std::size_t v = 0; v < values; ++v) dealt.set(task * values + v, all[v]);
  });
  dealt.share(world.communicator());

  std::vector<Numbers> tables(values);
  for (std::size_t task = 0; task < tasks; ++task)
    for (std::size_t v = 0; v < values; ++v) tables[v].push_back(dealt.get(task * values + v));
  results.axis(step_kind, {1, 0.5});
  const Dataset* declared[values]{&mean_speed, &deviation, &least_speed, &most_speed, &drift, &collisions};
  for (std::size_t v = 0; v < values; ++v) results.write(*declared[v], {{integrators, steps}, tables[v]});

  const Numbers &means = tables[0], &deviations = tables[1];
  const double uniform = lone_ring(laws, law, shape, driving_of(s, 0)).speed;
  results.claim({"ring_keeps_length", "The length of the ring is kept",
                 *std::max_element(tables[4].begin(), tables[4].end()), Kind::at_most, 0, 1e-12, "1",
                 "sum of headways", Role::identity});
  results.claim({"no_collisions", "No vehicle of the shifted ring runs into the next",
                 *std::max_element(tables[5].begin(), tables[5].end()), Kind::at_most, 0, 0, "1", "E4",
                 Role::empirical});
  results.claim({"saturated_below_uniform", "Saturated, the ring is slower than uniform flow", means.back(),
                 Kind::at_most, uniform, 0, "m/s", "E4", Role::empirical, Scale::quick});
  claim_agreement(means, deviations, results);
  show(s, shifted_ring(s, laws, law, shape, driving_of(s, 0)), s.dt, results);
}

}  // namespace attune::experiments::traffic
