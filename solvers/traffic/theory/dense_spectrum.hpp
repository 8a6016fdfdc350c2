// solvers/traffic/theory/dense_spectrum.hpp
//
// The growth rates of a ring as the eigenvalues of its whole matrix:
//
//   d/dt (x, v) = J (x, v),   J = | 0  1 |    row n of A holds f_k at n + k, -f_k and f_b at n, -f_b at n - 1
//                                 | A  B |    row n of B holds f_v at n, g_k at n + k, g_b at n - 1
//
// indices modulo N. It knows nothing of waves, takes vehicles that differ, and so judges the closed form.
//
// Units   eigenvalues [1/s]
// Limits  N up to 500: O(N^3), 10 s there
#pragma once

#include <Eigen/Core>
#include <vector>

#include "solvers/traffic/theory/symbol.hpp"

namespace attune::traffic::theory {

// One law for every vehicle, or one for each.
Eigen::MatrixXd ring_matrix(const std::vector<Linearisation>& laws, int vehicles);

std::vector<Complex> dense_spectrum(const std::vector<Linearisation>& laws, int vehicles);

// The farthest that a number of one list lies from its partner in the other, the nearest number left over,
// in the order of the first list.
double farthest_apart(const std::vector<Complex>& list, const std::vector<Complex>& other);

}  // namespace attune::traffic::theory
