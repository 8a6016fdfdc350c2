// solvers/traffic/theory/transfer.cpp
#include "solvers/traffic/theory/transfer.hpp"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/core/require.hpp"
#include "solvers/traffic/theory/golden_section.hpp"

namespace attune::traffic::theory {
namespace {

double total(const std::vector<double>& entries) {
  return std::accumulate(entries.begin(), entries.end(), 0.0);
}

}  // namespace

std::vector<Complex> leader_transfers(const Linearisation& law, Complex p) {
  require(!law.looks_back(), "a cascade of drivers who look ahead only");
  const Complex own = p * (p - law.speed) + total(law.distance);
  std::vector<Complex> gains;
  for (int k = 0; k < law.leaders(); ++k) gains.push_back((law.leader_speed[k] * p + law.distance[k]) / own);
  return gains;
}

Complex transfer(const Linearisation& law, Complex p) {
  require(law.leaders() == 1, "one leader");
  return leader_transfers(law, p)[0];
}

std::vector<Complex> cascade(const Linearisation& law, Complex p, int vehicles) {
  const auto gains = leader_transfers(law, p);
  std::vector<Complex> moves{1.0};
  for (int n = 1; n <= vehicles; ++n) {
    Complex sum = 0;
    for (int k = 1; k <= std::min(n, law.leaders()); ++k) sum += gains[k - 1] * moves[n - k];
    moves.push_back(sum);
  }
  moves.erase(moves.begin());
  return moves;
}

double cascade_gain(const Linearisation& law, Complex p) {
  const auto gains = leader_transfers(law, p);
  const auto K = static_cast<Eigen::Index>(gains.size());
  if (K == 1) return std::abs(gains[0]);
  Eigen::MatrixXcd companion = Eigen::MatrixXcd::Zero(K, K);
  for (Eigen::Index k = 0; k < K; ++k) companion(0, k) = gains[k];
  for (Eigen::Index k = 1; k < K; ++k) companion(k, k - 1) = 1;
  return Eigen::ComplexEigenSolver<Eigen::MatrixXcd>(companion, false).eigenvalues().cwiseAbs().maxCoeff();
}

double excess(const Linearisation& law) {
  require(law.leaders() == 1 && !law.looks_back(), "one leader, no look back");
  const double f_s = law.distance[0], f_l = law.leader_speed[0];
  return 2 * f_s + (f_l - law.speed) * (f_l + law.speed);
}

double band_edge(const Linearisation& law) { return std::sqrt(std::max(0.0, excess(law))); }

Peak largest_gain(const Linearisation& law) {
  const double E = excess(law), f_s = law.distance[0], f_l = law.leader_speed[0];
  if (!(E > 0)) return {};
  const double w = std::sqrt(f_s * E / (f_s + std::sqrt(f_s * f_s + f_l * f_l * E)));
  return {std::abs(transfer(law, Complex(0, w))), w};
}

Peak largest_cascade_gain(const Linearisation& law, int samples) {
  require(samples >= 3, "a scan has three frequencies at least");
  const double top = 10 * (std::abs(law.speed) + total(law.leader_speed) + std::sqrt(total(law.distance)));
  const double bottom = 1e-4 * top, step = std::log(top / bottom) / (samples - 1);
  const auto gain = [&law](double log_w) { return cascade_gain(law, Complex(0, std::exp(log_w))); };
  int best = 0;
  double most = 0;
  for (int s = 0; s < samples; ++s)
    if (const double g = gain(std::log(bottom) + s * step); g > most) {
      most = g;
      best = s;
    }
  const double middle = std::log(bottom) + best * step;
  const Maximum peak = golden_maximum(gain, middle - step, middle + step);
  if (!(peak.value > 1)) return {};
  return {peak.value, std::exp(peak.at)};
}

}  // namespace attune::traffic::theory
