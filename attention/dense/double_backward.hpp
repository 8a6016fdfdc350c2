// attention/dense/double_backward.hpp
//
// The backward of backward: a loss Phi that sees the gradients d_q, d_k, d_v, d_bias of a first backward, as
// in training on forces, F = -dE/dx. With c = scale / tau_h and d_p_ij = gain_h d_o_i . v_j, that first
// backward is
//
//   d_t_ij = p_ij (d_p_ij - delta_i),   delta_i = sum_j p_ij d_p_ij
//   d_q_i  = c sum_j d_t_ij k_j         d_k_j   = c sum_{h, i} d_t_ij q_i
//   d_v_j  = gain sum_{h, i} p_ij d_o_i            d_bias  = d_t_ij / tau
//
// Given u_q = dPhi / d d_q, and u_k, u_v, u_bias alike, the row i has the share phi_i of the sum of all <u_x,
// d_x>:
//
//   a_ij    = c (u_q_i . k_j + q_i . u_k_j) + u_bias_ij / tau       w_ij = gain d_o_i . u_v_j
//   alpha_i = sum_j p_ij a_ij                                       phi_i = sum_j d_t_ij a_ij + p_ij w_ij
//   r_ij    = p_ij (a_ij - alpha_i)                                                  dPhi / d d_p_ij
//   e_ij    = p_ij ((d_p_ij - delta_i) (a_ij - alpha_i) + w_ij - phi_i)              dPhi / d t_ij
//
// and the gradients are
//
//   d_d_o_i = gain sum_j r_ij v_j + p_ij u_v_j      d_v_j  = gain sum_{h, i} r_ij d_o_i
//   d_q_i   = c sum_j d_t_ij u_k_j + e_ij k_j       d_k_j  = c sum_{h, i} d_t_ij u_q_i + e_ij q_i
//   d_bias  = e_ij / tau
//
// The derivation is in double_pullback.hpp.
//
// Shapes   those of dense.hpp; u_x as x
// Cost     2 B H M N (13 D + 9 E) flops for all of d_q, d_k, d_v, d_d_o, and 2 B H M N (3 D + 2 E) more for
//          d_pairs and for d_table: p_ij, d_p_ij, a_ij, w_ij are computed anew in each pass
// Memory   double_workspace_bytes() below: three numbers a row (b, h, i) and the chunks of a table, nothing
//          of M x N
// Limits   float, double; shipped in double. scale, temperature, gain and prior are constants here; no sink
//          and no d_lse. A bias is linear in its numbers or its table, and Phi does not see the gradient of a
//          table. The same bits on any number of threads
#pragma once

#include "attention/dense/dense.hpp"

namespace attune::attention::dense {

// What flows into double_backward; an empty View is a gradient that Phi does not see.
template <class Scalar> struct DoubleUpstream {
  Upstream<Scalar> first;  // what went into the first backward
  View4<const Scalar> u_q = {}, u_k = {}, u_v = {};  // as q, k, v
  View4<const Scalar> u_pairs = {};  // pairs() of the bias
};

// An empty View is a gradient that nobody asks for.
template <class Scalar> struct DoubleGradients {
  View4<Scalar> d_q = {}, d_k = {}, d_v = {}, d_d_o = {};  // as q, k, v, o
  View4<Scalar> d_pairs = {};  // pairs() of the bias
  View2<Scalar> d_table = {};  // (rows, entries) of the bias
};

// Throws BrokenPromise if shapes disagree, and where there is a sink or a d_lse.
template <class Scalar, class Bias, class Mask>
void double_backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask,
                     const DoubleUpstream<Scalar>& up, const DoubleGradients<Scalar>& gradients);

// Bytes that double_backward allocates and frees: delta_i, alpha_i, phi_i in double, and the chunks of a
// table of `rows` x `entries` (0 unless d_table is asked for).
inline double double_workspace_bytes(const Shape& s, Index rows, Index entries) {
  return workspace_bytes(s, 2, rows, entries, sizeof(double));
}

}  // namespace attune::attention::dense
