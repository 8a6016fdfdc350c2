// experiments/traffic/parts/platoon.hpp
//
// What a platoon behind a lead vehicle does in time, measured on open roads of solvers/traffic:
//
//   sine_sweep   the lead's speed swings by a small sine; |swing of car n| / |swing of the lead|, by correlation
//                with the sine over whole periods, once all is periodic
//   kicked_row   uniform flow, the first car moved a little; how the disturbance grows along the rays n = c t,
//                from t to 2 t:  A(2 n, 2 t) / A(n, t) = exp(sigma t) / sqrt(2)
//
// Amplitudes of kicked rows from three samples delta apart, exact for A exp(s t) cos(w t + phase):
// x(t)^2 - x(t - delta) x(t + delta) = A(t)^2 sin^2(w delta).
//
// Source  the energy of three samples, Kaiser 1990 [kaiser1990]
// Units   [s], [m], [m/s]
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "solvers/traffic/drive.hpp"

namespace attune::experiments::traffic {

struct Sweep {
  Index cars = 100;
  double dt = 0.05, settle = 500;  // s
  Index stride = 4, periods = 4;  // steps between samples, periods that are measured
  std::vector<Index> period_steps;  // of each frequency, multiples of stride
  std::vector<double> swings;  // of the lead, m/s
};

// |swing of car n| / |swing of the lead|, n = 1 .. cars, a row for each frequency.
template <class Law>
std::vector<double> sine_sweep(const Law& law, double headway, double speed, const Sweep& sweep,
                               const Domain& world) {
  namespace solver = attune::traffic;
  const auto R = static_cast<Index>(sweep.period_steps.size()), N = sweep.cars;
  const Domain road = solver::open_roads(world, R, N);
  const auto omega = [&](Index r) {
    return 2 * std::numbers::pi / (static_cast<double>(sweep.period_steps[r]) * sweep.dt);
  };
  const solver::Lead lead{[&](double t, Index r) { return speed + sweep.swings[r] * std::sin(omega(r) * t); },
                          headway};
  solver::Drive<Law> drive(road, solver::alike(law),
                           {.dt = sweep.dt, .integrator = solver::Integrator::runge_kutta, .floor = false},
                           lead);
  auto state = drive.uniform(headway, speed);
  drive.check(state);
  const Index rest =
      sweep.stride * static_cast<Index>(sweep.settle / (sweep.dt * static_cast<double>(sweep.stride)));
  drive.advance(state, rest);

  std::vector<std::complex<double>> sums(static_cast<std::size_t>(R * N));
  const Index longest =
      sweep.periods * *std::max_element(sweep.period_steps.begin(), sweep.period_steps.end());
  for (Index done = 0; done < longest; done += sweep.stride) {
    const auto v = road.gather(state.speed);
    for (Index r = 0; r < R; ++r) {
      if (done >= sweep.periods * sweep.period_steps[r]) continue;
      const auto wave = std::exp(std::complex<double>(0, -omega(r) * state.time));
      for (Index i = 0; i < N; ++i) sums[r * N + i] += (v[r * N + i] - speed) * wave;
    }
    drive.advance(state, sweep.stride);
  }
  std::vector<double> gains;
  for (Index r = 0; r < R; ++r)
    for (Index n = 1; n <= N; ++n) {
      const auto samples = static_cast<double>(sweep.periods * sweep.period_steps[r] / sweep.stride);
      gains.push_back(2 * std::abs(sums[r * N + N - n]) / samples / sweep.swings[r]);
    }
  return gains;
}

struct Kick {
  Index cars = 400, first_car = 1;  // behind the kicked one, of the slowest ray
  double dt = 0.05, metres = 1e-5;
  Index early = 4000, apart = 10;  // steps to t; steps between the three samples
};

// sigma of the rays n / t, n = first_car, .. while 2 n is on the road.
template <class Law>
std::vector<double> kicked_row(const Law& law, double headway, double speed, const Kick& kick_of,
                               const Domain& world) {
  namespace solver = attune::traffic;
  const Domain road = solver::open_roads(world, 1, kick_of.cars);
  const solver::Lead lead{[speed](double, Index) { return speed; }, headway};
  solver::Drive<Law> drive(road, solver::alike(law),
                           {.dt = kick_of.dt, .integrator = solver::Integrator::runge_kutta, .floor = false},
                           lead);
  auto state = drive.uniform(headway, speed);
  solver::kick(state, road, kick_of.cars - 1, kick_of.metres);
  drive.check(state);
  std::vector<double> energy[2];
  for (const Index time : {kick_of.early, 2 * kick_of.early}) {
    std::vector<double> samples[3];
    for (int s = 0; s < 3; ++s) {
      drive.advance(state, time + (s - 1) * kick_of.apart - state.step);
      samples[s] = road.gather(state.speed);
    }
    for (Index n = 0; n < kick_of.cars; ++n) {
      const auto at = [&](int s) { return samples[s][kick_of.cars - 1 - n] - speed; };
      energy[time == kick_of.early ? 0 : 1].push_back(at(1) * at(1) - at(0) * at(2));
    }
  }
  std::vector<double> growth;
  const double t = static_cast<double>(kick_of.early) * kick_of.dt;
  for (Index n = kick_of.first_car; 2 * n < kick_of.cars; ++n)
    growth.push_back(std::log(2 * energy[1][2 * n] / energy[0][n]) / (2 * t));
  return growth;
}

}  // namespace attune::experiments::traffic
