// solvers/traffic/theory/softmax_jacobian.cpp
#include "solvers/traffic/theory/softmax_jacobian.hpp"

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/core/require.hpp"

namespace attune::traffic::theory {

TopWeights top_weights(const std::vector<double>& a) {
  TopWeights top;
  for (const double w : a) {
    if (w > top.first) {
      top.second = top.first;
      top.first = w;
    } else if (w > top.second) {
      top.second = w;
    }
  }
  return top;
}

double eigenvalue_bound(const TopWeights& x) {
  return std::min({x.first, x.first * (1 - x.first + x.second), 0.5});
}

namespace {

// g(x) = a_1 / (a_1 - x) - r(x): r of the weights below the largest, and its slope, at x_2 < x < x_1.
struct Rest {
  double value = 0, slope = 0;
};

// In partial sums: a thousand weights then lose no more digits than sixty.
Rest rest_at(const std::vector<double>& a, std::size_t largest, double x) {
  constexpr std::size_t parts = 16;
  double value[parts]{}, slope[parts]{};
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i == largest) continue;
    const double share = 1 / (x - a[i]), part = a[i] * share;
    value[i % parts] += part;
    slope[i % parts] += part * share;
  }
  Rest rest;
  for (std::size_t p = 0; p < parts; ++p) {
    rest.value += value[p];
    rest.slope += slope[p];
  }
  return rest;
}

// The root lies between low and high. The model a_1 / (a_1 - x) = c + s / (x - x_2), with r and its slope met
// at x, is a quadratic; where its root leaves the bracket, the middle is taken.
double model_root(const TopWeights& top, double x, const Rest& rest) {
  const double above = x - top.second, s = rest.slope * above * above, c = rest.value - s / above;
  // in d = x - x_2, w = x_1 - x_2:  a_1 d = (c d + s) (w - d)
  const double w = top.first - top.second, half = 0.5 * (top.first - c * w + s);
  const double root = std::sqrt(half * half + c * s * w);
  // c >= 0 up to rounding: the positive root of c d^2 + 2 half d - s w = 0
  return top.second + s * w / (half + root);
}

}  // namespace

double largest_eigenvalue(const std::vector<double>& a) {
  require(!a.empty(), "one weight at least");
  const TopWeights top = top_weights(a);
  if (top.first == top.second || top.second == 0) return top.second;
  double low = top.second, high = eigenvalue_bound(top), x = 0.5 * (low + high);
  const auto largest = static_cast<std::size_t>(std::max_element(a.begin(), a.end()) - a.begin());
  for (int n = 0; n < 200; ++n) {
    const Rest rest = rest_at(a, largest, x);
    const double g = top.first / (top.first - x) - rest.value;
    (g < 0 ? low : high) = x;
    double next = model_root(top, x, rest);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - x) <= 2e-16 * x || next <= low || next >= high) return next;
    x = next;
  }
  return x;
}

double spike_eigenvalue(double p, int n) { return n * p * (1 - p) / (n - 1); }

double one_to_one_norm(const std::vector<double>& a) {
  double most = 0;
  for (const double w : a) most = std::max(most, 2 * w * (1 - w));
  return most;
}

double infinity_to_one_norm(const std::vector<double>& a) {
  require(a.size() <= 24, "the inf -> 1 norm visits all 2^n sets: n <= 24");
  double most = 0;
  for (unsigned long set = 0; set < 1ul << a.size(); ++set) {
    double inside = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (set >> i & 1) inside += a[i];
    most = std::max(most, 4 * inside * (1 - inside));
  }
  return most;
}

std::vector<double> softmax_jacobian_by_complex_step(const std::vector<double>& z, double tau) {
  using Complex = std::complex<double>;
  constexpr double step = 1e-100;
  const std::size_t n = z.size();
  const double most = *std::max_element(z.begin(), z.end());
  std::vector<Complex> e(n);
  Complex total = 0;
  for (std::size_t i = 0; i < n; ++i) total += e[i] = std::exp(Complex(z[i] - most) / tau);
  std::vector<double> jacobian(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    const Complex moved = std::exp(Complex(z[j] - most, step) / tau), sum = total - e[j] + moved;
    for (std::size_t i = 0; i < n; ++i) jacobian[i * n + j] = ((i == j ? moved : e[i]) / sum).imag() / step;
  }
  return jacobian;
}

}  // namespace attune::traffic::theory
