// solvers/heat/theory/central_stencil.hpp
//
// How far one softmax head stays from the Euler step with a centred star of high order, in closed form: the
// star has negative weights, a head has none.
//
// Equation  t = 1 + r sum_a delta_a^2 with the star of order 2 m (euler_step of stencil.hpp), the same r on D
//           axes; projection on the simplex p = max(t - alpha, 0), where alpha / r does not depend on r while
//           the centre stays positive: with K kept weights and k_o = t_o / r off the centre
//             alpha = r s,  s = -(sum of the k_o <= s) / K
//             |p - t|^2 = r^2 (sum of k_o^2 over k_o <= s  +  K s^2),    r <= 1 / (D |c_0| + s)
//           order 4: r^2 (D / 72 + D^2 / (36 (2D + 1))),  r <= 1 / (D (5/2 + 1 / (6 (2D + 1))))
//           the update t - 1 has |t - 1|^2 = r^2 (D^2 c_0^2 + 2 D sum_j c_j^2): the relative floor has no r
// Source    projection by sorting [held1974]; coefficients [fornberg1988]
// Limits    white noise; order 2 .. 40 even; beyond the range of r the general projection
//           (simplex_projection.hpp) holds alone
#pragma once

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

// The Euler step with the star of the given order and the same r along the last `dimensions` axes.
Stencil central_step(int order, int dimensions, double r);

// The sum of |w_o| over the negative weights: what a second head has to subtract at least.
double negative_weight(const Stencil& stencil);

struct CentralFloor {
  double loss_per_r2 = 0;  // min |p - t|^2 / r^2
  double relative = 0;  // root-mean-square error of the update over that of the update itself
  double largest_r = 0;  // both hold for 0 < r <= largest_r
  double negative_per_r = 0;  // negative_weight / r, for r <= 1 / (D |c_0|)
  int kept = 0;  // K
};

CentralFloor central_floor(int order, int dimensions);

}  // namespace attune::heat::theory
