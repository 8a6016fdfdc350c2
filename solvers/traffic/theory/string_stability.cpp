// solvers/traffic/theory/string_stability.cpp
#include "solvers/traffic/theory/string_stability.hpp"

#include <algorithm>
#include <numbers>

#include "core/core/require.hpp"
#include "solvers/traffic/theory/golden_section.hpp"

namespace attune::traffic::theory {

LongWave long_wave(const Linearisation& law) {
  double A = -law.speed - law.follower_speed;
  double S_1 = law.distance_behind, S_2 = -law.distance_behind, G_1 = -law.follower_speed;
  for (int k = 1; k <= law.leaders(); ++k) {
    A -= law.leader_speed[k - 1];
    S_1 += k * law.distance[k - 1];
    S_2 += k * k * law.distance[k - 1];
    G_1 += k * law.leader_speed[k - 1];
  }
  const double lambda_1 = S_1 / A;
  return {lambda_1, (lambda_1 * lambda_1 - lambda_1 * G_1 - S_2 / 2) / A};
}

double wilson_ward(const Linearisation& law) {
  require(law.leaders() == 1 && !law.looks_back(), "one leader, no look back");
  const double f_s = law.distance[0], f_l = law.leader_speed[0], p = law.speed + f_l;
  return f_s / (p * p * p) * (p * p / 2 - f_l * p - f_s);
}

FastestWave fastest_wave(const Linearisation& law, int samples) {
  require(samples >= 3, "a scan has three angles at least");
  const double step = std::numbers::pi / samples;
  const auto growth = [&law](double theta) { return mode_roots(law, theta)[0].real(); };
  int best = 1;
  double most = growth(step);
  for (int s = 2; s <= samples; ++s)
    if (const double g = growth(s * step); g > most) {
      most = g;
      best = s;
    }
  const double low = std::max(best - 1, 0) * step, high = std::min((best + 1) * step, std::numbers::pi);
  if (best == 1 && most <= 0) return {step, mode_roots(law, step)[0]};
  const Maximum peak = golden_maximum(growth, low, high);
  const double theta = peak.value > most ? peak.at : best * step;
  return {theta, mode_roots(law, theta)[0]};
}

bool stable_at_all_wavelengths(const Linearisation& law) {
  return long_wave(law).stable() && !(fastest_wave(law).root.real() > 0);
}

}  // namespace attune::traffic::theory
