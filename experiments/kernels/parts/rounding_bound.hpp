// experiments/kernels/parts/rounding_bound.hpp
//
// How wrong rounding can make the output of plain dense attention, to first order in the unit round-off u.
// A score is wrong by at most
//
//   |dt_ij| <= u E_i,   E_i = max_j (D + 3) scale / tau sum_d |q_id k_jd| + 3 |t_ij|
//
// (dot products [higham2002, section 3.1], scale, division); a weight moves by twice that, the exponentials
// of a running maximum add u times the range R_i of the scores, and sums over N keys 6 N + 12 roundings
// more:
//
//   |do_i| <= u (2 E_i + 2 R_i + 6 N + 12) gain sum_j p_ij |v_j|
#pragma once

#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {

// max_i of that bound over u, relative to max(1, |o|_max).
double dense_rounding_bound(const Size& size, const Draw& draw);

}  // namespace attune::experiments::kernels
