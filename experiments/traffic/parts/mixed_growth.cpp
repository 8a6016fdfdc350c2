// experiments/traffic/parts/mixed_growth.cpp
#include "experiments/traffic/parts/mixed_growth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/traffic/parts/ring_modes.hpp"

namespace attune::experiments::traffic {

double measured_growth(const MixedRing& mixed, const MixedSpectrum& spectrum, const CloseRun& run) {
  constexpr double folds = 4;  // beyond, round-off shows, or nonlinearity
  if (spectrum.cut_open) return std::numeric_limits<double>::quiet_NaN();
  LoneRing ring = mixed_lone_ring(mixed, true, {.dt = run.dt, .integrator = solver::Integrator::runge_kutta});
  const MixedFlow flow = uniform_flow(mixed);
  const auto N = static_cast<std::size_t>(mixed.vehicles);
  std::vector<double> headway = flow.headway, time;
  headway.front() -= run.amplitude;
  headway.back() += run.amplitude;
  ring.set(headway, std::vector<double>(N, flow.speed));
  const Index every = std::max<Index>(1, std::llround(0.5 / run.dt));
  std::vector<theory::Complex> amplitude;
  do {
    if (!time.empty()) ring.advance(every);
    const RingState state = ring.see();
    theory::Complex sum = 0;
    double place = 0;  // from where vehicle 0 is: the eigenvector does not see it
    for (std::size_t i = 0; i < N; ++i) {
      sum += std::conj(spectrum.left[i]) * place +
             std::conj(spectrum.left[N + i]) * (state.speed[i] - flow.speed);
      place += state.headway[i] - flow.headway[i];
    }
    time.push_back(state.time);
    amplitude.push_back(sum);
  } while (time.back() < run.seconds && std::abs(spectrum.rate.real()) * time.back() < folds);
  return fitted_slope(time, amplitude, time.size()).real();
}

}  // namespace attune::experiments::traffic
