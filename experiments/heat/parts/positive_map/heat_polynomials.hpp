// experiments/heat/parts/positive_map/heat_polynomials.hpp
//
// What decides the order of a step: the polynomials that it must carry through time without error.
//
// Equation  u(x, 0) = prod_a He_{n_a}(x_a / sqrt(2 r)) / sqrt(n_a!) becomes prod_a (x_a / sqrt(2 r))^{n_a} / sqrt(n_a!)
//           in a step of r = kappa dt / h^2, x in cells: 0 at x = 0 unless n = 0. A head that is even along each axis
//           is of order p exactly where it gives 0 at 0 for every even n of 2 <= sum n_a <= p
//           as a rate, du/dt of x^n: a head of weights p_o at a short time r has the operator p_o / r, o != 0, which
//           gives sum_o (p_o / r) prod (o_a / reach)^{n_a}, to be 2 / reach^2 for n = 2 e_a, else 0
// Source    heat polynomials [rosenbloom1959]; T5, T6 of the heat theory
// Limits    any even order; He_n orthonormal under the heat kernel itself, so that training is well-conditioned
#pragma once

#include "experiments/heat/parts/positive_map/one_cell_lesson.hpp"

namespace attune::experiments::heat::positive_map {

// n != 0, even along each of the last D axes, sum n_a <= order.
std::vector<Triple> even_powers(int dimensions, int order);

// The polynomials of one order and time.
std::vector<Sample> heat_polynomials(int dimensions, int order, double r);

// The powers, with the rates of change that the Laplacian gives them at 0, for a head at the time r.
std::vector<Sample> rate_polynomials(int dimensions, int order, Index reach, double r);

}  // namespace attune::experiments::heat::positive_map
