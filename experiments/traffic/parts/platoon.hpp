// experiments/traffic/parts/platoon.hpp
//
// What a platoon behind a lead vehicle does in time, measured on open roads of solvers/traffic:
//
//   sine_sweep   the lead's speed swings by a small sine; |swing of car n| / |swing of the lead|, by
//                correlation with the sine over whole periods, once all is periodic
//   kicked_row   uniform flow, the first car moved a little; how the disturbance grows along rays n = c t:
//                A(2 n, 2 t) / A(n, t) = exp(sigma t) / sqrt(2) (1 + O(1 / t)), from t to 2 t to 4 t and
//                extrapolated
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
#include <limits>
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
  Index early = 2000, apart = 10;  // steps to t; steps between the three samples
  double least_digits = 1e2;  // amplitudes below so many round-offs of the speed are not read
};

// sigma of the rays n / t, n = first_car, .. while 4 n is on the road; NaN where nothing can be read.
template <class Law>
std::vector<double> kicked_row(const Law& law, double headway, double speed, const Kick& of,
                               const Domain& world) {
  namespace solver = attune::traffic;
  const Domain road = solver::open_roads(world, 1, of.cars);
  const solver::Lead lead{[speed](double, Index) { return speed; }, headway};
  solver::Drive<Law> drive(road, solver::alike(law),
                           {.dt = of.dt, .integrator = solver::Integrator::runge_kutta, .floor = false},
                           lead);
  auto state = drive.uniform(headway, speed);
  solver::kick(state, road, of.cars - 1, of.metres);
  drive.check(state);
  std::vector<double> energy[3];
  for (int stage = 0; stage < 3; ++stage) {
    std::vector<double> samples[3];
    for (int k = 0; k < 3; ++k) {
      drive.advance(state, (of.early << stage) + (k - 1) * of.apart - state.step);
      samples[k] = road.gather(state.speed);
    }
    for (Index n = 0; n < of.cars; ++n) {
      const auto at = [&](int k) { return samples[k][of.cars - 1 - n] - speed; };
      energy[stage].push_back(at(1) * at(1) - at(0) * at(2));
    }
  }
  const double t = static_cast<double>(of.early) * of.dt, noise = of.least_digits * 2.2e-16 * speed;
  std::vector<double> growth;
  for (Index n = of.first_car; 4 * n < of.cars; ++n) {
    const double first = energy[0][n], second = energy[1][2 * n], third = energy[2][4 * n];
    const bool seen = std::min({first, second, third}) > noise * noise;
    const double early = std::log(2 * second / first) / (2 * t),
                 late = std::log(2 * third / second) / (4 * t);
    growth.push_back(seen ? (4 * late - early) / 3 : std::numeric_limits<double>::quiet_NaN());
  }
  return growth;
}

}  // namespace attune::experiments::traffic
