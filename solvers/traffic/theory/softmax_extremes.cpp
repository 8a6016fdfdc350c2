// solvers/traffic/theory/softmax_extremes.cpp
#include "solvers/traffic/theory/softmax_extremes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/core/require.hpp"

namespace attune::traffic::theory {
namespace {

// The root of an increasing function, to the last bit.
template <class Function> double bisected(const Function& f, double low, double high) {
  for (;;) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return middle;
    (f(middle) < 0 ? low : high) = middle;
  }
}

}  // namespace

double lambert_w(double x) {
  require(x >= -1 / std::numbers::e, "W0 is real from -1/e on");
  double w = x > 1 ? std::log(x) - std::log(std::log(x) + 1) * 0.5
                   : -1 + std::sqrt(std::max(0.0, 2 * (1 + std::numbers::e * x)));
  if (x > -0.25 && x < 1) w = x / (1 + x);
  for (int n = 0; n < 50; ++n) {
    const double e = std::exp(w), f = w * e - x;
    if (f == 0 || w == -1) break;
    const double move = f / (e * (w + 1) - (w + 2) * f / (2 * w + 2));
    w -= move;
    if (std::abs(move) <= 1e-16 * std::abs(w)) break;
  }
  return w;
}

double two_logit_norm(double distance, double tau) {
  const double cosh = std::cosh(distance / (2 * tau));
  return 1 / (2 * tau * cosh * cosh);
}

TemperaturePeak temperature_peak() {
  const double x = bisected([](double y) { return y * std::tanh(y) - 0.5; }, 0, 2), cosh = std::cosh(x);
  return {x, 1 / (2 * x), x / (cosh * cosh)};
}

double largest_regret(int n, double tau) { return tau * lambert_w((n - 1) / std::numbers::e); }

double regret_gap(int n, double tau) { return tau + largest_regret(n, tau); }

std::vector<double> boltzmann_gains(const std::vector<double>& phi, double tau) {
  const double most = *std::max_element(phi.begin(), phi.end());
  std::vector<double> a;
  double total = 0, below = 0;  // B - max phi
  for (const double p : phi) {
    a.push_back(std::exp((p - most) / tau));
    total += a.back();
  }
  for (std::size_t j = 0; j < phi.size(); ++j) below += (a[j] /= total) * (phi[j] - most);
  for (std::size_t j = 0; j < phi.size(); ++j) a[j] *= 1 + (phi[j] - most - below) / tau;
  return a;
}

BoltzmannExtremes boltzmann_extremes() {
  const double y = bisected([](double t) { return t * std::tanh(t / 2) - 2; }, 0, 4);
  const double a = 1 / (1 + std::exp(-y)), largest = a * (1 + (1 - a) * y);
  return {y, largest, (1 - a) * (1 - a * y), bisected([](double t) { return t - 1 - std::exp(-t); }, 0, 4)};
}

double least_entropy(double logit_norm, int n) {
  const double T = n, b = std::exp(-logit_norm * std::sqrt(T / (T - 1))), all = 1 + (T - 1) * b;
  return std::log(all) + logit_norm * std::sqrt(T * (T - 1)) * b / all;
}

}  // namespace attune::traffic::theory
