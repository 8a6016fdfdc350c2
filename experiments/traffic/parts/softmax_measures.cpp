// experiments/traffic/parts/softmax_measures.cpp
#include "experiments/traffic/parts/softmax_measures.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/traffic/parts/softmax_probe.hpp"

namespace attune::experiments::traffic {

using Numbers = std::vector<double>;
namespace theory = attune::traffic::theory;

Eigenpair largest_of(const Numbers& a) {
  const Numbers v = theory::largest_eigenvector(a);
  double mean = 0, square = 0, rest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) mean += a[i] * v[i];
  for (std::size_t i = 0; i < a.size(); ++i) square += a[i] * v[i] * (v[i] - mean);
  for (std::size_t i = 0; i < a.size(); ++i) rest += std::pow(a[i] * (v[i] - mean) - square * v[i], 2);
  return {theory::top_weights(a), square, std::sqrt(rest)};
}

double norm_of(const Numbers& z, double tau) { return largest_of(attention_weights(z, tau)).value / tau; }

double regret_of(const Numbers& z, double tau) {
  const Numbers a = attention_weights(z, tau);
  const double top = *std::max_element(z.begin(), z.end());
  double lost = 0;
  for (std::size_t i = 0; i < z.size(); ++i) lost += a[i] * (top - z[i]);
  return lost;
}

double entropy_of(const Numbers& a) {
  double sum = 0;
  for (const double w : a) sum -= w > 0 ? w * std::log(w) : 0;
  return sum;
}

}  // namespace attune::experiments::traffic
