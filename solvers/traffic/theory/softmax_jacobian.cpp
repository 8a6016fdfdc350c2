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

// In d = x - x_2 and w = x_1 - x_2, which keep their digits where the two largest weights nearly agree:
// a_1 / (w - d) = r(d) over the weights below the largest. r and its slope:
struct Rest {
  double value = 0, slope = 0;
};

// In partial sums: a thousand weights then lose no more digits than sixty.
Rest rest_at(const std::vector<double>& a, std::size_t largest, double second, double d) {
  constexpr std::size_t parts = 16;
  double value[parts]{}, slope[parts]{};
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i == largest) continue;
    const double share = 1 / (d + (second - a[i])), part = a[i] * share;
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

// The model r = c + s / d, with r and its slope met at d, makes the equation a quadratic.
double model_root(double first, double w, double d, const Rest& rest) {
  const double s = rest.slope * d * d, c = rest.value - s / d;
  // c d^2 + 2 half d - s w = 0, c >= 0 up to rounding: its positive root
  const double half = 0.5 * (first - c * w + s);
  return s * w / (half + std::sqrt(half * half + c * s * w));
}

std::size_t place_of_largest(const std::vector<double>& a) {
  return static_cast<std::size_t>(std::max_element(a.begin(), a.end()) - a.begin());
}

// l_max - x_2. Where a step of the model leaves the bracket, the middle is taken.
double above_second(const std::vector<double>& a, const TopWeights& top) {
  const double w = top.first - top.second;
  if (w == 0 || top.second == 0) return 0;
  const std::size_t largest = place_of_largest(a);
  double low = 0, high = w, d = 0.5 * w;
  for (int n = 0; n < 200; ++n) {
    const Rest rest = rest_at(a, largest, top.second, d);
    (top.first < rest.value * (w - d) ? low : high) = d;
    double next = model_root(top.first, w, d, rest);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - d) <= 2e-16 * d || next <= low || next >= high) return next;
    d = next;
  }
  return d;
}

}  // namespace

double largest_eigenvalue(const std::vector<double>& a) {
  require(!a.empty(), "one weight at least");
  const TopWeights top = top_weights(a);
  return top.second + above_second(a, top);
}

std::vector<double> largest_eigenvector(const std::vector<double>& a) {
  require(a.size() >= 2, "two weights at least");
  const TopWeights top = top_weights(a);
  const double d = above_second(a, top);
  std::vector<double> v(a.size(), 0.0);
  const std::size_t largest = place_of_largest(a);
  if (d == 0) {  // the two largest agree, or all but one are zero
    std::size_t second = largest == 0 ? 1 : 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (i != largest && a[i] > a[second]) second = i;
    v[largest] = std::sqrt(0.5);
    v[second] = -v[largest];
    return v;
  }
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    v[i] = a[i] / (i == largest ? top.first - top.second - d : a[i] - top.second - d);
    square += v[i] * v[i];
  }
  for (double& entry : v) entry /= std::sqrt(square);
  return v;
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
