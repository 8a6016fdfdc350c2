// experiments/traffic/parts/temperature/neutral_theory.cpp
#include "experiments/traffic/parts/temperature/neutral_theory.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "solvers/traffic/theory/golden_section.hpp"
#include "solvers/traffic/theory/optimal_velocity.hpp"

namespace attune::experiments::traffic {
namespace {

namespace theory = attune::traffic::theory;

double versine(double angle) { return 2 * std::sin(angle / 2) * std::sin(angle / 2); }  // 1 - cos

// The largest of f over (0, pi], which the limit at 0 may exceed.
template <class Function> NeutralWave largest(const Function& f, double limit) {
  constexpr int samples = 1000;
  const double step = std::numbers::pi / samples;
  int best = 1;
  for (int n = 2; n <= samples; ++n)
    if (f(n * step) > f(best * step)) best = n;
  const theory::Maximum top =
      theory::golden_maximum(f, (best > 1 ? best - 1 : 0.5) * step, std::min(best + 1, samples) * step);
  return top.value > limit ? NeutralWave{top.at, top.value} : NeutralWave{0, limit};
}

}  // namespace

std::vector<double> attention_weights_of(double beta, int leaders) {
  std::vector<double> a;
  double sum = 0;
  for (int k = 0; k < leaders; ++k) {
    a.push_back(std::exp(-beta * k));
    sum += a.back();
  }
  for (double& one : a) one /= sum;
  return a;
}

double neutral_relaxation(double theta, double slope, const std::vector<double>& weights) {
  double S = 0, C = 0;
  for (std::size_t n = 0; n < weights.size(); ++n) {
    const auto k = static_cast<double>(n + 1);
    S += weights[n] * std::sin(k * theta) / k;
    C += weights[n] * versine(k * theta) / k;
  }
  return slope * S * S / C;
}

double neutral_speed_gain(double theta, double slope, double relaxation, const std::vector<double>& weights) {
  double S = 0, C = 0;
  for (std::size_t n = 0; n < weights.size(); ++n) {
    S += weights[n] * std::sin(static_cast<double>(n + 1) * theta);
    C += weights[n] * versine(static_cast<double>(n + 1) * theta);
  }
  const double s = std::sin(theta), c = versine(theta);
  const double a = c * C * C + s * S * C, b = relaxation * (2 * c * C + s * S),
               e = relaxation * (relaxation * c - slope * s * s);
  if (e >= 0) return 0;  // stable without looking
  const double root = std::sqrt(b * b - 4 * a * e);
  return b >= 0 ? -2 * e / (b + root) : (root - b) / (2 * a);
}

NeutralWave neutral_relaxation(double slope, double beta, int leaders) {
  const auto weights = attention_weights_of(beta, leaders);
  return largest([&](double theta) { return neutral_relaxation(theta, slope, weights); },
                 theory::critical_relaxation(slope, beta, leaders));
}

NeutralWave neutral_speed_gain(double slope, double relaxation, double beta, int leaders) {
  const auto weights = attention_weights_of(beta, leaders);
  return largest([&](double theta) { return neutral_speed_gain(theta, slope, relaxation, weights); },
                 (slope - relaxation / 2) / theory::mean_leader(beta, leaders));
}

double tanh_slope(double v_scale, double width, double centre, double headway) {
  const double cosh = std::cosh(width * (headway - centre));
  return v_scale * width / (cosh * cosh);
}

}  // namespace attune::experiments::traffic
