// experiments/traffic/parts/mode_growth.hpp
//
// How fast the waves of rings grow, measured in runs of the vehicles themselves.
//
//   A_m(t) = (2 / N) sum_i (h_i - h) exp(-i theta_m i),   theta_m = 2 pi m / N
//   growth of mode m = ln |A_m(t_2) / A_m(t_1)| / (t_2 - t_1)
//
// Rings are dealt out among ranks, a law a ring, and driven together.
//
// Units   [m], [m/s], [s], growth [1/s]
// Limits  waves so small that they do not feel each other
#pragma once

#include <complex>
#include <numbers>

#include "solvers/traffic/shipped_drives.hpp"

namespace attune::experiments::traffic {

template <class Law> struct RingCase {
  Law law;
  double headway, speed;
};

using Amplitudes = std::vector<std::complex<double>>;  // A_m, entry m - 1, m = 1 .. N / 2

// Of N headways, one of N - 1 multiples of theta_1 to a vehicle.
Amplitudes amplitudes_of(const double* headways, Index vehicles, double mean);

// Of every ring, in global order, on every rank. Collective.
template <class Law>
std::vector<Amplitudes> amplitudes_of(const attune::traffic::State<double>& state, const Domain& domain,
                                      const std::vector<RingCase<Law>>& cases) {
  const auto headways = domain.gather(state.headway);
  const Index vehicles = domain.whole().extent(2);
  std::vector<Amplitudes> all;
  for (std::size_t j = 0; j < cases.size(); ++j)
    all.push_back(
        amplitudes_of(&headways[j * static_cast<std::size_t>(vehicles)], vehicles, cases[j].headway));
  return all;
}

template <class Law> std::vector<Law> laws_of(const std::vector<RingCase<Law>>& cases) {
  std::vector<Law> laws;
  for (const auto& one : cases) laws.push_back(one.law);
  return laws;
}

struct KickedRings {
  Index vehicles = 100;
  double time_step = 0.2, settle = 100, measure = 200, kick = 1e-6;
};

void describe(auto& field, KickedRings& rings) {
  field("vehicles", rings.vehicles, "1", "vehicles N of a ring that is driven", between(4, 100000));
  field("time_step", rings.time_step, "s", "dt, Runge-Kutta 4", above(0.0));
  field("settle", rings.settle, "s", "time before growth is measured", at_least(0.0));
  field("measure", rings.measure, "s", "time over which it is", above(0.0));
  field("kick", rings.kick, "m", "largest random shift of a vehicle at the start", above(0.0));
}

// The largest growth of all modes of each ring after random kicks; modes below a thousandth of the largest have
// died out and are not asked. Collective.
std::vector<double> largest_growths(const std::vector<Amplitudes>& first, const std::vector<Amplitudes>& last,
                                    double seconds);

template <class Law>
std::vector<double> growth_after_kicks(const std::vector<RingCase<Law>>& cases, const KickedRings& rings,
                                       const Random& random, const Domain& world) {
  namespace solver = attune::traffic;
  const Domain domain = solver::rings(world, static_cast<Index>(cases.size()), rings.vehicles);
  solver::Drive<Law> drive(domain, solver::one_law_a_road(laws_of(cases)),
                           {.dt = rings.time_step, .integrator = solver::Integrator::runge_kutta});
  auto state = drive.empty();
  solver::fill(
      state, domain, [&](Index j, Index) { return cases[static_cast<std::size_t>(j)].headway; },
      [&](Index j, Index) { return cases[static_cast<std::size_t>(j)].speed; });
  solver::random_kicks(state, domain, rings.kick, random);
  drive.check(state);
  const auto steps = static_cast<Index>(std::llround(rings.measure / rings.time_step));
  drive.advance(state, std::llround(rings.settle / rings.time_step));
  const auto first = amplitudes_of(state, domain, cases);
  drive.advance(state, steps);
  return largest_growths(first, amplitudes_of(state, domain, cases),
                         static_cast<double>(steps) * rings.time_step);
}

}  // namespace attune::experiments::traffic
