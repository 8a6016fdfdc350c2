// experiments/traffic/parts/wave_curve.hpp
//
// Amplitude of headways and speed of the travelling wave of theory/jam_wave.hpp against the sensitivity of
// drivers.
#pragma once

#include <limits>
#include <vector>

#include "core/core/communicator.hpp"
#include "experiments/dealt_numbers.hpp"
#include "solvers/traffic/theory/jam_wave.hpp"

namespace attune::experiments::traffic {

struct WaveCurve {
  std::vector<double> amplitude, jam_speed;  // NaN where there is no wave
};

// Collective: the sensitivities are dealt out among the ranks.
inline WaveCurve wave_curve(const attune::traffic::theory::TanhSpeed& V,
                            const std::vector<double>& sensitivity, int vehicles, double headway,
                            const Communicator& ranks) {
  constexpr int points = 4;  // a picture needs no more
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  DealtNumbers dealt(2 * sensitivity.size());
  deal(sensitivity.size(), ranks, [&](std::size_t n) {
    const auto wave = attune::traffic::theory::jam_wave(V, sensitivity[n], vehicles, headway, points);
    dealt.set(2 * n, wave.found ? (wave.most_headway - wave.least_headway) / 2 : nothing);
    dealt.set(2 * n + 1, wave.found ? wave.jam_speed : nothing);
  });
  dealt.share(ranks);
  WaveCurve curve;
  for (std::size_t n = 0; n < sensitivity.size(); ++n) {
    curve.amplitude.push_back(dealt.get(2 * n));
    curve.jam_speed.push_back(dealt.get(2 * n + 1));
  }
  return curve;
}

}  // namespace attune::experiments::traffic
