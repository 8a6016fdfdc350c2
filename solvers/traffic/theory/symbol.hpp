// solvers/traffic/theory/symbol.hpp
//
// What a law makes of a wave x_n = exp(lambda t + i theta n) on an endless row of vehicles:
//
//   lambda^2 = P(theta) lambda + Q(theta),   z = exp(i theta)
//   P = f_v + sum_k g_k z^k + g_b / z
//   Q = sum_k f_k (z^k - 1) + f_b (1 - 1 / z)
//
// Source  Wilson and Ward 2011 [wilson2011]; one term for each leader, one for the vehicle behind
// Units   theta [rad per vehicle], may be complex; P [1/s], Q [1/s^2]
// Cost    K complex products
#pragma once

#include <array>
#include <complex>

#include "solvers/traffic/theory/linearisation.hpp"

namespace attune::traffic::theory {

using Complex = std::complex<double>;

// Value and the first two derivatives with respect to theta.
struct Symbol {
  std::array<Complex, 3> speed, distance;  // P, Q
};

Symbol symbol(const Linearisation& law, Complex theta);

// The roots of lambda^2 = P lambda + Q, the one of larger real part first; without cancellation.
std::array<Complex, 2> quadratic_roots(Complex P, Complex Q);

}  // namespace attune::traffic::theory
