// experiments/heat/parts/rollout_benchmark/training_windows.cpp
#include "experiments/heat/parts/rollout_benchmark/training_windows.hpp"

#include <cmath>

#include "core/core/require.hpp"

namespace attune::experiments::heat::rollout_benchmark {

namespace solver = attune::heat;

namespace {

// Another seed for each sample of a seed.
Random random_of(Index seed, std::uint32_t stream, std::size_t sample) {
  return {static_cast<std::uint32_t>(seed) + 0x9E3779B9u * static_cast<std::uint32_t>(sample + 1), stream};
}

void take_mean(std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  for (double& value : values) value -= sum / static_cast<double>(values.size());
}

// s of the explicit and of the implicit step.
double lattice_rate(const solver::Rates& r, const solver::Angles& theta) {
  double s = 0;
  for (int a = 0; a < 3; ++a) s += 4 * r[a] * std::pow(std::sin(theta[a] / 2), 2);
  return s;
}

Samples stepped(const Scenario& scenario, const Batch& batch, const Samples& start, Index steps) {
  const auto r = rates_of_batch(batch, scenario.rate / scenario.substeps);
  const Triple halo = batch.setting.halo(1);
  auto fields = loaded<double>(batch, start, halo);
  auto next = batch.setting.domain.field<double>("heat::windows::next", halo);
  for (auto& u : fields)
    for (Index n = 0; n < steps * scenario.substeps; ++n) {
      solver::fill_ghosts(u, batch.setting.domain, batch.setting.boundaries);
      solver::ftcs_step(u, r, next);
      std::swap(u, next);
    }
  return unloaded(batch, fields);
}

}  // namespace

Samples start_samples(const Scenario& scenario, const StartKind& kind, Index seed, std::uint32_t stream,
                      std::size_t first, std::size_t count) {
  const Batch one = make_batch(scenario.cells, scenario.boundary, 1);
  const auto& [dimensions, boundary, boundaries, domain] = one.setting;
  Samples samples;
  for (std::size_t n = first; n < first + count; ++n) {
    const auto u = domain.field<double>("heat::windows::start");
    const Random random = random_of(seed, stream, n);
    if (kind.spectrum == "white") solver::white_noise(u, domain.whole(), random);
    if (kind.spectrum == "smooth") solver::smooth_noise(u, domain, boundaries, random, kind.smooth_width);
    if (kind.spectrum == "fourier") solver::fourier(u, domain.whole(), boundaries, random, kind.highest);
    const auto values = domain.gather(u);
    samples.emplace_back(values.begin(), values.end());
    if (boundary != "dirichlet") take_mean(samples.back());
  }
  return samples;
}

Samples advanced(const Scenario& scenario, const std::string& by, const Samples& start, Index steps) {
  const Batch batch = make_batch(scenario.cells, scenario.boundary, start.size());
  if (by == "ftcs") return stepped(scenario, batch, start, steps);
  require(by == "exact" || by == "backward_euler", "windows are made by exact, ftcs or backward_euler");
  const double n = static_cast<double>(steps);
  if (by == "exact")
    return multiplied(batch, start,
                      solver::band_limited_propagator(rates_of_batch(batch, scenario.rate * n)));
  const auto r = rates_of_batch(batch, scenario.rate);
  return multiplied(batch, start, [r, n](const solver::Angles& theta) {
    return std::exp(-n * std::log1p(lattice_rate(r, theta)));
  });
}

Windows training_windows(const Scenario& scenario, const std::string& by, const Samples& starts,
                         const std::vector<Index>& begins, Index length) {
  Windows windows{make_batch(scenario.cells, scenario.boundary, starts.size() * begins.size()), {}};
  for (Index m = 0; m <= length; ++m) {
    windows.at.emplace_back();
    for (const Index begin : begins) {
      const auto later = advanced(scenario, by, starts, begin + m);
      windows.at.back().insert(windows.at.back().end(), later.begin(), later.end());
    }
  }
  return windows;
}

}  // namespace attune::experiments::heat::rollout_benchmark
