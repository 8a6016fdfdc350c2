// solvers/heat/theory/jacobi_logits.hpp
//
// What a softmax over pairwise logits makes of the heat equation: z_ij = log r_a, z_ii = z.
//
// Equation  (A u)_i = (e^z u_i + sum_a r_a (u_{i-e_a} + u_{i+e_a})) / (e^z + 2 sum_a r_a)
//           z = 0: one Jacobi sweep for (1 - sum_a r_a delta_a^2) u' = u from u' = u, backward Euler begun;
//           an FTCS step of the rates r_a / (1 + 2 sum r), below 1 / (2 D) however large r is (T10)
//           z = log(1 - 2 sum_a r_a): FTCS of the rates r, for sum r < 1/2; this centre is not pairwise
// Limits    r_a >= 0; an axis with r_a = 0 is absent
#pragma once

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

// The stencil A; z = 0 is the sweep.
Stencil pairwise_softmax(const PerAxis& r, double centre_logit);

// The rates of the FTCS step that A is.
PerAxis effective_rates(const PerAxis& r, double centre_logit);

// The z that makes A the FTCS step of the rates r.
double consistent_centre_logit(const PerAxis& r);

}  // namespace attune::heat::theory
