// solvers/traffic/theory/softmax_jacobian.hpp
//
// How strongly a softmax answers its logits: a = softmax(z / tau) has the Jacobian M / tau with
//
//   M = diag(a) - a a^T,   v^T M v = the variance of v under a
//
// Largest eigenvalue: the root of  sum_i a_i / (a_i - x) = 0  between the two largest weights x_1 >= x_2
// (from sum a_i^2 / (a_i - x) = 1 and sum a_i = 1), so
//
//   x_2 <= l_max <= min(x_1, x_1 (1 - x_1 + x_2), 1/2)
//
// Uniform weights: 1 / n. One weight p, the others alike: n p (1 - p) / (n - 1), and (1 - p) / (n - 1).
// Norms: 1 -> 1 and inf -> inf  2 max a_i (1 - a_i);   inf -> 1  max over sets S of 4 A_S (1 - A_S) <= 1.
//
// Source  the sharp 1/2 of Nair 2025 [nair2025]; x_1 (1 - x_1 + x_2) of Yudin et al. 2025 [yudin2025]; the
//         rational steps of Li 1993 [li1993]
// Shapes  a (n), nonnegative, of sum 1
// Limits  inf -> 1 by enumeration, n <= 24
// Cost    l_max: n divisions a step, about 5 steps
#pragma once

#include <vector>

namespace attune::traffic::theory {

struct TopWeights {
  double first = 0, second = 0;  // x_1, x_2
};

TopWeights top_weights(const std::vector<double>& a);

// l_max to round-off.
double largest_eigenvalue(const std::vector<double>& a);

// v of length 1: v_i in proportion to a_i / (a_i - l_max).
std::vector<double> largest_eigenvector(const std::vector<double>& a);

// min(x_1, x_1 (1 - x_1 + x_2), 1/2).
double eigenvalue_bound(const TopWeights& x);

double spike_eigenvalue(double p, int n);

double one_to_one_norm(const std::vector<double>& a);
double infinity_to_one_norm(const std::vector<double>& a);

// d a_i / d z_j, row-major, by a complex step through exp.
std::vector<double> softmax_jacobian_by_complex_step(const std::vector<double>& z, double tau);

}  // namespace attune::traffic::theory
