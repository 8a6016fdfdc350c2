// solvers/traffic/theory/optimal_velocity.cpp
#include "solvers/traffic/theory/optimal_velocity.hpp"

#include <cmath>
#include <numbers>

#include "core/core/require.hpp"

namespace attune::traffic::theory {

double ovm_threshold(double relaxation) { return relaxation / 2; }

double ovm_ring_threshold(double relaxation, int vehicles) {
  require(vehicles >= 3, "a ring of three vehicles or more has a threshold");
  const double cosine = std::cos(std::numbers::pi / vehicles);
  return relaxation / (2 * cosine * cosine);
}

double fvdm_threshold(double relaxation, double speed_gain) { return relaxation / 2 + speed_gain; }

double lenz_threshold(const std::vector<double>& weights) {
  double sum = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) sum += static_cast<double>(k + 1) * weights[k];
  return sum / 2;
}

double mean_leader(double beta, int leaders) {
  require(leaders >= 1, "one leader at least");
  const double K = leaders;
  if (std::abs(beta) * K < 1e-2) {  // the two terms of the closed form cancel; their series does not
    const auto tail = [beta](double n) {
      return beta * n * n / 12 - std::pow(beta, 3) * std::pow(n, 4) / 720;
    };
    return (K + 1) / 2 - tail(K) + tail(1);
  }
  return -1 / std::expm1(-beta) - K / std::expm1(K * beta);
}

double attention_gap_threshold(double relaxation, double beta, int leaders) {
  return relaxation * mean_leader(beta, leaders) / 2;
}

double attention_speed_threshold(double relaxation, double speed_gain, double beta, int leaders) {
  return relaxation / 2 + speed_gain * mean_leader(beta, leaders);
}

double critical_relaxation(double slope, double beta, int leaders) {
  return 2 * slope / mean_leader(beta, leaders);
}

double kink_amplitude(double slope, double third_derivative, double relaxation) {
  require(relaxation < 2 * slope, "a kink needs a relaxation below the threshold");
  return std::sqrt(5 * slope / std::abs(third_derivative) * (2 * slope / relaxation - 1));
}

}  // namespace attune::traffic::theory
