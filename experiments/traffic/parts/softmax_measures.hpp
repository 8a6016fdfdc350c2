// experiments/traffic/parts/softmax_measures.hpp
//
// What is measured of weights that a softmax gave:
//
//   largest_of   l_max = v^T M v and |M v - l_max v|, M = diag(a) - a a^T, v the unit vector of
//                the secular root
//   norm_of      ||J||_2 = l_max / tau of logits z
//   regret_of    max z - sum a z
//   entropy_of   -sum a log a
#pragma once

#include <vector>

#include "solvers/traffic/theory/softmax_jacobian.hpp"

namespace attune::experiments::traffic {

struct Eigenpair {
  attune::traffic::theory::TopWeights top;
  double value = 0, residual = 0;
};

Eigenpair largest_of(const std::vector<double>& a);
double norm_of(const std::vector<double>& z, double tau);
double regret_of(const std::vector<double>& z, double tau);
double entropy_of(const std::vector<double>& a);

// Where f is largest between low and high: the zero of its slope, by differences of fourth order over steps
// of 0.2 %, bisected. The values alone would say it to half as many digits.
template <class Function> double place_of_peak(const Function& f, double low, double high) {
  while (high - low > 1e-13 * high) {
    const double x = 0.5 * (low + high), h = 2e-3 * x;
    const double slope = 8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h));
    (slope > 0 ? low : high) = x;
  }
  return 0.5 * (low + high);
}

}  // namespace attune::experiments::traffic
