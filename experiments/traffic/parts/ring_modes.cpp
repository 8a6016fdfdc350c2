// experiments/traffic/parts/ring_modes.cpp
#include "experiments/traffic/parts/ring_modes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace attune::experiments::traffic {
namespace {

using theory::Complex;
using Numbers = std::vector<double>;

// z^i of mode m.
Complex turned(Index m, Index i, Index vehicles) {
  const double turn = static_cast<double>(m * i % vehicles) / static_cast<double>(vehicles);
  return std::polar(1.0, 2 * std::numbers::pi * turn);
}

// V of the mode: how its speeds go with its places between two steps.
Complex speed_of_mode(const theory::Linearisation& law, double theta, const solver::Driving& driving) {
  if (driving.integrator == solver::Integrator::runge_kutta) return theory::mode_roots(law, theta)[0];
  const Complex rate = theory::discrete_roots(law, theta, scheme_of(driving.integrator), driving.dt)[0];
  const Complex mu = std::exp(rate * driving.dt), D = (mu - 1.0) / driving.dt;
  return driving.integrator == solver::Integrator::semi_implicit ? D / mu : D / (1.0 + 0.5 * driving.dt * D);
}

void start(LoneRing& ring, const theory::Linearisation& law, const solver::Driving& driving,
           double amplitude) {
  const Index N = ring.shape.vehicles;
  Numbers headway, speed;
  for (Index m = 1; m <= ring.shape.roads; ++m) {
    const Complex V =
        speed_of_mode(law, theory::mode_angle(static_cast<int>(m), static_cast<int>(N)), driving);
    for (Index i = 0; i < N; ++i) {
      const Complex here = turned(m, i, N), ahead = turned(m, i + 1, N);
      headway.push_back(ring.shape.headway + amplitude * (ahead - here).real());
      speed.push_back(ring.speed + amplitude * (V * here).real());
    }
  }
  ring.set(headway, speed);
}

Complex amplitude_of(const RingState& state, const RingShape& shape, Index m) {
  Complex sum = 0;
  for (Index i = 0; i < shape.vehicles; ++i)
    sum += (state.headway[(m - 1) * shape.vehicles + i] - shape.headway) *
           std::conj(turned(m, i, shape.vehicles));
  return 2.0 / static_cast<double>(shape.vehicles) * sum;
}

}  // namespace

Complex fitted_slope(const Numbers& time, const std::vector<Complex>& amplitude, std::size_t records) {
  Complex mean = 0, covariance = 0, at = std::log(amplitude[0]);
  std::vector<Complex> logarithm{at};
  for (std::size_t n = 1; n < records; ++n)
    logarithm.push_back(at += std::log(amplitude[n] / amplitude[n - 1]));
  const auto count = static_cast<double>(records);
  double middle = 0, variance = 0;
  for (std::size_t n = 0; n < records; ++n) {
    mean += logarithm[n] / count;
    middle += time[n] / count;
  }
  for (std::size_t n = 0; n < records; ++n) {
    covariance += (logarithm[n] - mean) * (time[n] - middle);
    variance += (time[n] - middle) * (time[n] - middle);
  }
  return covariance / variance;
}

theory::TimeStep scheme_of(solver::Integrator integrator) {
  return integrator == solver::Integrator::semi_implicit ? theory::TimeStep::semi_implicit
         : integrator == solver::Integrator::ballistic   ? theory::TimeStep::ballistic
                                                         : theory::TimeStep::runge_kutta;
}

std::vector<Complex> expected_rates(const theory::Linearisation& law, Index vehicles,
                                    const solver::Driving& driving) {
  std::vector<Complex> rates;
  for (Index m = 1; m <= measurable_modes(vehicles); ++m) {
    const double theta = theory::mode_angle(static_cast<int>(m), static_cast<int>(vehicles));
    rates.push_back(theory::discrete_roots(law, theta, scheme_of(driving.integrator), driving.dt)[0]);
  }
  return rates;
}

std::vector<Complex> measured_rates(const solver::Laws& laws, const std::string& law, const RingShape& shape,
                                    const solver::Driving& driving, const ModeRun& run) {
  RingShape batch = shape;
  batch.roads = measurable_modes(shape.vehicles);
  const auto linear = linearised(laws, law, shape.headway);
  const auto expected = expected_rates(linear, shape.vehicles, driving);
  LoneRing ring = lone_ring(laws, law, batch, driving);
  start(ring, linear, driving, run.amplitude);

  // Often enough for the phase of the fastest mode to be followed.
  const Index every = std::max<Index>(1, static_cast<Index>(0.5 / driving.dt));
  const auto records = static_cast<Index>(run.seconds / (driving.dt * static_cast<double>(every))) + 1;
  Numbers time;
  std::vector<std::vector<Complex>> amplitude(static_cast<std::size_t>(batch.roads));
  for (Index n = 0; n < records; ++n) {
    if (n > 0) ring.advance(every);
    const RingState state = ring.see();
    time.push_back(state.time);
    for (Index m = 1; m <= batch.roads; ++m) amplitude[m - 1].push_back(amplitude_of(state, batch, m));
  }

  std::vector<Complex> rates;
  for (std::size_t m = 0; m < amplitude.size(); ++m) {
    const double rate = expected[m].real();
    const double folds = rate < 0 ? run.folds : std::log(run.largest / run.amplitude);
    std::size_t kept = 3;
    while (kept < time.size() && std::abs(rate) * time[kept] < folds) ++kept;
    rates.push_back(fitted_slope(time, amplitude[m], kept));
  }
  return rates;
}

}  // namespace attune::experiments::traffic
